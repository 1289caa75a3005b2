import { ExternalEndpoint, checkEndpoint } from './external-endpoint';
import { ExternalPort } from './external-port';
import { checkList, checkMember } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isWildcarded } from '../semantics/host-name';
import { isIpAddress, isIpSubnet } from '../semantics/ip-address';
import { isHost } from '../semantics/kubernetes-name';
import { PortProtocol, isHttp } from '../semantics/port-protocol';

/** How a proxy finds the addresses behind an external host. */
export enum Resolution {
  /** The address that the application called, whatever it is. */
  NONE = 'NONE',
  /** The endpoints' IP addresses. */
  STATIC = 'STATIC',
  /** DNS, asked by the proxy; requests are spread over all addresses of the answer. */
  DNS = 'DNS',
  /** DNS, asked by the proxy; a new connection takes the first address of the newest answer. */
  DNS_ROUND_ROBIN = 'DNS_ROUND_ROBIN',
  /** For wildcards: DNS, asked by the proxy for the host of each request. */
  DYNAMIC_DNS = 'DYNAMIC_DNS',
}

interface External {
  readonly hosts: string[];
  readonly ports: ExternalPort[];
  readonly endpoints?: ExternalEndpoint[];
  readonly addresses?: string[];
  readonly resolution?: Resolution;
}

/** As it is given, or as what is given asks for. */
export function resolutionOf({ resolution, endpoints, hosts, ports, addresses }: External): Resolution {
  if (resolution !== undefined) return resolution;
  if (endpoints && endpoints.length > 0) return endpoints.every(({ address }) => isIpAddress(address)) ? Resolution.STATIC : Resolution.DNS;
  // Without an answer of its own, the proxy sends a request to whatever address it was sent to: a name would be a way to everywhere.
  if (hosts.every(isWildcarded) && !addresses && ports.every(({ _port }) => isHttp(_port.protocol))) return Resolution.DYNAMIC_DNS;
  return hosts.some(isWildcarded) || addresses?.some(isBlock) ? Resolution.NONE : Resolution.DNS;
}

/** Throws for what Istio refuses, and for what would not do what it says. */
export function checkExternal(external: External): void {
  const { hosts, ports, endpoints, addresses, resolution } = external;
  checkHosts(hosts);
  checkPorts(ports);
  if (addresses !== undefined) checkAddresses(addresses);
  if (resolution !== undefined) checkMember('resolution', resolution, 'Resolution', Resolution);
  if (endpoints !== undefined) {
    checkList('endpoints', endpoints, "[{ address: '203.0.113.7' }]");
    if (endpoints.length === 0) throw new Error('`endpoints` is empty. Give addresses, or leave it out for those that DNS knows.');
    for (const endpoint of endpoints) checkEndpoint(endpoint, ports.map(({ _port }) => _port));
  }
  checkTogether(external, resolutionOf(external));
}

function checkTogether({ hosts, ports, endpoints, addresses }: External, resolution: Resolution): void {
  const wildcard = hosts.find(isWildcarded);
  const asked = resolution === Resolution.DNS || resolution === Resolution.DNS_ROUND_ROBIN;
  if (resolution === Resolution.STATIC && !endpoints) throw new Error('`resolution` is STATIC, and there are no `endpoints`. Give their IP addresses, or say Resolution.DNS.');
  if (resolution === Resolution.STATIC && endpoints?.some(({ address }) => !isIpAddress(address))) {
    throw new Error(`\`resolution\` is STATIC, and the endpoint ${endpoints.find(({ address }) => !isIpAddress(address))!.address} is no IP address. Say Resolution.DNS, or leave it out.`);
  }
  if ((resolution === Resolution.NONE || resolution === Resolution.DYNAMIC_DNS) && endpoints) {
    throw new Error(`\`resolution\` is ${resolution}, and nothing then goes to the \`endpoints\`; Istio refuses both together. Leave one of them out.`);
  }
  if (wildcard !== undefined && asked && !endpoints) {
    throw new Error(`${wildcard} stands for many names, and \`resolution\` ${resolution} asks DNS for one. Give \`endpoints\`, name the hosts one by one, or say Resolution.DYNAMIC_DNS (for HTTP) or Resolution.NONE.`);
  }
  if (resolution === Resolution.DNS_ROUND_ROBIN && endpoints && endpoints.length > 1) {
    throw new Error('`resolution` is DNS_ROUND_ROBIN, which takes one endpoint at most. Give one, or say Resolution.DNS.');
  }
  const block = addresses?.find(isBlock);
  if (block !== undefined && resolution !== Resolution.NONE && resolution !== Resolution.STATIC) {
    throw new Error(`\`addresses\` holds the block ${block}, and \`resolution\` is ${resolution}; Istio takes blocks with STATIC and NONE only. Give single addresses, or \`endpoints\`.`);
  }
  if (resolution === Resolution.DYNAMIC_DNS) checkDynamic(hosts, ports, addresses);
  const bytes = ports.find(({ _port: { protocol } }) => protocol === PortProtocol.TCP);
  if (bytes && hosts.length > 1 && resolution !== Resolution.NONE) {
    throw new Error(`there are several hosts, and nobody can tell them apart at port ${bytes._port.toString()}, where the proxy sees bytes and no name. Make an ExternalService for each.`);
  }
  const originated = ports.find(({ _tls }) => _tls);
  if (originated && resolution === Resolution.NONE) {
    throw new Error(`port ${originated._port.toString()} is to become TLS at port ${originated._port.targetPort}, and \`resolution\` NONE sends it to the port that the application called. `
      + (wildcard === undefined ? 'Give `endpoints`, or say Resolution.DNS.' : `Name the hosts of ${wildcard} one by one, or say Resolution.DYNAMIC_DNS.`));
  }
  if (originated?._port.protocol === PortProtocol.TCP && wildcard !== undefined) {
    throw new Error(`port ${originated._port.toString()} is to become TLS for ${wildcard}, and a server has to be asked for by its name, which bytes do not tell. Name the host.`);
  }
}

function checkDynamic(hosts: readonly string[], ports: readonly ExternalPort[], addresses: readonly string[] | undefined): void {
  const exact = hosts.find((host) => !isWildcarded(host));
  if (exact !== undefined) throw new Error(`\`resolution\` is DYNAMIC_DNS, which is for wildcards, and ${exact} is one name. Say Resolution.DNS for it, in an ExternalService of its own.`);
  if (addresses) throw new Error('`resolution` is DYNAMIC_DNS, which asks DNS for the host of each request; `addresses` mean nothing then. Leave one of them out.');
  const elsewhere = ports.find(({ _port: { number, targetPort }, _tls }) => targetPort !== number && !(_tls && number === 80 && targetPort === 443));
  if (elsewhere) {
    throw new Error(`\`resolution\` is DYNAMIC_DNS, which sends to the port that the request names (80 where it names none, 443 where it becomes TLS), and port ${elsewhere._port.toString()} is to lead to ${elsewhere._port.targetPort}. `
      + 'Leave `targetPort` out, say ExternalPort.tlsOrigination(80), or name the hosts one by one.');
  }
  const other = ports.find(({ _port: { protocol } }) => !isHttp(protocol));
  if (other) throw new Error(`\`resolution\` is DYNAMIC_DNS, which reads the host of requests, and port ${other._port.toString()} carries none. Say Resolution.NONE for it, in an ExternalService of its own.`);
}

function checkHosts(hosts: readonly string[]): void {
  checkList('hosts', hosts, "['api.example.com']");
  if (hosts.length === 0) throw new Error('`hosts` is empty. Name at least one, for example "api.example.com".');
  for (const host of hosts) {
    if (typeof host !== 'string' || !isHost(host) || !host.includes('.')) {
      throw new Error(`\`hosts\` holds ${describeValue(host)}, which is not a host: a full DNS name without scheme, port or path, for example "api.example.com", or "*.example.com".`);
    }
    if (isIpAddress(host)) throw new Error(`\`hosts\` holds the address ${host}. Give the host a name, and the address as an endpoint: endpoints: [{ address: '${host}' }].`);
    if (host.endsWith('.svc.cluster.local')) throw new Error(`\`hosts\` holds ${host}, a Service of the cluster. Say MeshService.fromName(...): a ServiceEntry of that name would stand in its place.`);
  }
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) throw new Error(`\`hosts\` holds ${twice} twice. Leave one out.`);
}

function checkPorts(ports: readonly ExternalPort[]): void {
  checkList('ports', ports, '[ExternalPort.https(443)]');
  if (ports.length === 0) throw new Error('`ports` is empty. Give at least one, for example ExternalPort.https(443).');
  const wrong: unknown = ports.find((port) => !(port instanceof ExternalPort));
  if (wrong !== undefined || ports.includes(undefined as never)) throw new Error(`\`ports\` holds ${describeValue(wrong)}. Give ExternalPorts, for example ExternalPort.https(443).`);
  for (const what of ['number', 'name'] as const) {
    const all = ports.map(({ _port }) => _port[what]);
    const twice = all.find((one, index) => all.indexOf(one) !== index);
    if (twice !== undefined) throw new Error(`\`ports\` has the ${what} ${twice} twice. Leave one out, or give it another ${what}.`);
  }
}

function checkAddresses(addresses: readonly string[]): void {
  checkList('addresses', addresses, "['203.0.113.0/24']");
  for (const address of addresses) {
    if (typeof address !== 'string' || !isIpSubnet(address)) {
      throw new Error(`\`addresses\` holds ${describeValue(address)}, which is neither an IP address nor a CIDR block. Write for example "203.0.113.7" or "203.0.113.0/24".`);
    }
  }
}

function isBlock(address: string): boolean {
  return address.includes('/');
}
