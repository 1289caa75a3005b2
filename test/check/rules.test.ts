import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { check } from '../../src/check/check';
import { DOCUMENTED_CODES } from '../../src/check/documented-code';
import { Finding } from '../../src/check/finding';
import { Example, Rule, THEMES } from '../../src/check/rule';
import { RULES } from '../../src/check/rules';
import { MeshObject } from '../../src/manifest/mesh-object';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../src/manifest/to-mesh-object';

const RULES_FOLDER = join(__dirname, '../../src/check/rules');

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

function objectsOf(example: Example): MeshObject[] {
  return parseAllDocuments(example.yaml).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const json = document.toJS();
    return json === null ? [] : [toMeshObject(json, { file: 'example.yaml', line: 1 }, 'default')];
  });
}

function checked(objects: readonly MeshObject[], rule: Rule, complete: boolean): readonly Finding[] {
  const preset = rule.severityIn?.strict === 'off' ? rule.preset : 'strict';
  return check(new MeshSnapshot(objects, [], { complete }), { preset }).findings;
}

describe('the registry of rules', () => {
  test('every file below src/check/rules that defines a rule is registered under its own name', () => {
    const files = filesBelow(RULES_FOLDER).filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && basename(path) !== 'index.ts');
    expect(files.map((path) => basename(path, '.ts')).sort()).toEqual(RULES.map(({ slug }) => slug).sort());
  });

  test('codes and slugs are unique, also among the codes that are no rules', () => {
    const all = [...RULES, ...DOCUMENTED_CODES];
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length);
  });

  test.each(RULES.map((rule) => [rule.code, rule] as const))('%s has a theme, words, a page to read, and examples of both sorts', (_code, rule) => {
    expect(Object.keys(THEMES)).toContain(rule.code.slice(4, 6));
    expect(rule.code).toMatch(/^MESH\d{4}$/);
    expect(rule.slug).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    for (const text of [rule.title, rule.why, rule.fix]) expect(text.length).toBeGreaterThan(10);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.links.length).toBeGreaterThan(0);
    for (const link of rule.links) expect(link).toMatch(/^https:\/\//);
    expect(rule.examples.valid.length).toBeGreaterThan(0);
    expect(rule.examples.invalid.length).toBeGreaterThan(0);
    for (const alias of rule.aliases) expect(alias).toMatch(/^(IST\d{4}|KIA\d{4}|TIS\d{4})$/);
  });
});

describe.each(RULES.map((rule) => [rule.code, rule.slug, rule] as const))('%s %s', (_code, _slug, rule) => {
  test.each(rule.examples.valid.map((example) => [example.title, example] as const))('is content with: %s', (_title, example) => {
    const findings = checked(objectsOf(example), rule, example.complete ?? true);
    expect(findings.filter(({ code }) => code === rule.code)).toEqual([]);
    // A valid example that breaks something else teaches the wrong thing.
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test.each(rule.examples.invalid.map((example) => [example.title, example] as const))('finds: %s', (_title, example) => {
    const findings = checked(objectsOf(example), rule, example.complete ?? true);
    const own = findings.filter(({ code }) => code === rule.code);
    expect(own.length).toBeGreaterThan(0);
    expect(findings.filter(({ severity, code }) => severity === 'error' && code !== rule.code)).toEqual([]);
    for (const finding of own) {
      expect(finding.kind).not.toBe('');
      expect(finding.name).not.toBe('');
      expect(finding.fix.length).toBeGreaterThan(5);
      expect(finding.message).toMatch(/[.?]$/);
      expect(finding.path === '' || /^[a-z]/.test(finding.path)).toBe(true);
    }
  });

  test.each(rule.examples.valid.map((example) => [example.title, example] as const))('does not cry wolf when a part is out of sight: %s', (_title, example) => {
    const objects = objectsOf(example);
    for (const hidden of objects) {
      const findings = checked(objects.filter((object) => object !== hidden), rule, false);
      expect(findings.filter(({ code, severity }) => code === rule.code && severity !== 'info')).toEqual([]);
    }
  });

  // What may stand anywhere in the mesh has no smaller view to compare with.
  if (rule.sees !== 'mesh') {
    test('needs to see no more than it declares', () => {
      for (const example of rule.examples.invalid) {
        const objects = objectsOf(example);
        const own = (seen: readonly MeshObject[]) => checked(seen, rule, example.complete ?? true)
          .filter(({ code }) => code === rule.code).map(({ kind, namespace, name, path }) => `${kind} ${namespace}/${name} ${path}`).sort();
        const groups = new Set(objects.map((object) => rule.sees === 'object' ? object : object.namespace || object.name));
        const apart = [...groups].flatMap((group) => own(objects.filter((object) => group === (rule.sees === 'object' ? object : object.namespace || object.name)))).sort();
        expect(apart).toEqual(own(objects));
      }
    });
  }
});
