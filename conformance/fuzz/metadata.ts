import { METADATA } from './dictionary/common';
import { Words } from './dictionary/words';
import { Random } from './random';

/** Gives an object a name, and now and then labels and annotations. */
export function addMetadata(object: any, random: Random, odd: number, own: Readonly<Record<string, Words>>): void {
  const word = (of: string) => {
    const words = own[of] ?? METADATA[of];
    return random.pick(words.odd && random.chance(odd * 0.1) ? words.odd : words.good) as string;
  };
  const metadata: any = { name: word('name') };
  if (random.chance(0.9)) metadata.namespace = word('namespace');
  if (random.chance(own.labelKey ? 0.4 : 0.1)) metadata.labels = { [word('labelKey')]: word('labelValue') };
  if (random.chance(own.annotationKey ? 0.3 : 0.1)) metadata.annotations = { [word('annotationKey')]: word('annotationValue') };
  if (random.chance(odd * 0.3)) {
    metadata.annotations = random.pick([
      { 'istio.io/dry-run': random.pick(['true', 'false', '', 'maybe', '1', 'T', 'TRUE', 'tRUE', 'no']) },
      { 'internal.istio.io/parents': 'a' }, { 'internal.istio.io/parent-namespace': 'a' }, { 'internal.istio.io/webhook-always-reject': '' },
      { 'internal.istio.io/gateway-semantics': 'gateway' }, { 'internal.istio.io/route-semantics': 'gateway' },
    ]);
  }
  object.metadata = metadata;
}

/**
 * Metadata that an API server looks at: some of it it takes. The group stays, as what is of no group of Istio's is
 * none of the checker's business.
 */
export function damageMetadata(object: any, random: Random): void {
  const metadata = typeof object.metadata === 'object' && object.metadata !== null && !Array.isArray(object.metadata) ? object.metadata : (object.metadata = {});
  const name = random.pick(METADATA.name.odd!);
  const damage: (() => void)[] = [
    () => { metadata.name = name; },
    () => { delete metadata.name; },
    () => { delete metadata.name; metadata.generateName = random.pick<unknown>(['a-', '', 'A', 'a_', 1]); },
    () => { metadata.namespace = random.pick<unknown>([...METADATA.namespace.odd!, 1, null]); },
    () => { metadata.labels = random.pick<unknown>([null, {}, [], { a: 1 }, { a: null }, { a: true }, { [random.pick(METADATA.labelKey.odd!) as string]: 'a' }, { a: random.pick(METADATA.labelValue.odd!) }, 'a']); },
    () => { metadata.annotations = random.pick<unknown>([null, {}, { a: 1 }, { a: null }, { [random.pick(METADATA.annotationKey.odd!) as string]: 'a' }, { a: {} }, { a: 'b'.repeat(262145) }, { a: 'b'.repeat(262142) }]); },
    () => { metadata[random.pick(['unknown', 'Name', 'nameSpace', 'cluster', '__proto__x', 'clusterName'])] = 'a'; },
    () => { metadata.creationTimestamp = random.pick<unknown>([null, '2026-01-01T00:00:00Z', 'today', 1, '', {}, '2026-01-01T00:00:00+01:00', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-01-01t00:00:00z', '2026-01-01']); },
    () => { metadata.deletionTimestamp = random.pick<unknown>([null, '2026-01-01T00:00:00Z', 'x']); },
    () => { metadata.finalizers = random.pick<unknown>([[], ['a'], ['a/b'], ['orphan'], ['foregroundDeletion'], [''], null, [1], ['a b'], ['orphan', 'foregroundDeletion'], ['A/b'], ['a/b/c'], [null]]); },
    () => { metadata.ownerReferences = random.pick<unknown>([[], null, [{}], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' }], [{ apiVersion: 'v1', kind: 'Event', name: 'a', uid: 'u' }], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u', controller: true }, { apiVersion: 'v1', kind: 'Pod', name: 'b', uid: 'w', controller: true }], [{ apiVersion: '', kind: 'Pod', name: 'a', uid: 'u' }], [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'a', uid: 'u' }], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '' }], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u', x: 1 }], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u', controller: 'yes' }], [null]]); },
    () => { metadata.generation = random.pick<unknown>([1, -1, 0, 'a', 1.5]); },
    () => { metadata.resourceVersion = random.pick<unknown>(['1', '', 1, 'a', '0']); },
    () => { metadata.uid = random.pick<unknown>(['a', '', 1]); },
    () => { metadata.selfLink = random.pick<unknown>(['/a', 1]); },
    () => { metadata.deletionGracePeriodSeconds = random.pick<unknown>([1, -1, '1', null, 0]); },
    () => { metadata.managedFields = random.pick<unknown>([[], null, [{}], [{ manager: 'a', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' }], [{ operation: 'X' }], [{ operation: 'Update', fieldsType: 'X' }], [{ manager: 'a'.repeat(129), operation: 'Update' }], [{ operation: 'Update', fieldsV1: {} }], [{ operation: 'Update', unknown: 1 }]]); },
    () => { object.metadata = random.pick<unknown>([null, 'a', [], {}, 1]); },
    () => { delete object.metadata; },
    () => { object.apiVersion = `${String(object.apiVersion).replace(/\/.*/, '')}/${random.pick(['v9', '', 'v1/x', 'V1', 'v1alpha1'])}`; },
    () => { object.kind = random.pick<unknown>([`${object.kind}s`, String(object.kind).toLowerCase(), `${object.kind}List`, '', null, 1]); },
    () => { delete object[random.pick(['kind', 'spec'])]; },
    () => { object.status = random.pick<unknown>([null, {}, 'a', { a: 1 }]); },
    () => { object[random.pick(['Spec', 'unknown', 'data', 'items', 'Metadata'])] = random.pick<unknown>([{}, 1, null, 'a', []]); },
    () => { object.spec = random.pick<unknown>([null, {}, [], 'a']); },
  ];
  random.pick(damage)();
}
