import { check } from '../../src/check/check';
import { RULE_FAILED } from '../../src/check/documented-code';
import { RULES } from '../../src/check/rules';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { readYaml } from '../../src/manifest/yaml-text';

describe.each(RULES.map((rule) => [rule.slug, rule] as const))('%s', (_, { code, examples }) => {
  test('works where every object is replaced by a later one of its name', () => {
    for (const { yaml, complete = true } of [...examples.valid, ...examples.invalid]) {
      const { objects } = readYaml(`${yaml}\n---\n${yaml}`, 'example.yaml', { defaultNamespace: 'default' });
      const { findings } = check(new MeshSnapshot(objects, [], { complete }), { preset: 'strict', severities: { [code]: 'error' } });
      expect(findings.filter((finding) => finding.code === RULE_FAILED.code).map(({ message }) => message)).toEqual([]);
    }
  });

  test('does not set an object against itself where it stands there twice', () => {
    for (const { yaml, complete = true } of examples.valid) {
      const { objects } = readYaml(`${yaml}\n---\n${yaml}`, 'example.yaml', { defaultNamespace: 'default' });
      const { findings } = check(new MeshSnapshot(objects, [], { complete }), { preset: 'strict', severities: { [code]: 'error' } });
      expect(findings.filter((finding) => finding.code === code && finding.severity !== 'info').map(({ message }) => message)).toEqual([]);
    }
  });
});
