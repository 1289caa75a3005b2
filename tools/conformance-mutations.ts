/** One deliberate fault: what it is, and the edits that make it. */
export interface Mutation {
  readonly fault: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

function mutation(fault: string, file: string, find: string, replace: string): Mutation {
  return { fault, edits: [{ file: `src/${file}`, find, replace }] };
}

/** Faults that a real mesh must notice: each of them is YAML that Istio accepts, or nearly. */
export const MUTATIONS: readonly Mutation[] = [
  mutation('STRICT is left out', 'security/zero-trust-namespace.ts', "'PERMISSIVE' : 'STRICT'", "'PERMISSIVE' : 'PERMISSIVE'"),
  mutation('deny-all allows all', 'security/zero-trust-namespace.ts', 'spec: () => ({}),', 'spec: () => ({ rules: [{}] }),'),
  mutation('an allow forgets its caller', 'security/allow-rule.ts', 'from: sources?.map((source) => ({ source })),', 'from: sources?.map(() => ({ source: { namespaces: ["*"] } })),'),
  mutation('an allow forgets its methods', 'security/allow-rule.ts', 'methods: this.methods, paths: this.paths, ports', 'methods: this.methods?.slice(0, 0), paths: this.paths, ports'),
  mutation('policies name the ports of the Service, not of the pods', 'model/target-ports.ts', 'service._ports.target(port.number)', 'port.number'),
  mutation('an unnamed host is let through', 'security/zero-trust-namespace.ts', "mode: 'REGISTRY_ONLY'", "mode: 'ALLOW_ANY'"),
  mutation('a dry run enforces', 'security/zero-trust-namespace.ts', "[DRY_RUN]: 'true'", "[DRY_RUN]: 'false'"),
  mutation('the header match of the canary is dropped', 'delivery/canary-rollout.ts', 'match: props.alwaysCanary._atoms', "match: [{ uri: { kind: 'exact', value: '/never' } }]"),
  mutation('the weights of the canary are exchanged', 'delivery/canary-rollout.ts',
    'subset: stable.subset, weight: 100 - weight }, { subset: canary.subset, weight }',
    'subset: stable.subset, weight }, { subset: canary.subset, weight: 100 - weight }'),
  mutation('a cookie is found inside another', 'model/http-match.ts', '(.*;\\\\s*)?', '.*'),
  mutation('the least specific match comes first', 'model/match-atom.ts', 'return at < 0 ? 0 : y[at] - x[at];', 'return at < 0 ? 0 : x[at] - y[at];'),
  mutation('a POST is retried', 'traffic/retries.ts', "['GET', 'HEAD',", "['POST', 'GET', 'HEAD',"),
  mutation('retries do not see gateway errors', 'traffic/retries.ts', 'retryOn: [...new Set([...this.conditions,',
    "retryOn: [...new Set([...this.conditions.filter((condition) => `${condition}` !== 'gateway-error'),"),
  mutation('a timeout is written without a unit', 'semantics/duration.ts', 'return `${milliseconds / size}${suffix}`', 'return `${milliseconds / size}${suffix && \'\'}`'),
  mutation('the settings of a port inherit nothing', 'model/traffic-layers.ts', 'port: { number: port }, ...this.effective(undefined, port) }', 'port: { number: port }, ...this.blocksOf({ port }) }'),
  {
    fault: 'maxEjectionPercent is Istio\'s 10, and nothing checks it',
    edits: [
      { file: 'src/model/traffic-layers.ts', find: 'detection.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT', replace: 'Math.min(10, detection.maxEjectionPercent ?? DEFAULT_MAX_EJECTION_PERCENT)' },
      { file: 'src/model/effective-policies.ts', find: 'if (percent === undefined || service', replace: 'if (percent === 10 || percent === undefined || service' },
    ],
  },
  mutation('an abort happens always', 'traffic/fault-abort.ts', 'percentage: { value } }', 'percentage: { value: 100 } }'),
  mutation('a delay is hardly one', 'traffic/fault-delay.ts', 'istioDuration(duration, \'FaultDelay: the duration\')', 'istioDuration(duration, \'FaultDelay: the duration\') && \'1ms\''),
  mutation('the kill switch kills nothing', 'traffic/fault-injection.ts', 'if (!this.enabled) return;', ''),
  mutation('half of what is said is mirrored', 'model/http-routes.ts', 'percentage: { value: mirror.percentage }', 'percentage: { value: mirror.percentage / 2 }'),
  mutation('a request is copied to where it goes', 'model/route-mirrors.ts', 'if (served.length !== 1) return', 'return'),
  mutation('a mirror does not say its port', 'traffic/mirror-target.ts', 'get port() { return destination.port; },', ''),
  mutation('a string that Kubernetes reads as a number is written', 'semantics/yaml-scalar.ts', 'return GO_NUMBER.test(', "return text === '' && GO_NUMBER.test("),
];
