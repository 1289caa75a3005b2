import { ENVOY_FILTERS } from './examples/envoy-filter';
import { examplesOf, ourVerdict, testExamples } from './examples/example';

describe('an EnvoyFilter', () => testExamples(ENVOY_FILTERS));

test('a value that nests its message ten thousand times is read without a crash', () => {
  let permission: object = { any: true };
  for (let i = 0; i < 10_000; i++) permission = { not_rule: permission };
  const rbac = { '@type': 'envoy.extensions.filters.http.rbac.v3.RBAC', 'rules': { policies: { a: { permissions: [permission] } } } };
  const patch = { operation: 'ADD', value: { name: 'a', typed_config: rbac } };
  const [example] = examplesOf('EnvoyFilter', { accepted: [['', { configPatches: [{ applyTo: 'HTTP_FILTER', patch }] }]], warned: [], refused: [] });
  expect(ourVerdict(example)).toMatchObject({ verdict: 'warned', at: ['spec'] });
});
