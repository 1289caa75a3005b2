import * as fc from 'fast-check';
import { isDnsLabel, isDnsName, isHost, isLabelKey, isLabelValue, shortName } from '../../src/semantics/kubernetes-name';

test.each(['a', 'reviews', 'reviews-v2', '0', 'a'.repeat(63)])('"%s" is a DNS label', (name) => {
  expect(isDnsLabel(name)).toBe(true);
});

test.each(['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a'.repeat(64)])('"%s" is no DNS label', (name) => {
  expect(isDnsLabel(name)).toBe(false);
});

test.each([
  ['shop.example.com', true], ['*.example.com', true], ['localhost', true],
  ['*', false], ['a.*.com', false], ['http://a', false], ['a:80', false], ['a/b', false], ['a..b', false], ['', false],
])('"%s" as a host: %s', (host, expected) => {
  expect(isHost(host)).toBe(expected);
});

test('a DNS name has at most 253 characters', () => {
  const labels = Array.from({ length: 4 }, () => 'a'.repeat(63)).join('.');
  expect(isDnsName(labels)).toBe(false);
  expect(isDnsName(labels.slice(0, 253))).toBe(true);
});

test.each([
  ['version', true], ['app.kubernetes.io/name', true], ['a/b/c', false], ['', false], ['x/', false], ['/x', false], ['Ex.com/a', false], ['a b', false],
])('"%s" as a label: %s', (key, expected) => {
  expect(isLabelKey(key)).toBe(expected);
});

test.each([['v1', true], ['1.2_3-A', true], ['', true], ['v 1', false], ['-v', false], ['v-', false], ['v'.repeat(63), true], ['v'.repeat(64), false]])('"%s" as the value of a label: %s', (value, expected) => {
  expect(isLabelValue(value)).toBe(expected);
});

const names = fc.string({ unit: fc.constantFrom('a', 'b', '-', '7'), minLength: 1, maxLength: 100 }).map((name) => `x${name}x`);

test('a shortened name is a DNS label, and a short one stays as it is', () => {
  fc.assert(fc.property(names, (name) => {
    expect(isDnsLabel(shortName(name))).toBe(true);
    if (name.length <= 63) expect(shortName(name)).toBe(name);
  }));
});

test('two long names that begin alike stay two', () => {
  const name = 'a'.repeat(70);
  expect(shortName(`${name}b`)).not.toBe(shortName(`${name}c`));
});
