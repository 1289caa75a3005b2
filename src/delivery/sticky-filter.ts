import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { splitRules } from './split-rules';
import type { StickyHash } from './stickiness';
import type { EnvoyFilterSpec } from '../imports/networking.istio.io';
import { IstioObject } from '../model/istio-object';
import type { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { Silence } from '../model/silence';
import { millisecondsIn } from '../semantics/duration';
import { shortName } from '../semantics/kubernetes-name';
import type { HashKey } from '../traffic/load-balancer';

/** What the rules are called that share requests out by a hash: the patch finds them by it, on sidecars and gateways. */
export function hashedRule({ name, namespace }: MeshService): string {
  return shortName(`${name.replace(/^\*\./, 'any-')}-${namespace}-by-hash`);
}

/**
 * Envoy takes a random number to choose a version; here it takes the hash of what a user's requests have in common, and
 * its remainder by the sum of the weights says in which part of the rule a user is. So a new weight moves only users at the
 * borders of its part, as long as the order stays. Istio has no field for it, hence a patch, where the callers are.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-weightedcluster
 */
export function chooseByHash(owner: Construct, service: MeshService, hash: StickyHash): ApiObject[] {
  validateOncePerSynth(owner, () => otherHash(service, hash.key));
  const filters = namespacesOf(service, hash).map((namespace) => new IstioObject<EnvoyFilterSpec>(owner, `EnvoyFilter-${namespace}`, {
    kind: 'EnvoyFilter',
    metadata: { name: hashedRule(service), namespace },
    spec: () => ({
      configPatches: rulesOf(service).map((name) => ({
        applyTo: 'HTTP_ROUTE',
        match: { routeConfiguration: { vhost: { route: { name } } } },
        patch: {
          operation: 'MERGE',
          value: { route: { hash_policy: [hashPolicy(hash.key)], weighted_clusters: { use_hash_policy: true } } },
        },
      })),
    }),
  }));
  for (const filter of filters) Silence.finding(filter, 'MESH2108', 'written for the Envoy of Istio 1.31; to be tested before an upgrade');
  return filters;
}

/** Where the callers are. */
export function namespacesOf(service: MeshService, { callerNamespaces }: StickyHash): string[] {
  return [...new Set(callerNamespaces ?? [service.namespace])];
}

/** The first one's name stands here before its rule does, so that no rule is without its patch. */
function rulesOf(service: MeshService): string[] {
  const first = hashedRule(service);
  return [...new Set([first, ...splitRules(service, first).flatMap(({ routes }) => routes)])].sort();
}

/** In Envoy's words, and its notation of durations. */
function hashPolicy({ _spec: { httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName } }: HashKey): object {
  if (httpHeaderName !== undefined) return { header: { header_name: httpHeaderName } };
  if (httpQueryParameterName !== undefined) return { query_parameter: { name: httpQueryParameterName } };
  if (useSourceIp) return { connection_properties: { source_ip: true } };
  const { name, path, ttl, attributes } = httpCookie!;
  return { cookie: { name, path, ttl: ttl === undefined ? undefined : `${millisecondsIn(ttl) / 1000}s`, attributes } };
}

/** Envoy mixes all hashes of a rule: with another one in it, a user would not stay. */
function otherHash(service: MeshService, key: HashKey): string[] {
  const subsets = [undefined, ...service._subsets.all.map(({ name }) => name)];
  const ports = [undefined, ...service._trafficLayers.ports];
  const hashes = subsets.flatMap((subset) => ports.map((port) => service._trafficLayers.effective(subset, port).loadBalancer?.consistentHash));
  const isSame = (hash: Record<string, unknown>) =>
    Object.entries(key._spec).every(([name, value]) => JSON.stringify(hash[name]) === JSON.stringify(value));
  if (hashes.every((hash) => hash === undefined || isSame({ ...hash }))) return [];
  return [
    `users are kept with a version by a hash, and the load balancer of ${service.name} chooses pods by the hash of something else, which Envoy mixes into one. `
    + 'Use the same HashKey for both, or another load balancer.',
  ];
}
