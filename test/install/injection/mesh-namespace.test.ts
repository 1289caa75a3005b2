import { ApiObject, App, Chart } from 'cdk8s';
import { Namespace } from 'cdk8s-plus-33';
import { Injection, MeshNamespace, ZeroTrustNamespace } from '../../../src';

function chart(): Chart {
  return new Chart(new App(), 'platform', { namespace: 'platform' });
}

function synth(scope: Chart): any[] {
  (scope.node.root as App).synthYaml();
  return scope.toJson();
}

const raw = (scope: Chart, labels?: object, name = 'shop') => new ApiObject(scope, 'raw', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels && { labels: { ...labels } } } });

test.each<[string, Injection | undefined, object]>([
  ['unless said otherwise, by the default revision', undefined, { 'istio-injection': 'enabled' }],
  ['by a revision', Injection.revision('1-31'), { 'istio.io/rev': '1-31' }],
  ['without sidecars', Injection.ambient(), { 'istio.io/dataplane-mode': 'ambient' }],
  ['not at all', Injection.none(), { 'istio-injection': 'disabled' }],
])('pods come into the mesh %s', (_, injection, labels) => {
  const scope = chart();
  new MeshNamespace(scope, 'shop', { name: 'shop', injection });
  expect(synth(scope)).toEqual([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } }]);
});

test('it has other labels and annotations beside', () => {
  const scope = chart();
  new MeshNamespace(scope, 'shop', { name: 'shop', metadata: { labels: { team: 'shop' }, annotations: { owner: 'a' } } });
  expect(synth(scope)[0].metadata).toEqual({ name: 'shop', labels: { 'team': 'shop', 'istio-injection': 'enabled' }, annotations: { owner: 'a' } });
});

test('of a namespace that is somebody else\'s nothing is written: its owner is told what to do', () => {
  const scope = chart();
  const { patch, command, namespaceObject } = new MeshNamespace(scope, 'shop', { name: 'shop', existing: true, injection: Injection.revision('1-31') });
  expect(synth(scope)).toEqual([]);
  expect(namespaceObject).toBeUndefined();
  expect(patch).toEqual({ metadata: { labels: { 'istio-injection': null, 'istio.io/rev': '1-31', 'istio.io/dataplane-mode': null } } });
  expect(command).toBe('kubectl label namespace shop --overwrite istio-injection- istio.io/rev=1-31 istio.io/dataplane-mode-');
});

test('a Namespace of this App gets the label, whoever writes it', () => {
  const scope = chart();
  const { name } = new MeshNamespace(scope, 'shop', { namespaceObject: raw(scope, { team: 'shop' }) });
  const plus = new Namespace(scope, 'plus', { metadata: { name: 'data' } });
  new MeshNamespace(scope, 'data', { namespaceObject: plus, injection: Injection.revision('1-31') });
  expect(name).toBe('shop');
  expect(synth(scope).map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
    ['shop', { 'team': 'shop', 'istio-injection': 'enabled' }], ['data', { 'istio.io/rev': '1-31' }],
  ]);
});

test('a namespace of Kubernetes itself can be kept out, and nothing else', () => {
  new MeshNamespace(chart(), 'x', { name: 'kube-system', injection: Injection.none() });
  expect(() => new MeshNamespace(chart(), 'x', { name: 'kube-system' })).toThrow('[platform/x] `name` is kube-system, a namespace of Kubernetes itself, whose pods Istio leaves alone.');
});

test.each<[string, (scope: Chart) => unknown, string]>([
  ['no name', (scope) => new MeshNamespace(scope, 'x', {}), "nothing says which namespace it is. Give its `name`, for example 'shop'"],
  ['a name that no namespace can have', (scope) => new MeshNamespace(scope, 'x', { name: 'Shop' }), '`name` is "Shop", which is not a namespace name'],
  ['another name than that of the object', (scope) => new MeshNamespace(scope, 'x', { name: 'data', namespaceObject: raw(scope) }), '`name` is data, and `namespaceObject` is the Namespace shop. Leave out `name`.'],
  ['an object that is no Namespace', (scope) => new MeshNamespace(scope, 'x', { namespaceObject: new ApiObject(scope, 'service', { apiVersion: 'v1', kind: 'Service' }) }), 'is a Service; a namespace is of kind Namespace.'],
  ['an object that says otherwise', (scope) => new MeshNamespace(scope, 'x', { namespaceObject: raw(scope, { 'istio-injection': 'disabled' }) }), 'the Namespace has the label istio-injection: disabled already, and `injection` says enabled. Take the label out.'],
  ['both somebody else\'s and of this App', (scope) => new MeshNamespace(scope, 'x', { namespaceObject: raw(scope), existing: true }), '`existing` is true, and `namespaceObject` is written by this App.'],
  ['labels for what is not written', (scope) => new MeshNamespace(scope, 'x', { name: 'shop', existing: true, metadata: { labels: { a: 'b' } } }), "`metadata` is given, and the Namespace is somebody else's. Give it there."],
  ['a second name', (scope) => new MeshNamespace(scope, 'x', { name: 'shop', metadata: { name: 'data' } }), '`metadata` has a name or a namespace.'],
  ['a label that would be read as a number', (scope) => new MeshNamespace(scope, 'x', { name: 'shop', metadata: { labels: { a: '0o17' } } }), 'is the string "0o17"'],
])('%s is an error', (_, make, message) => {
  expect(() => make(chart())).toThrow(message);
});

test.each<[string, (scope: Chart) => unknown, string]>([
  ['two labels that contradict', (scope) => new MeshNamespace(scope, 'x', { namespaceObject: raw(scope, { 'istio.io/rev': '1-30' }) }),
    'the Namespace shop has the labels istio-injection: enabled and istio.io/rev: 1-30, which contradict.'],
  ['a Namespace that is written twice', (scope) => [raw(scope), new MeshNamespace(scope, 'x', { name: 'shop' })],
    'the Namespace shop is written here and by [platform/raw]. Give that one as `namespaceObject`, or leave it out.'],
  ['somebody else\'s that this App writes', (scope) => [raw(scope), new MeshNamespace(scope, 'x', { name: 'shop', existing: true })],
    'the Namespace shop is `existing`, and written by [platform/raw] of this App. Give that one as `namespaceObject`.'],
  ['two answers for one namespace', (scope) => ['x', 'y'].map((id) => new MeshNamespace(scope, id, { name: 'shop', existing: true })),
    '[platform/y] the namespace shop is that of [platform/x] too. Leave one of them out.'],
  ['a ZeroTrustNamespace that writes it too', (scope) => [new MeshNamespace(scope, 'x', { name: 'shop' }), new ZeroTrustNamespace(scope, 'zero', { namespace: 'shop' })],
    'the Namespace shop is written here and by [platform/zero'],
])('%s stop the synth', (_, make, message) => {
  const scope = chart();
  make(scope);
  expect(() => synth(scope)).toThrow(message);
});
