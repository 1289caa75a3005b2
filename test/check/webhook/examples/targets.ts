/** What policies are attached to: the same rules for all kinds that have `selector` and `targetRefs`. */
const target = (group: string | undefined, kind: string, name = 'a') => ({ targetRefs: [group === undefined ? { kind, name } : { group, kind, name }] });
const AT = 'spec.targetRefs[0]';

export const FINE_TARGETS = [
  ['a selector with labels', { selector: { matchLabels: { app: 'reviews' } } }],
  ['a selector with an empty value', { selector: { matchLabels: { app: '' } } }],
  ['a Service as target', target(undefined, 'Service')],
  ['a Service of the empty group as target', target('', 'Service')],
  ['a Service of the group core as target', target('core', 'Service')],
  ['a ServiceEntry as target', target('networking.istio.io', 'ServiceEntry')],
  ['a Gateway as target', target('gateway.networking.k8s.io', 'Gateway')],
  ['a GatewayClass as target', target('gateway.networking.k8s.io', 'GatewayClass')],
  ['no target', { targetRefs: [] }],
] as const;

export const POINTLESS_TARGETS = [
  ['a selector without labels', { selector: {} }, 'spec.selector'],
  ['a selector with no label in it', { selector: { matchLabels: {} } }, 'spec.selector'],
] as const;

export const FAULTY_TARGETS = [
  ['a Pod as target', target(undefined, 'Pod'), AT],
  ['a service in lower case as target', target('', 'service'), AT],
  ['a Gateway of Istio as target', target('networking.istio.io', 'Gateway'), AT],
  ['a Gateway without its group as target', target(undefined, 'Gateway'), AT],
  ['a second target that is none', { targetRefs: [{ kind: 'Service', name: 'a' }, { kind: 'HTTPRoute', group: 'gateway.networking.k8s.io', name: 'a' }] }, 'spec.targetRefs[1]'],
] as const;
