import { Json } from '../../../src/manifest/json';
import { admitted, complaints, fromText, objectOf } from './objects';
import { RULE_CASES } from './rule-cases';
import { TRAP_CASES } from './trap-cases';

describe.each(Object.entries(TRAP_CASES))('%s', (_, cases) => {
  test.each(cases.map(([name, object, ...expected]) => [name, object, expected] as const))('%s', (_name, object, expected) => {
    expect(complaints(object)).toEqual(expected);
  });

  test('an object without a prototype gets the same verdict', () => {
    for (const [, object, ...expected] of cases) expect(complaints(fromText(JSON.stringify(object)))).toEqual(expected);
  });
});

test('whatever is said, and what to do, is a sentence', () => {
  const objects = [
    ...Object.values(TRAP_CASES).flatMap((cases) => cases.map(([, object]) => object)),
    ...RULE_CASES.flatMap(({ of, refused }) => refused.map(of)),
  ];
  const said = objects.flatMap((object) => admitted(object).problems.flatMap(({ message, fix }) => [message, fix]));
  expect(said.length).toBeGreaterThan(objects.length / 2);
  // It may begin with the name of a field or with a value.
  for (const text of said) expect(text).toMatch(/^(?!(?:an?|the|its?|they|there|this|lists|several|neither|nothing|write) )[^]+[.]$/);
});

describe('what is handed on', () => {
  test('is the object itself when nothing is dropped', () => {
    const object = objectOf('DestinationRule', { host: 'a', trafficPolicy: { outlierDetection: { consecutive5xxErrors: null } } });
    expect(admitted(object).admitted).toBe(object);
  });

  test('lacks the status, and is the object otherwise', () => {
    const object = { ...objectOf('DestinationRule', { host: 'a' }), status: {} };
    const { problems, admitted: stored } = admitted(object);
    expect(problems).toEqual([]);
    expect(stored).toEqual(objectOf('DestinationRule', { host: 'a' }));
    expect(object.status).toEqual({});
  });

  test('lacks nulls that are dropped, and keeps those of nullable fields', () => {
    const { admitted: stored } = admitted(objectOf('DestinationRule', {
      host: 'a', subsets: [{ name: 'b', labels: { c: null, d: 'e' }, trafficPolicy: null }], trafficPolicy: { outlierDetection: { consecutive5xxErrors: null } },
    }));
    expect(stored.spec).toEqual({ host: 'a', subsets: [{ name: 'b', labels: { d: 'e' } }], trafficPolicy: { outlierDetection: { consecutive5xxErrors: null } } });
  });

  test('lacks what does not fit, up to the object that needs it', () => {
    const { admitted: stored } = admitted(objectOf('VirtualService', {
      hosts: ['a', 5, 'b'],
      http: [{ name: 7, bogus: 1, route: [{ destination: { host: 9, subset: 'v1' }, weight: 1 }, { destination: { host: 'c' }, weight: 'half' }], timeout: '0s' }],
    }));
    expect(stored.spec).toEqual({ hosts: ['a', 'b'], http: [{ route: [{ destination: { host: 'c' } }], timeout: '0s' }] });
  });

  test('has labels of text only', () => {
    const { admitted: stored } = admitted(objectOf('VirtualService', {}, { name: 'a', labels: { b: 1, c: 'd', e: null }, annotations: 'x', bogus: 1 }));
    expect(stored.metadata).toEqual({ name: 'a', labels: { c: 'd', e: '' } });
  });

  test('keeps keys called like what every object has, and inherits nothing by them', () => {
    const object = fromText('{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"a"},"spec":{"host":"a","subsets":[{"name":"b","labels":{"__proto__":"c","constructor":"d","x":null}}]}}');
    const [{ labels }] = (admitted(object).admitted.spec as any).subsets;
    expect(Object.entries(labels)).toEqual([['__proto__', 'c'], ['constructor', 'd']]);
    expect(complaints(JSON.parse('{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"a"},"spec":{"host":"a","__proto__":{"subsets":[]}}}')))
      .toEqual(['unknown-field spec.__proto__']);
    expect(({} as any).subsets).toBeUndefined();
  });
});

test('objects of other groups are none of its business', () => {
  for (const [apiVersion, kind] of [['v1', 'Service'], ['gateway.networking.k8s.io/v1', 'Gateway'], ['install.istio.io/v1alpha1', 'IstioOperator'], ['apps/v1', 'Sidecar']]) {
    const object = { apiVersion, kind, metadata: 12, spec: 'anything' };
    expect(admitted(object)).toEqual({ problems: [], admitted: object });
    expect(admitted(object).admitted).toBe(object);
  }
});

describe('a fix', () => {
  const fixOf = (object: any) => admitted(object).problems[0].fix;
  const rule = (spec: any) => objectOf('DestinationRule', { host: 'a', ...spec });

  test.each([
    ['a letter too few', rule({ subset: [] }), 'Write subsets.'],
    ['two letters swapped', rule({ trafficPoilcy: {} }), 'Write trafficPolicy.'],
    ['snake_case', rule({ traffic_policy: {} }), 'Write trafficPolicy.'],
    ['another case', rule({ EXPORTTO: [] }), 'Write exportTo.'],
    ['a level too high', rule({ outlierDetection: {} }), 'Move it to spec.trafficPolicy.outlierDetection.'],
    ['a level too low', rule({ trafficPolicy: { subsets: [] } }), 'Move it to spec.subsets.'],
    ['beside the spec', { ...objectOf('VirtualService', {}), hosts: [] }, 'Move it to spec.hosts.'],
    ['below the wrong object of a list', objectOf('VirtualService', { http: [{ route: [{ destination: { host: 'a', weight: 1 } }] }] }), 'Move it to spec.http[].route[].weight.'],
    ['of another place altogether', objectOf('Telemetry', { accessLogging: [{ format: '%REQ%' }] }),
      'Give a provider the format: in meshConfig.extensionProviders, logFormat of its envoyFileAccessLog. Then name that provider in providers here.'],
    ['nothing like it', rule({ zzzzzzzz: 1 }), 'Remove it, or write one of exportTo, host, subsets, trafficPolicy, workloadSelector.'],
    ['an enum in another case', rule({ trafficPolicy: { loadBalancer: { simple: 'least_conn' } } }), 'Write LEAST_CONN.'],
    ['a port in quotes', objectOf('VirtualService', { http: [{ route: [{ destination: { host: 'a', port: { number: '80' } } }] }] }), 'Write 80, without quotes.'],
    ['a version that YAML reads as a number', rule({ subsets: [{ name: 'v1', labels: { version: 1.1 } }] }), 'Put it in quotes: "1.1".'],
    ['a label that YAML reads as a boolean', objectOf('VirtualService', {}, { name: 'a', labels: { on: true } }), 'Put it in quotes: "true".'],
    ['a duration without its unit', objectOf('VirtualService', { http: [{ timeout: 5 }] }), 'Write it with its unit, such as 5s or 5ms.'],
    ['no time at all', objectOf('VirtualService', { http: [{ timeout: 0 }] }), 'Write a duration, such as 500ms or 5s.'],
    ['a list without a dash', objectOf('VirtualService', { hosts: 'a' }), 'Make it a list: begin "a" with a dash.'],
    ['a dash too many', objectOf('VirtualService', { http: [{ match: [{ uri: [{ exact: '/' }] }] }] }), 'Remove the dash: it is a single object, not a list.'],
    ['a version of yesterday', { ...rule({}), apiVersion: 'networking.istio.io/v1alpha1' }, 'Write apiVersion: networking.istio.io/v1.'],
    ['a kind of another group', { ...rule({}), apiVersion: 'security.istio.io/v1beta1' }, 'Write apiVersion: networking.istio.io/v1.'],
    ['a mistyped kind', { ...rule({}), kind: 'DestinatonRule' }, 'Write kind: DestinationRule and apiVersion: networking.istio.io/v1.'],
    ['a name with capitals', objectOf('VirtualService', {}, { name: 'Reviews_V1.' }), 'Write "reviews-v1".'],
    ['a port twice', objectOf('ServiceEntry', { hosts: ['a'], ports: [{ number: 80, name: 'a' }, { number: 80, name: 'b' }] }), 'Give every port a number of its own, or remove the repetition.'],
  ])('for %s says what to write', (_, object, fix) => {
    expect(fixOf(object)).toBe(fix);
  });

  test('comes with a message that shows the value, however large', () => {
    const { message } = admitted(objectOf('VirtualService', { http: [{ timeout: 'x'.repeat(1_000_000) }] })).problems[0];
    expect(message).toMatch(/^"x{80}\u2026" is no duration/);
  });
});

describe('bad input', () => {
  const nested = (levels: number, innermost: Json = 1) => {
    let value: any = innermost;
    for (let i = 0; i < levels; i++) value = i % 2 === 0 ? { a: value } : [value];
    return value;
  };
  const patch = (value: any) => objectOf('EnvoyFilter', { configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE', value } }] });

  test('10,000 levels are taken, one more is refused and left out', () => {
    expect(complaints(patch({ a: nested(9994) }))).toEqual([]);
    expect(complaints(patch({ a: nested(9995) }))).toEqual(['not-allowed-value spec.configPatches[0].patch.value']);
    expect((admitted(patch({ a: nested(9995) })).admitted.spec as any).configPatches[0].patch).toEqual({ operation: 'MERGE' });
    expect(complaints({ ...objectOf('VirtualService', {}), status: nested(9999) })).toEqual([]);
    expect(complaints({ ...objectOf('VirtualService', {}), status: nested(10_000) })).toEqual(['not-allowed-value status']);
  });

  test.each(['spec', 'metadata', 'status', 'apiVersion', 'bogus'])('100,000 levels in %s are a problem, not a crash', (field) => {
    expect(complaints({ ...objectOf('VirtualService', {}), [field]: nested(100_000) })).not.toEqual([]);
  });

  test('100,000 levels anywhere in a spec are a problem, not a crash', () => {
    const deep = nested(100_000);
    const specs = [{ hosts: deep }, { hosts: [deep] }, ...[
      { timeout: deep }, { directResponse: { status: 200, body: { bytes: [deep] } } }, { match: [{ headers: { a: deep } }] },
    ].map((route) => ({ http: [route] }))];
    for (const spec of specs) expect(complaints(objectOf('VirtualService', spec))).not.toEqual([]);
  });

  test('a value that stands in itself, or ten times in each of ten levels, is looked at once', () => {
    const circle: any = { a: [] };
    circle.a.push(circle, circle);
    expect(complaints(patch(circle))).toEqual(['not-allowed-value spec.configPatches[0].patch.value']);
    let laughs: any = {};
    for (let i = 0; i < 20; i++) laughs = { many: Array(10).fill(laughs) };
    expect(complaints(patch(laughs))).toEqual([]);
  });

  test('thousands of problems become a hundred', () => {
    expect(admitted(objectOf('VirtualService', { hosts: Array(5000).fill(1) })).problems).toHaveLength(100);
  });

  test('members that are undefined are not there', () => {
    const object = objectOf('DestinationRule', { host: 'a', subsets: undefined, trafficPolicy: { outlierDetection: undefined, bogus: undefined } });
    expect(admitted(object)).toEqual({ problems: [], admitted: objectOf('DestinationRule', { host: 'a', trafficPolicy: {} }) });
  });
});
