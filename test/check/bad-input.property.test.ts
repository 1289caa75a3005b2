import * as fc from 'fast-check';
import { check } from '../../src/check/check';
import { RULE_FAILED } from '../../src/check/documented-code';
import { RULES } from '../../src/check/rules';
import { JsonObject } from '../../src/manifest/json';
import { MeshObject } from '../../src/manifest/mesh-object';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../src/manifest/to-mesh-object';
import { readYaml } from '../../src/manifest/yaml-text';

/** Objects that the rules know, correct ones and others: the ground for damage. */
const EXAMPLES: readonly MeshObject[] = RULES.flatMap(({ examples: { valid, invalid } }) => [...valid, ...invalid])
  .flatMap(({ yaml }) => readYaml(yaml, 'example.yaml', { defaultNamespace: 'default' }).objects);

/** What nobody expects: every type, empty and long, the names of Object.prototype, numbers that are none. */
const STRANGE = fc.oneof(
  fc.constantFrom<unknown>(
    null, true, 0, -1, 1.5, 1e300, '', ' ', '*', '.', '/', '~', '://', '[', '(', '\\', '\u0000', '🦄', 'x'.repeat(5000), 'constructor', '__proto__',
    [], {}, [null], [[]], [{}], { '': '' }, { constructor: 1 }, JSON.parse('{"__proto__": {"x": 1}}'), '0s', '99999999h', '-1', '1e9', '256.0.0.1', '::/129',
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Every place in a value, from the outside in. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return [[...path], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy with something else at one place, or nothing. */
function damaged(value: any, path: readonly string[], by: unknown, remove: boolean): any {
  const copy = JSON.parse(JSON.stringify(value));
  if (path.length === 0) return by;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key];
  const last = path[path.length - 1];
  if (!remove) at[last] = by;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

const DAMAGED = fc.constantFrom(...EXAMPLES).chain(({ json }) => fc.record({
  json: fc.constant(json),
  path: fc.constantFrom(...pathsOf(json).filter((path) => path.length > 0)),
  by: STRANGE,
  remove: fc.boolean(),
})).map(({ json, path, by, remove }) => damaged(json, path, by, remove) as JsonObject);

function findingsOf(objects: readonly JsonObject[], complete: boolean) {
  return check(new MeshSnapshot(objects.map((json) => toMeshObject(json, {}, 'default')), [], { complete }), { preset: 'strict' }).findings;
}

describe('whatever is broken in an object', () => {
  test('no rule and no layer fails on it, and what they say is in words', () => {
    fc.assert(fc.property(fc.array(DAMAGED, { minLength: 1, maxLength: 6 }), fc.boolean(), (objects, complete) => {
      for (const { code, message, fix, path } of findingsOf(objects, complete)) {
        if (code === RULE_FAILED.code) throw new Error(message);
        expect(typeof path).toBe('string');
        expect(message).not.toMatch(/\[object Object\]|undefined|NaN/);
        expect(fix).not.toMatch(/\[object Object\]|undefined|NaN/);
        expect(message.length).toBeLessThan(2000);
      }
    }), { numRuns: Number(process.env.CHECK_RUNS ?? 3000) });
  });

  test('an object of one of Istio\'s kinds that was made unreadable is never passed in silence', () => {
    const kinds = EXAMPLES.filter(({ group }) => group.endsWith('.istio.io') && group !== 'install.istio.io');
    fc.assert(fc.property(fc.constantFrom(...kinds), fc.constantFrom<unknown>(1, 'x', [], true), ({ json }, spec) => {
      expect(findingsOf([{ ...json, spec } as JsonObject], false).filter(({ severity }) => severity === 'error')).not.toEqual([]);
    }));
  });

  test('an object within an object, ten thousand deep, is an answer and no crash', () => {
    let deep: any = {};
    for (let i = 0; i < 10_000; i++) deep = { a: deep };
    for (const { json } of new Map(EXAMPLES.map((example) => [example.groupKind, example])).values()) {
      const failed = findingsOf([{ ...json, spec: deep }], true).filter(({ code }) => code === RULE_FAILED.code);
      expect(failed.map(({ message }) => message)).toEqual([]);
    }
  });
});
