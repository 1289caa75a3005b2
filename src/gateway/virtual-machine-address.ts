import { checkEndpoint, checkPlace } from './external-endpoint';
import { checkOptions, checkText } from '../model/given';
import { MeshPort } from '../model/mesh-port';
import { describeValue } from '../semantics/describe-value';
import { isIpAddress, ipVersion } from '../semantics/ip-address';

/** Where a virtual machine is. */
export interface VirtualMachineAddress {
  /**
   * An IP address that pods reach, a DNS name, or a Unix socket: `unix:///path`, or `unix://@name` for one without a file.
   * Only an IP address can be in one service with pods.
   */
  readonly address: string;
  /**
   * The ports of the application by the names of the service's ports (`http-80` for `MeshPort.http(80)`), where they differ. Not
   * with a Unix socket.
   *
   * @default - the ports' `targetPort`
   */
  readonly ports?: { readonly [name: string]: number };
  /**
   * The network that it is in, where there are several: pods of another one reach it through the gateway of that network.
   *
   * @default - the network of the pods
   */
  readonly network?: string;
  /**
   * Where it is: `REGION/ZONE/SUBZONE`, or the first parts of that.
   *
   * @default - unknown
   */
  readonly locality?: string;
  /**
   * Its share of the requests beside other machines, from 1. Each pod has 1.
   *
   * @default 1
   */
  readonly weight?: number;
}

const UNIX = 'unix://';

/** How the mesh finds an address. */
export enum AddressKind { IP, DNS, SOCKET }

export function kindOf({ address }: VirtualMachineAddress): AddressKind {
  if (address.startsWith(UNIX)) return AddressKind.SOCKET;
  return isIpAddress(address) ? AddressKind.IP : AddressKind.DNS;
}

/** Throws for what Istio refuses. */
export function checkAddress(given: VirtualMachineAddress, ports: readonly MeshPort[]): void {
  checkOptions('addresses', given, "{ address: '10.1.2.3' }");
  const { address, network, ...rest } = given;
  if (network !== undefined) checkText('network', network, 'on-premises');
  if (typeof address === 'string' && address.startsWith(UNIX)) checkSocket(given, ports);
  else checkEndpoint({ address, ...rest }, ports, 'addresses');
}

function checkSocket({ address, ports: own, locality, weight }: VirtualMachineAddress, ports: readonly MeshPort[]): void {
  const path = address.slice(UNIX.length);
  if (!/^[/@]./.test(path)) throw new Error(`addresses: ${describeValue(address)} is no Unix socket. Write "unix:///run/app.sock" with an absolute path, or "unix://@name".`);
  if (Object.keys(own ?? {}).length > 0) throw new Error(`addresses: ${address} has \`ports\`, and a Unix socket has none. Leave them out.`);
  if (ports.length > 1) throw new Error(`addresses: ${address} is one Unix socket for ${ports.length} ports. Give the service one port.`);
  checkPlace(`addresses: ${address}`, { locality, weight });
}

/** What tells two addresses apart in names of objects. */
export function addressLabel({ address }: VirtualMachineAddress): string {
  const text = ipVersion(address) === 6 ? address.replaceAll('::', '-0-') : address.replace(UNIX, '');
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}
