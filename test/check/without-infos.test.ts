import { parseAllDocuments } from 'yaml';
import { check } from '../../src/check/check';
import { RULES } from '../../src/check/rules';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../src/manifest/to-mesh-object';

/** All examples, each in namespaces of its own. */
const objects = RULES.flatMap(({ code, examples }) => [...examples.valid, ...examples.invalid].flatMap(({ yaml }, i) =>
  parseAllDocuments(yaml.replace(/\bshop\b/g, `shop-${code.toLowerCase()}-${i}`)).flatMap((document) => {
    const json = document.toJS();
    return json === null ? [] : [toMeshObject(json, {}, 'default')];
  })));

describe.each([['a part of the mesh', false], ['the whole mesh', true]] as const)('of %s', (_, complete) => {
  const snapshot = new MeshSnapshot(objects, [], { complete });

  test.each(['istio', 'recommended', 'strict'] as const)('whoever wants no informations hears all the rest, in the same order (%s)', (preset) => {
    const all = check(snapshot, { preset }).findings;
    expect(all.some(({ severity }) => severity === 'info')).toBe(true);
    expect(check(snapshot, { preset, infos: false }).findings).toEqual(all.filter(({ severity, layer }) => severity !== 'info' || layer !== 'analysis'));
  });
});
