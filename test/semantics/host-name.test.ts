import { fqdnProblem, HostSet, hostsOverlap, isFqdn, isHostLabel, isHostWithin, isWildcardHost, wildcardHostProblem } from '../../src/semantics/host-name';

const LABEL_63 = 'x'.repeat(63);
const NAME_255 = `${'x.'.repeat(127)}x`;

describe('names as istiod takes them', () => {
  const both = ['a', 'a.b', 'A.B', 'a-b.c', '1a.b', 'xn--a.b', 'a.', LABEL_63, NAME_255, 'a.99999999999999999999', 'a.9223372036854775808', '1.a', '1.'];
  const neither = [
    '', '.', '.a', 'a..b', 'a.1', 'a.9223372036854775807', 'a_b', '-a', 'a-', 'a.-b', 'a b', 'é.b', 'a:80', 'a.*', '*a*', '**', 'a.*.b', `${LABEL_63}x`, `${NAME_255}x`,
    `a.${LABEL_63}x`, '10.0.0.1', '::1', 'a\n', '*_', '*-', '*-.a', '*.*', '*.1',
  ];

  test.each(both)('%s is a name and a host', (name) => {
    expect(fqdnProblem(name)).toBeUndefined();
    expect(wildcardHostProblem(name)).toBeUndefined();
  });

  test.each(['*', '*.b', '*a.b', '*-a.b', '*.a.', '*.', '1'])('%s is a host and no name', (host) => {
    expect(isWildcardHost(host)).toBe(true);
    expect(isFqdn(host)).toBe(false);
  });

  test.each(neither)('"%s" is neither', (text) => {
    expect(isFqdn(text)).toBe(false);
    expect(isWildcardHost(text)).toBe(false);
  });

  test('a label has at most 63 characters and no dot', () => {
    expect([LABEL_63, `${LABEL_63}x`, 'a.b', 'A', ''].map(isHostLabel)).toEqual([true, false, false, true, false]);
  });
});

describe('hosts that cover others', () => {
  test.each([
    ['a.b', 'a.b', true], ['a.b', 'b', false], ['a.b', '*.b', true], ['a.b', '*', true], ['b', '*.b', false], ['ab', '*b', true],
    ['*.b', '*', true], ['*.a.b', '*.b', true], ['*.b', '*.a.b', false], ['*', '*', true], ['*.b', 'a.b', false], ['*', 'a', false], ['A.b', 'a.b', false],
  ])('%s within %s: %s', (inner, outer, within) => {
    expect(isHostWithin(inner, outer)).toBe(within);
    const set = new HostSet();
    set.add(outer);
    expect(set.covers(inner)).toBe(within);
  });

  test('two hosts overlap if one is within the other, whichever', () => {
    expect(hostsOverlap('*.b', 'a.b')).toBe(true);
    expect(hostsOverlap('a.b', '*.b')).toBe(true);
    expect(hostsOverlap('*.a', '*.b')).toBe(false);
  });

  test('a set knows what was added, and which wildcard is wider than a host', () => {
    const set = new HostSet();
    expect(['a.b', '*.b', 'a.b', '*.b'].map((host) => set.add(host))).toEqual([false, false, true, true]);
    expect(['a.b', '*.b', '*.a.b', 'c'].map((host) => set.widerThan(host))).toEqual(['*.b', undefined, '*.b', undefined]);
  });
});
