import { isWorkloadLabelKey, isWorkloadLabelValue } from '../../src/semantics/workload-label';

test.each([
  'a', 'a/b', 'A.b-c/D_e.f', 'a'.repeat(63), `x/${'a'.repeat(63)}`, `${'a.'.repeat(126)}a/b`, `${'a'.repeat(253)}/b`,
])('%s is a key', key => expect(isWorkloadLabelKey(key)).toBe(true));

test.each([
  '', 'a!', '/a', 'a/', 'a/b/c', '-a', 'a-', '_a', 'a'.repeat(64), `x/${'a'.repeat(64)}`, `${'a.'.repeat(127)}/b`, `${'a'.repeat(254)}/b`,
  'a..b/c', 'é',
])('"%s" is none', key => expect(isWorkloadLabelKey(key)).toBe(false));

test('a value may be empty and as long as it likes, but has no slash and no odd end', () => {
  expect(['a', '', 'a'.repeat(64), 'A.b-c_d'].map(isWorkloadLabelValue)).not.toContain(false);
  expect(['a/b', 'a!', '-a', 'a-', '_a', 'é'].map(isWorkloadLabelValue)).not.toContain(true);
});
