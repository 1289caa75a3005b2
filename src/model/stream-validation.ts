import type { MeshService } from './mesh-service';
import { ServiceDestination } from './service-destination';
import { StreamKind, StreamLayer, StreamRule, streamKindOf, streamPort } from './stream-routes';

const KINDS = ['tcp', 'tls'] as const;
const NAMES: Record<StreamKind, string> = { tcp: 'TCP', tls: 'TLS' };

/** What is wrong with the rules for connections of a service. */
export function streams(service: MeshService): string[] {
  const wrongPorts = service._streamRoutes.all.flatMap((layer) => wrongPort(layer, service));
  if (wrongPorts.length > 0) return wrongPorts;
  const { _streamRoutes: routes, _streams: facts, _streamSplit: split } = service;
  return [
    ...KINDS.flatMap((kind) => routes.unreachable(kind, facts, split)).map(({ layer, by }) =>
      `[${layer.owner.node.path}] is never reached: every connection to ${service.name} that it matches is taken by `
      + `${by.map(({ node }) => `[${node.path}]`).join(' and ')}, which comes before. Give it a further condition or a higher \`priority\`, or remove one of them.`),
    ...routes.all.flatMap((layer) => [...elsewhere(layer), ...besideWeights(layer, service)]),
    ...sharedSubnets(KINDS.flatMap((kind) => routes.rules(kind, facts, split))),
  ];
}

function wrongPort({ owner, kind, match }: StreamLayer, service: MeshService): string[] {
  const path = `[${owner.node.path}]`;
  const number = match.port;
  const fix = `If it carries ${NAMES[kind]}, say so in the Service (appProtocol: ${kind}, or a port name that starts with "${kind}"), `
    + `or in the MeshService: ports: [MeshPort.${kind}(${number ?? 443})].`;
  if (number === undefined) {
    return service._streams.ports.some((port) => streamKindOf(port) === kind) ? [] : [
      `${path} leads ${NAMES[kind]} connections to ${service.name}, but none of its ports carries them: it has ${service._ports.list()}. ${fix}`,
    ];
  }
  const port = service._ports.find(number);
  if (!port) return [`${path} port ${number} is not a port of ${service.name}, which has ${service._ports.list()}.`];
  if (streamKindOf(port) === kind) return [];
  return [`${path} leads ${NAMES[kind]} connections, but port ${port.toString()} of ${service.name} is no ${NAMES[kind]} port: there the rule would do nothing. ${fix}`];
}

/** Two constructs that say of all connections where they go. */
function besideWeights({ owner, kind, match }: StreamLayer, service: MeshService): string[] {
  if (Object.values(match).some((condition) => condition !== undefined)) return [];
  const { _streams: { ports }, _streamSplit: split } = service;
  const weights = ports.filter((port) => streamKindOf(port) === kind).flatMap(({ number }) => split(number) ?? []);
  return weights.length === 0 ? [] : [
    `[${owner.node.path}] leads every ${NAMES[kind]} connection to ${service.name}, and [${weights[0].owner.node.path}] has weights for them. Give it a condition, such as a port or the callers, or remove one of them.`,
  ];
}

/** What another service that connections are led to does not have. */
function elsewhere({ owner, kind, destinations }: StreamLayer): string[] {
  return destinations.flatMap((destination) => {
    if (!(destination instanceof ServiceDestination)) return [];
    try {
      streamPort(destination, kind);
    } catch (error) {
      return [`[${owner.node.path}] leads to ${destination.host}: ${(error as Error).message}`];
    }
    return destination.subsetMistakes.map((mistake) => `[${owner.node.path}] ${mistake}`);
  });
}

/** Envoy refuses two rules for one client that name the same subnet, and keeps all of its old configuration. */
function sharedSubnets(rules: readonly StreamRule[]): string[] {
  return rules.flatMap((rule, index) => rules.slice(0, index).flatMap((earlier) => {
    const shared = rule.match.destinationSubnets?.find((subnet) => earlier.match.destinationSubnets?.includes(subnet));
    if (shared === undefined || rule.port.number !== earlier.port.number || excludeEachOther(rule, earlier)) return [];
    return [
      `[${rule.owner.node.path}] and [${earlier.owner.node.path}] both lead connections to ${shared}, and a client may be meant by both: Envoy refuses that. `
      + 'Give them subnets of their own, or callers that exclude each other (another value of one label, or another namespace).',
    ];
  }));
}

function excludeEachOther({ match: a }: StreamRule, { match: b }: StreamRule): boolean {
  return Object.entries(a.sourceLabels ?? {}).some(([key, value]) => b.sourceLabels?.[key] !== undefined && b.sourceLabels[key] !== value)
    || (a.sourceNamespace !== undefined && b.sourceNamespace !== undefined && a.sourceNamespace !== b.sourceNamespace);
}
