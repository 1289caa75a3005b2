import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCUMENTED_CODES } from '../../src/check/documented-code';
import { RULES } from '../../src/check/rules';
import { fieldChecks, isProposed } from '../../tools/rules/coverage';
import { rulePages } from '../../tools/rules/pages';

const FOLDER = join(__dirname, '../../docs/rules');

describe('docs/rules', () => {
  test('has a page for every code, as the rules write it (npm run docs:rules)', () => {
    const pages = rulePages();
    expect(readdirSync(FOLDER).sort()).toEqual([...pages.keys()].sort());
    for (const [file, text] of pages) expect([file, readFileSync(join(FOLDER, file), 'utf8')]).toEqual([file, text]);
  });

  test('no link within it leads nowhere', () => {
    const pages = rulePages();
    for (const [file, text] of pages) {
      for (const [, target] of text.matchAll(/\]\(([a-z0-9-]+\.md)\)/gi)) expect([file, target, pages.has(target)]).toEqual([file, target, true]);
    }
  });
});

describe("the field's list", () => {
  const checks = fieldChecks();

  test('is whole: 210 rows, each once', () => {
    expect(checks.map(({ id }) => id)).toEqual(Array.from({ length: 210 }, (_, i) => `F${String(i + 1).padStart(3, '0')}`));
  });

  test.each(checks.map((check) => [check.id, check.check, check] as const))('%s is covered, or the reason why not is given: %s', (_id, _text, { rules, reason }) => {
    const known = new Set(['schema', 'webhook', ...[...RULES, ...DOCUMENTED_CODES].map(({ code }) => code)]);
    expect(rules.filter((rule) => !known.has(rule))).toEqual([]);
    if (rules.length === 0) expect(reason.length).toBeGreaterThan(10);
  });

  test('at least 20 of the 26 checks that nobody makes are made', () => {
    expect(checks.filter(isProposed)).toHaveLength(26);
    expect(checks.filter(isProposed).filter(({ rules }) => rules.length > 0).length).toBeGreaterThanOrEqual(20);
  });
});
