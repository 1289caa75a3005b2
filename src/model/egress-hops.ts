import { IConstruct } from 'constructs';
import type { Detour } from './entry-facts';
import { HttpRoute, renderRoute } from './http-routes';
import type { Spec } from './istio-object';
import { EVERY_REQUEST } from './match-atom';
import { MeshPort } from './mesh-port';
import type { MeshService } from './mesh-service';
import { NOUNS, RouteAspect, RouteLayers } from './route-layers';
import { uniquelyNamed } from './rule-names';
import { StreamKind, streamKindOf } from './stream-routes';
import type { VirtualServiceSpec } from '../imports/networking.istio.io';

/** The way from a sidecar to the egress gateway. */
export interface EgressHop {
  readonly owner: IConstruct;
  /** The host of the gateway's Service, and the subset of it whose TLS says which host is meant. */
  readonly host: string;
  readonly subset: string;
  /** The ports of the gateway's Service for requests, and for connections whose bytes are passed on. */
  readonly requestPort: number;
  readonly connectionPort: number;
}

/**
 * What the sidecar decides: how long the application waits, and what is done to it on purpose. Callers can be told apart
 * there alone. Everything else is decided by the gateway, next to the host, so that nothing is done twice.
 */
const AT_SIDECAR: readonly RouteAspect[] = ['timeout', 'fault', 'cors'];
const AT_GATEWAY: readonly RouteAspect[] = ['action', 'rewrite', 'headers', 'mirrors', 'retries'];

/** A gateway that cannot be reached has done nothing yet. What the host answers is repeated by the gateway alone. */
const REACH_GATEWAY = { attempts: 2, retryOn: 'connect-failure,refused-stream' };

type Rules = ReturnType<Detour['rules']>;

/** The rules of the mesh: everything for the host goes to the gateway. */
export function rulesOfSidecars(service: MeshService, hop: EgressHop): Rules {
  const layers = service._routeLayers.only(AT_SIDECAR);
  const { owner } = hop;
  layers.add({ owner, aspect: 'action', match: EVERY_REQUEST, value: { destinations: [{ host: hop.host, subset: hop.subset, port: hop.requestPort }] } });
  layers.add({ owner, aspect: 'retries', match: EVERY_REQUEST, value: { retries: REACH_GATEWAY } });
  const port = streamPortOf(service);
  const route = [{ destination: { host: hop.host, subset: hop.subset, port: { number: hop.connectionPort } } }];
  return {
    http: httpPortOf(service) && rendered(layers, service),
    tls: port && streamKindOf(port) === 'tls' ? [{ match: [{ port: port.number, sniHosts: [service.host] }], route }] : undefined,
    tcp: port && streamKindOf(port) === 'tcp' ? [{ match: [{ port: port.number }], route }] : undefined,
  };
}

/** The rules of the gateway: on to the host. */
export function rulesOfGateway(service: MeshService, hop: EgressHop): Pick<Spec<VirtualServiceSpec>, 'http' | 'tcp'> {
  const http = httpPortOf(service);
  const port = streamPortOf(service);
  return {
    http: http && rendered(service._routeLayers.only(AT_GATEWAY), service, http.number).map(withoutCaller),
    tcp: port && [{ match: [{ port: hop.connectionPort }], route: [{ destination: { host: service.host, port: { number: port.number } } }] }],
  };
}

/** The one port whose requests the gateway reads. */
export function httpPortOf(service: MeshService): MeshPort | undefined {
  return service.ports.find((port) => port.isHttp);
}

/** The one port whose bytes it passes on. */
export function streamPortOf(service: MeshService): MeshPort | undefined {
  return service.ports.find((port) => streamKindOf(port) !== undefined);
}

/** What cannot be said at the gateway, or not of the whole way. */
export function hopMistakes(service: MeshService): string[] {
  const several = (ports: readonly MeshPort[], what: string) => (ports.length < 2 ? [] : [
    `${service.host} has several ports for ${what} (${ports.join(', ')}), and the gateway could not tell them apart: it knows the host alone. Give one of them only.`,
  ]);
  const streams: Record<StreamKind, string> = { tcp: 'TcpRoute', tls: 'TlsRoute' };
  return [
    ...several(service.ports.filter((port) => port.isHttp), 'requests'),
    ...several(service.ports.filter((port) => streamKindOf(port) !== undefined), 'connections'),
    ...service._streamRoutes.all.map(({ owner, kind }) =>
      `[${owner.node.path}] leads connections to ${service.host} elsewhere, which go through the egress gateway: a ${streams[kind]} would pass it by. Leave it out.`),
    ...service._routeLayers.all.flatMap(({ owner, aspect, match, within, value }) => {
      if (value.delegate !== undefined) return [`[${owner.node.path}] delegates requests to ${service.host}, whose rules are divided between the sidecars and the egress gateway. Say them here.`];
      const atoms = [...match, ...within ?? []].flatMap((atom) => [atom, ...atom.except ?? []]);
      if (AT_SIDECAR.includes(aspect) || !atoms.some(({ sourceLabels, sourceNamespace }) => sourceLabels ?? sourceNamespace)) return [];
      return [`[${owner.node.path}] sets the ${NOUNS[aspect]} for requests of certain callers to ${service.host}, which the egress gateway decides, and there every request comes from a sidecar whose labels nobody knows. `
        + 'Match a header instead, or leave the callers out.'];
    }),
  ];
}

/** Who calls is the mesh's own affair: without this the gateway would hand the caller's certificate on. */
function withoutCaller(rule: HttpRoute): HttpRoute {
  if (!rule.route) return rule;
  const { headers } = rule;
  const asked = Object.keys({ ...headers?.request?.set, ...headers?.request?.add }).some((name) => name.toLowerCase() === CALLER);
  if (asked) return rule;
  return { ...rule, headers: { ...headers, request: { ...headers?.request, remove: [...new Set([...headers?.request?.remove ?? [], CALLER])] } } };
}

const CALLER = 'x-forwarded-client-cert';

function rendered(layers: RouteLayers, service: MeshService, port?: number) {
  return uniquelyNamed(layers.routes().flatMap(({ match, value }) =>
    // Each of the two serves this one port: what a match says of it holds.
    renderRoute({ match: match.map(({ port: _, ...atom }) => atom), value }, service.host, port)));
}
