import { checkOptions } from '../model/given';
import { MeshPort } from '../model/mesh-port';
import { describeValue } from '../semantics/describe-value';
import { isFqdn } from '../semantics/host-name';
import { isIpAddress } from '../semantics/ip-address';
import { isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

/** An address behind an external host. */
export interface ExternalEndpoint {
  /** An IP address, or a DNS name. */
  readonly address: string;
  /**
   * The ports of this endpoint by the names of the service's ports (`http-80` for `ExternalPort.http(80)`), where they differ.
   *
   * @default - the ports' `targetPort`
   */
  readonly ports?: { readonly [name: string]: number };
  /**
   * Where it is: `REGION/ZONE/SUBZONE`, or the first parts of that.
   *
   * @default - unknown
   */
  readonly locality?: string;
  /**
   * Its share among the endpoints, from 1.
   *
   * @default - equal shares
   */
  readonly weight?: number;
  /**
   * Labels, which subsets can select it by.
   *
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };
}

/**
 * Throws for what Istio refuses.
 *
 * @param field whose element it is, for messages
 */
export function checkEndpoint(endpoint: ExternalEndpoint, ports: readonly MeshPort[], field: string = 'endpoints'): void {
  checkOptions(field, endpoint, "{ address: '203.0.113.7' }");
  const { address, labels = {} } = endpoint;
  if (typeof address !== 'string' || !(isIpAddress(address) || (isFqdn(address) && address.includes('.')))) {
    throw new Error(`${field}: \`address\` is ${describeValue(address)}, which is neither an IP address nor a DNS name. Write for example "203.0.113.7" or "eu.api.example.com", without scheme and port.`);
  }
  const at = `${field}: ${address}`;
  for (const [name, number] of Object.entries(endpoint.ports ?? {})) {
    if (!ports.some((port) => port.name === name)) {
      throw new Error(`${at} has a port "${name}", and the service's ports are named ${ports.map((port) => port.name).join(', ')}. Use one of these names.`);
    }
    if (!Number.isInteger(number) || number < 1 || number > 65535) throw new Error(`${at}: the port "${name}" is ${describeValue(number)}; a port is a whole number from 1 to 65535.`);
  }
  checkPlace(at, endpoint);
  for (const [key, value] of Object.entries(labels)) {
    if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) throw new Error(`${at} has the label ${key}=${describeValue(value)}. Keys and values are at most 63 letters, digits, dashes, dots and underscores.`);
  }
}

/** Throws for a share and a locality that are none. */
export function checkPlace(at: string, { weight, locality }: Pick<ExternalEndpoint, 'weight' | 'locality'>): void {
  if (weight !== undefined && (!Number.isInteger(weight) || weight < 1 || weight > 2 ** 32 - 1)) {
    throw new Error(`${at}: \`weight\` is ${describeValue(weight)}; a whole number from 1 is allowed. Leave the endpoint out to send it nothing.`);
  }
  if (locality !== undefined && (typeof locality !== 'string' || !/^[^/\s]+(\/[^/\s]+){0,2}$/.test(locality))) {
    throw new Error(`${at}: \`locality\` is ${describeValue(locality)}. Write REGION, REGION/ZONE or REGION/ZONE/SUBZONE.`);
  }
}
