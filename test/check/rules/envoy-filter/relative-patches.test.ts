import { pathsSaid, said } from '../said';

function envoyFilter(name: string, patches: string, priority = 0): string {
  return `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: ${name}, namespace: shop }
spec: { priority: ${priority}, configPatches: [${patches}] }
`;
}

const patch = (operation: string, match = '') => `{ applyTo: HTTP_FILTER, match: { context: SIDECAR_INBOUND${match} }, patch: { operation: ${operation}, value: { name: shop.headers } } }`;
const VERSION = ', proxy: { proxyVersion: ^1\\.31.* }';

test('INSERT_BEFORE, INSERT_AFTER, REMOVE and REPLACE are relative; INSERT_FIRST, ADD and MERGE are not', () => {
  const all = ['INSERT_BEFORE', 'INSERT_FIRST', 'INSERT_AFTER', 'ADD', 'REMOVE', 'MERGE', 'REPLACE'].map((operation) => patch(operation)).join(', ');
  expect(pathsSaid('MESH3801', envoyFilter('all', all))).toEqual([0, 2, 4, 6].map((i) => `all spec.configPatches[${i}].patch.operation`));
  expect(pathsSaid('MESH3801', envoyFilter('all', all, 5))).toEqual([]);
});

test('after a patch of the same name for some versions, it is the other rule that speaks', () => {
  const first = envoyFilter('first', patch('INSERT_BEFORE', VERSION));
  const second = envoyFilter('second', patch('INSERT_BEFORE'));
  expect(pathsSaid('MESH3801', first + second)).toEqual(['first spec.configPatches[0].patch.operation']);
  expect(pathsSaid('MESH3802', first + second)).toEqual(['second spec.configPatches[0].patch.operation']);
});

test('what removes or replaces is not told to insert at the front instead', () => {
  expect(said('MESH3801', envoyFilter('a', patch('REMOVE')))[0].fix).toBe('Set `spec.priority`.');
  expect(said('MESH3801', envoyFilter('a', patch('INSERT_AFTER')))[0].fix).toContain('INSERT_FIRST');
  expect(said('MESH3802', envoyFilter('a', patch('INSERT_BEFORE', VERSION)) + envoyFilter('b', patch('REMOVE')))[0].fix).toBe('Set `spec.priority` on both.');
});
