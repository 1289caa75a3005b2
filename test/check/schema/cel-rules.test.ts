import { CEL_RULES } from '../../../src/check/schema/cel-rules';
import { admitted } from './objects';
import { RULE_CASES } from './rule-cases';

test('every rule has values that it accepts and values that it refuses', () => {
  expect(RULE_CASES.map(({ rule }) => rule).sort()).toEqual([...CEL_RULES.keys()].sort());
  expect(RULE_CASES.filter(({ accepted, refused }) => accepted.length === 0 || refused.length === 0)).toEqual([]);
});

describe.each(RULE_CASES.map((one) => [one.rule, one] as const))('%s', (_, { of, accepted, refused }) => {
  test.each(accepted.map((value) => [value]))('accepts %j', (value) => {
    expect(admitted(of(value)).problems).toEqual([]);
  });

  test.each(refused.map((value) => [value]))('refuses %j, and says what to write instead', (value) => {
    const { problems } = admitted(of(value));
    expect(problems.map(({ rule }) => rule)).toContain('cel');
    for (const { path, message, fix } of problems) {
      expect(path).toMatch(/^spec/);
      expect(message).not.toMatch(/undefined|\[object/);
      expect(fix).toMatch(/^[A-Z].*\.$/);
    }
  });
});

test('a rule that the CRDs have in two orders is reported once', () => {
  const twice = RULE_CASES.find(({ rule }) => rule.startsWith('(has(self.tlsCertificates)'))!;
  expect(admitted(twice.of(twice.refused[0])).problems).toHaveLength(1);
});
