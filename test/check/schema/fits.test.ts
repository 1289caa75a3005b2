import { documentOf, KINDS } from '../../../conformance/fuzz/generate';
import { Random } from '../../../conformance/fuzz/random';
import { KIND_SCHEMAS, SCHEMA_NODES } from '../../../src/check/schema/generated/kind-schemas';
import { SchemaWalk } from '../../../src/check/schema/schema-walk';
import { admitted } from './objects';

const NODES = JSON.parse(SCHEMA_NODES);
const EACH = 60;

/** Made documents of a kind, good and bad. */
function documents(kind: string, seed: number): any[] {
  const random = new Random(seed);
  return (['valid', 'nearly', 'broken'] as const).flatMap((mode) => Array.from({ length: EACH }, () => documentOf(kind, random, mode) as any));
}

function schemaOf(kind: string) {
  return [...KIND_SCHEMAS].find(([name]) => name.startsWith(`${kind}.`))![1];
}

describe.each(KINDS.map((kind) => [kind]))('%s', (kind) => {
  const schema = schemaOf(kind);
  const made = documents(kind, 31);

  test('the quick answer is that of the slow one', () => {
    let good = 0;
    for (const { spec } of made) {
      if (spec === undefined || spec === null) continue;
      const walk = new SchemaWalk(NODES, schema.spec);
      walk.fit(schema.spec, spec, 'spec', 1);
      expect([schema.fits(spec), spec]).toEqual([walk.problems.length === 0 && !walk.dropped, spec]);
      if (schema.fits(spec)) good++;
    }
    expect(good).toBeGreaterThan(EACH / 10);
    expect(good).toBeLessThan(made.length);
  });

  test('what is left of a refused object has no unknown field and no wrong type, and is whole', () => {
    let refused = 0;
    for (const document of made) {
      const { problems, admitted: left } = admitted(document);
      if (problems.length === 0) continue;
      refused++;
      const kept: any = left.spec;
      const again = new SchemaWalk(NODES, schema.spec);
      if (kept !== undefined) again.fit(schema.spec, kept, 'spec', 1);
      expect(again.dropped).toBe(false);
      expect(again.problems.filter(({ rule }) => !['not-allowed-value', 'list-type', 'one-of', 'cel'].includes(rule))).toEqual([]);
    }
    expect(refused).toBeGreaterThan(EACH / 10);
  });

  test('every problem says where, what and what to do', () => {
    for (const { path, message, fix } of made.flatMap((document) => admitted(document).problems)) {
      expect(path).toMatch(/^(?:apiVersion|kind|metadata|spec|status|\w+$|\[")/);
      expect(message).not.toMatch(/undefined|NaN|\[object/);
      expect(message.length).toBeLessThan(1000);
      expect(fix).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test('no object is changed by looking at it', () => {
    for (const document of made) {
      const before = JSON.stringify(document);
      admitted(document);
      expect(JSON.stringify(document)).toBe(before);
    }
  });
});
