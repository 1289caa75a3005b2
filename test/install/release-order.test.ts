import fc from 'fast-check';
import { ChartRelease } from '../../src';
import { inOrder, namespaceLabels } from '../../src/install/release-order';

const ISTIO = 'https://blob.istio.io/istio-release/charts';

function release(name: string, others: Partial<ChartRelease> = {}): ChartRelease {
  return { name, namespace: 'istio-system', chart: 'base', repository: ISTIO, version: '1.31.1', values: {}, ...others };
}

const wrong = (others: object) => () => inOrder([{ ...release('istiod'), ...others }]);

test('each release comes behind all that it depends on, in the order that was given where nothing else says so', () => {
  const releases = [release('gateway', { dependsOn: ['istiod'] }), release('istiod', { dependsOn: ['base'] }), release('base'), release('cni', { dependsOn: ['base'] })];
  expect(inOrder(releases).map(({ release: { name }, wave }) => [name, wave])).toEqual([['base', 0], ['istiod', 1], ['cni', 1], ['gateway', 2]]);
});

test('whatever the dependencies and the order, nobody comes before what it needs, and nobody later than that asks for', () => {
  const graph = fc.integer({ min: 1, max: 12 }).chain((count) => fc.tuple(
    fc.array(fc.array(fc.nat(11), { maxLength: 3 }), { minLength: count, maxLength: count }),
    fc.shuffledSubarray([...Array(count).keys()], { minLength: count, maxLength: count }),
  ));
  fc.assert(fc.property(graph, ([needs, order]) => {
    // Only on lower numbers, so that there is no circle.
    const releases = order.map((n) => release(`r${n}`, { dependsOn: [...new Set(needs[n].filter((m) => m < n))].map((m) => `r${m}`) }));
    const ordered = inOrder(releases);
    const waves = new Map(ordered.map(({ release: { name }, wave }) => [name, wave]));
    expect([...waves.keys()].sort()).toEqual(releases.map(({ name }) => name).sort());
    const least = (dependsOn: readonly string[]) => 1 + Math.max(-1, ...dependsOn.map((name) => waves.get(name)!));
    ordered.forEach(({ release: { dependsOn = [] }, wave }) => expect(wave).toBe(least(dependsOn)));
    expect(ordered.map(({ wave }) => wave)).toEqual(ordered.map(({ wave }) => wave).sort((a, b) => a - b));
  }));
});

test('a circle is refused with everyone in it, and nobody else', () => {
  const releases = [release('first', { dependsOn: ['a'] }), release('a', { dependsOn: ['b'] }), release('b', { dependsOn: ['c'] }), release('c', { dependsOn: ['a'] })];
  expect(() => inOrder(releases)).toThrow('releases wait for each other in a circle: a → b → c → a.');
  expect(() => inOrder([release('a', { dependsOn: ['a'] })])).toThrow('circle: a → a.');
});

test('a dependency that nobody gave is refused with those that are there', () => {
  expect(() => inOrder([release('istiod', { dependsOn: ['istio-base'] }), release('base')])).toThrow(
    'the release istiod depends on "istio-base", which is none of those given: istiod, base. Give both in one list, or take it out of `dependsOn`.');
});

test('two releases of a name are refused, wherever they are', () => {
  expect(() => inOrder([release('ingress', { namespace: 'a' }), release('ingress', { namespace: 'b', chart: 'gateway' })])).toThrow(
    'two releases are called "ingress": the chart base in a, and gateway in b.');
});

test.each([
  [{ name: 'Istiod' }, '`name` is "Istiod". Lower-case letters'],
  [{ name: 'x'.repeat(54) }, 'at most 53'],
  [{ namespace: 'istio.system' }, '`namespace` is "istio.system"'],
  [{ chart: '../base' }, '`chart` is "../base"'],
  [{ repository: 'http://charts.example.com' }, '`repository` is "http://charts.example.com"'],
  [{ repository: 'https://user:secret@charts.example.com' }, 'without credentials'],
  [{ repository: 'https://charts.example.com/$(id)' }, '`repository` is'],
  [{ version: '1.31' }, '`version` is "1.31". Give one exact version'],
  [{ version: 'version-1.31.1' }, '`version` is "version-1.31.1"'],
  [{ version: 'v1.31' }, '`version` is "v1.31"'],
  [{ version: '^1.31.1' }, 'with a range, what is installed depends on the day'],
  [{ namespaceLabels: { 'topology.istio.io/network': 'a b' } }, '`namespaceLabels` has topology.istio.io/network: "a b"'],
  [{ namespaceLabels: { 'bad key': 'a' } }, '`namespaceLabels` has bad key'],
  [{ values: { pilot: { replicas: Number.NaN } } }, '`values.pilot.replicas` is NaN, which no file of values can hold'],
  [{ values: { list: [1, { a: undefined }] } }, '`values.list[1].a` is undefined'],
  [{ values: { at: new Date(0) } }, '`values.at` is a Date'],
  [{ values: { make: () => 1 } }, '`values.make` is the function make'],
  [{ values: { mode: '0o17' } }, 'values.mode is the string "0o17"'],
])('%j is refused', (others, message) => {
  expect(wrong(others)).toThrow(message);
  expect(wrong(others)).toThrow(/^the release \S+: /);
});

test('the version of a chart may begin with v, as those of cert-manager do', () => {
  expect(inOrder([release('istio-csr', { version: 'v0.14.2' })]).map(({ release: { version } }) => version)).toEqual(['v0.14.2']);
});

test('values that hold themselves are refused', () => {
  const values: any = { a: {} };
  values.a.b = values;
  expect(wrong({ values })).toThrow('`values.a.b` holds itself');
  const list: any[] = [];
  list.push({ list });
  expect(wrong({ values: { list } })).toThrow('`values.list[0].list` holds itself');
  const shared = { x: 1 };
  expect(wrong({ values: { a: shared, b: shared } })).not.toThrow();
});

test('what was given is not shared, and null is kept', () => {
  const values = Object.assign(Object.create(null), { a: { b: null } });
  const [{ release: made }] = inOrder([release('istiod', { values })]);
  values.a.b = 1;
  expect(made.values).toEqual({ a: { b: null } });
});

test('a namespace has the labels of all releases in it, which have to agree', () => {
  const labelled = (name: string, namespace: string, labels?: { [label: string]: string }) => release(name, { namespace, namespaceLabels: labels });
  expect([...namespaceLabels([labelled('a', 'x', { l: '1' }), labelled('b', 'x', { m: '2' }), labelled('c', 'y')])]).toEqual([['x', { l: '1', m: '2' }], ['y', {}]]);
  expect(() => namespaceLabels([labelled('a', 'x', { l: '1' }), labelled('b', 'x', { l: '2' })])).toThrow('the release b wants the namespace x to have the label l: 2, and another one wants 1.');
});
