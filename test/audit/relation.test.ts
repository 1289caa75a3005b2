import * as fc from 'fast-check';
import { Condition } from '../../src/audit/condition';
import { isApartFrom, isImpliedBy } from '../../src/audit/relation';

const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/b', '/ab', '/a/', 'x'];
const PATTERNS = ['/', '/a', '/a*', '/a/*', '*b', '*', '/b', '/a/{*}', '/{*}', '/a/{**}', '/b/{*}', '*/b'];

const list = fc.uniqueArray(fc.constantFrom(...PATTERNS), { maxLength: 3 });
const condition: fc.Arbitrary<Condition> = fc.record({ attribute: fc.constant('request.path'), values: list, excluded: list })
  .filter(({ values, excluded }) => values.length + excluded.length > 0);

/** By hand, for one path. */
function holds({ values, excluded }: Condition, path: string): boolean {
  const takes = (pattern: string) => new RegExp(`^${pattern.split(/(\{\*\*\}|\{\*\}|\*)/)
    .map((part) => part === '{*}' ? '[^/]+' : part === '{**}' || part === '*' ? '.*' : part).join('')}$`).test(path);
  return (values.length === 0 || values.some(takes)) && !excluded.some(takes);
}

test('what is said to be apart has no path in common', () => {
  fc.assert(fc.property(fc.array(condition, { maxLength: 2 }), condition, (given, asked) => {
    if (!isApartFrom(given, asked)) return;
    expect(PATHS.filter((path) => given.every((one) => holds(one, path)) && holds(asked, path))).toEqual([]);
  }), { numRuns: 5000 });
});

test('what is said to be implied holds for every path', () => {
  fc.assert(fc.property(fc.array(condition, { maxLength: 2 }), condition, (given, asked) => {
    if (!isImpliedBy(given, asked)) return;
    expect(PATHS.filter((path) => given.every((one) => holds(one, path)) && !holds(asked, path))).toEqual([]);
  }), { numRuns: 5000 });
});

test('what is plainly apart or implied is seen to be', () => {
  const of = (values: string[], excluded: string[] = [], attribute = 'request.method'): Condition => ({ attribute, values, excluded });
  expect(isApartFrom([of(['GET'])], of(['POST', 'PUT']))).toBe(true);
  expect(isApartFrom([of(['GET'])], of([], ['GET']))).toBe(true);
  expect(isApartFrom([of([], ['GET'])], of(['GET']))).toBe(true);
  expect(isApartFrom([of(['a.example'], [], 'request.host')], of(['A.example'], [], 'request.host'))).toBe(false);
  expect(isApartFrom([of(['10.0.0.0/8'], [], 'source.ip')], of(['11.0.0.0/8'], [], 'source.ip'))).toBe(false);
  expect(isImpliedBy([of(['GET'])], of(['GET', 'HEAD']))).toBe(true);
  expect(isImpliedBy([of(['GET'])], of([], ['POST']))).toBe(true);
  expect(isImpliedBy([of(['10.1.0.0/16'], [], 'source.ip')], of(['10.1.0.0/16', '10.2.0.0/16'], [], 'source.ip'))).toBe(true);
  expect(isImpliedBy([of(['10.1.0.0/16'], [], 'source.ip')], of(['10.2.0.0/16'], [], 'source.ip'))).toBe(false);
});
