import { injectingRevision } from '../../src/semantics/injecting-revision';

const INJECT = 'sidecar.istio.io/inject';

test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
  ['nobody asks', {}, {}, undefined],
  ['the namespace asks', { 'istio-injection': 'enabled' }, {}, 'default'],
  ['the namespace names a revision', { 'istio.io/rev': '1-31' }, {}, '1-31'],
  ['the older label comes first', { 'istio-injection': 'enabled', 'istio.io/rev': '1-31' }, {}, 'default'],
  ['the pod asks', {}, { [INJECT]: 'true' }, 'default'],
  ['the pod names a revision', {}, { 'istio.io/rev': '1-31' }, '1-31'],
  ['the namespace comes before the pod', { 'istio.io/rev': '1-31' }, { 'istio.io/rev': '1-30' }, '1-31'],
  ['the pod does not want to', { 'istio-injection': 'enabled' }, { [INJECT]: 'false' }, undefined],
  ['the pod cannot want to where the namespace does not', { 'istio-injection': 'disabled' }, { [INJECT]: 'true', 'istio.io/rev': '1-31' }, undefined],
])('%s', (_, namespace, pod, revision) => {
  expect(injectingRevision(namespace, pod)).toBe(revision);
});
