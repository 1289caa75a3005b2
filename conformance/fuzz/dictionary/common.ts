import { Repair, TEXT, Words, LABEL_KEY, LABEL_VALUE, NAMESPACE } from './words';

/** The fields that select what a policy is for. */
export const SELECTION: Readonly<Record<string, Words>> = {
  'matchLabels{key}': LABEL_KEY,
  'matchLabels{}': LABEL_VALUE,
  'workloadSelector.labels{key}': LABEL_KEY,
  'workloadSelector.labels{}': LABEL_VALUE,
  'spec.selector': { good: [], odd: [{}] },
  'targetRefs[].name': { good: ['waypoint', 'a', 'gateway-1'], odd: ['', 'A b'] },
  'targetRef.name': { good: ['waypoint', 'a', 'gateway-1'], odd: ['', 'A b'] },
  'targetRefs[].namespace': { good: [''], odd: ['shop'] },
  'targetRef.namespace': { good: [''], odd: ['shop'] },
};

const TARGETS: readonly (readonly [string | undefined, string])[] = [
  ['gateway.networking.k8s.io', 'Gateway'], ['gateway.networking.k8s.io', 'GatewayClass'],
  ['', 'Service'], [undefined, 'Service'], ['networking.istio.io', 'ServiceEntry'],
];

/** Points references at kinds that a policy may be attached to. */
export const attachToKnownKinds: Repair = (spec, random) => {
  for (const reference of [spec.targetRef, ...Array.isArray(spec.targetRefs) ? spec.targetRefs : []]) {
    if (!reference || random.chance(0.1)) continue;
    const [group, kind] = random.pick(TARGETS);
    reference.kind = kind;
    if (group === undefined) delete reference.group;
    else reference.group = group;
  }
};

/** A selector that selects. */
export const selectSomething: Repair = (spec) => {
  for (const [selector, labels] of [['selector', 'matchLabels'], ['workloadSelector', 'matchLabels'], ['workloadSelector', 'labels']]) {
    if (!spec[selector] || (labels === 'labels' && 'matchLabels' in spec[selector])) continue;
    if (!spec[selector][labels] || Object.keys(spec[selector][labels]).length === 0) delete spec[selector];
  }
};

/** What every kind's metadata may hold. */
export const METADATA: Readonly<Record<string, Words>> = {
  name: { good: ['a', 'reviews', 'reviews-v2', 'x1'], odd: ['reviews.shop', 'a'.repeat(63), 'a'.repeat(64), 'a'.repeat(253), 'a'.repeat(254), 'A', '-a', '', 'a_b', 'a/b', 'ä', 'a.-b', 'a..b', '1', 'a.', '%', '..'] },
  namespace: { good: ['shop', 'default', 'istio-system'], odd: ['', 'A', 'a.b', 'a'.repeat(64), '-a', 'a_b'] },
  labelKey: LABEL_KEY,
  labelValue: LABEL_VALUE,
  annotationKey: { good: ['a', 'example.com/x', 'kubectl.kubernetes.io/last-applied-configuration'], odd: ['', 'a b', 'A/b/c', 'A.b/c', '/a', 'internal.istio.io/always-reject'] },
  annotationValue: TEXT,
};

export const WARY_NAMESPACE: Words = { good: NAMESPACE.good, odd: NAMESPACE.odd };
