import { EnvoyClusterOptions, EnvoyListenerOptions, EnvoyRouteOptions } from './envoy-anchor-options';
import type { EnvoyPatchContext } from './envoy-patch-context';
import { EnvoyTraffic } from './envoy-traffic';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { targetPorts } from '../model/target-ports';
import { describeValue } from '../semantics/describe-value';
import { located } from '../semantics/located';
import { isPortNumber } from '../semantics/port-number';
import { PortProtocol } from '../semantics/port-protocol';

/** What an anchor on a listener matches; throws where the pods have no such port. */
export function listenerMatch(
  title: string, { port, name, filterChain, sni }: EnvoyListenerOptions, { traffic, target }: EnvoyPatchContext,
  http: string | undefined, write: (port: number | undefined, chain: object) => object,
): object {
  checkPort(title, port);
  checkTexts(title, { name, filterChain, sni });
  const chain = given({ name: filterChain, sni });
  const number = traffic === EnvoyTraffic.INBOUND && target ? located(`${title}: `, () => portOfPods(target, port, http)) : port;
  const match = given({ name, ...write(number, chain) });
  return isEmpty(match) ? {} : { listener: match };
}

/** The pods' port; undefined for all. */
function portOfPods(target: IMeshTarget, port: number | undefined, http: string | undefined): number | undefined {
  // Where the proxy looks at the first bytes, it may find requests.
  const mayBeHttp = target instanceof MeshService
    && target.ports.some(({ number, protocol }) => protocol === PortProtocol.AUTOMATIC && (port === undefined || number === port));
  const ports = targetPorts(target, port === undefined ? undefined : [port], mayBeHttp ? undefined : http);
  return port === undefined ? undefined : ports![0];
}

/** What an anchor on a cluster matches; throws where there can be none. */
export function clusterMatch(title: string, { service, host, port, subset, name }: EnvoyClusterOptions, { traffic }: EnvoyPatchContext): object {
  checkPort(title, port);
  checkTexts(title, { host, subset, name });
  if (service !== undefined && !(service instanceof MeshService)) throw new Error(`${title}: \`service\` is ${describeValue(service)}. Give a MeshService, or its \`host\`.`);
  if (name !== undefined && [service, host, port, subset].some((value) => value !== undefined)) {
    throw new Error(`${title}: \`name\` is given, and Istio looks at nothing else then. Give \`name\` alone, or leave it out.`);
  }
  if (service !== undefined && host !== undefined) throw new Error(`${title}: both \`service\` and \`host\` are given. Give one of them.`);
  if (host !== undefined && !host.includes('.')) throw new Error(`${title}: \`host\` is "${host}", and clusters have full hosts. Write for example "${host}.shop.svc.cluster.local".`);
  if (subset !== undefined && traffic === EnvoyTraffic.INBOUND) throw new Error(`${title}: \`subset\` is "${subset}", and what comes in to pods has no subsets. Leave it out, or patch what their callers send (EnvoyTraffic.OUTBOUND).`);
  if (service !== undefined && port !== undefined && traffic !== EnvoyTraffic.INBOUND && !service._ports.find(port)) {
    throw new Error(`${title}: there is no port ${port} of ${service.name}, which has ${service._ports.list()}.`);
  }
  const full = service?.host ?? host;
  return { cluster: name === undefined ? given({ service: full, portNumber: port, subset }) : { name } };
}

/** What an anchor on routes matches. */
export function routeMatch(title: string, options: EnvoyRouteOptions, { traffic }: EnvoyPatchContext, route: string | undefined): object {
  const { routeConfiguration, port, gateway, virtualHost, domain } = options;
  checkPort(title, port);
  checkTexts(title, { routeConfiguration, gateway, virtualHost, domain });
  if (gateway !== undefined) {
    if (traffic !== EnvoyTraffic.GATEWAY) throw new Error(`${title}: \`gateway\` is "${gateway}", and sidecars have no Gateway, so that nothing would match. Leave it out, or say EnvoyTraffic.GATEWAY.`);
    if (!/^[^/]+\/[^/]+$/.test(gateway)) throw new Error(`${title}: \`gateway\` is "${gateway}". Write namespace/name, for example "istio-ingress/public".`);
  }
  const vhost = given({ name: virtualHost, domainName: domain, route: route === undefined ? undefined : { name: route } });
  const match = given({ name: routeConfiguration, portNumber: port, gateway, vhost: isEmpty(vhost) ? undefined : vhost });
  return isEmpty(match) ? {} : { routeConfiguration: match };
}

/** Without the fields that are not given: Istio takes an empty one for a condition here and there. */
function given(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function isEmpty(match: object): boolean {
  return Object.keys(match).length === 0;
}

function checkPort(title: string, port: unknown): void {
  if (port !== undefined && !(typeof port === 'number' && Number.isInteger(port) && isPortNumber(port))) throw new Error(`${title}: \`port\` is ${describeValue(port)}; a port is a whole number from 1 to 65535.`);
}

function checkTexts(title: string, texts: Readonly<Record<string, unknown>>): void {
  for (const [field, value] of Object.entries(texts)) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw new Error(`${title}: \`${field}\` is ${describeValue(value)}. Give its name as a text, or leave it out.`);
  }
}
