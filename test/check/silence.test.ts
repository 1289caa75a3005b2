import { check } from '../../src/check/check';
import { MeshSnapshot } from '../../src/manifest/mesh-snapshot';
import { readYaml } from '../../src/manifest/yaml-text';

function rule(name: string, ...silences: string[]): string {
  const annotations = silences.length === 0 ? '' : `\n  annotations:\n    cdk8s-istio.dev/silence: |\n${silences.map((line) => `      ${line}\n`).join('')}`;
  return `---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: ${name}\n  namespace: shop${annotations}
spec:\n  host: ${name}.example.com\n  trafficPolicy: { loadBalancer: { simple: LEAST_CONN } }\n`;
}

function checked(...yaml: string[]) {
  const { objects, problems } = readYaml(yaml.join(''), 'mesh.yaml', { defaultNamespace: 'default' });
  const { findings, silenced } = check(new MeshSnapshot(objects, problems), { severities: { MESH3119: 'off' } });
  return { findings: findings.map(({ name, code, message }) => `${name} ${code} ${message}`), silenced: silenced.map(({ name, code, reason }) => `${name} ${code} ${reason}`) };
}

const DEPRECATED = 'MESH4001 LEAST_CONN is deprecated; Istio takes it for LEAST_REQUEST.';

describe('a silence', () => {
  test('with a reason takes the finding away, of its object only', () => {
    expect(checked(rule('a', 'MESH4001: until Monday'), rule('b'))).toEqual({ findings: [`b ${DEPRECATED}`], silenced: ['a MESH4001 until Monday'] });
  });

  test('takes away what Istio only warns of, though it will still say so itself', () => {
    const filter = (silence: string) => `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: a, namespace: shop, annotations: { cdk8s-istio.dev/silence: "${silence}" } }
spec: { configPatches: [{ applyTo: HTTP_FILTER, match: { context: GATEWAY }, patch: { operation: REMOVE } }] }
`;
    expect(checked(filter('MESH2108: looked at before each upgrade')).silenced).toEqual(['a MESH2108 looked at before each upgrade']);
    expect(checked(filter('MESH2108: looked at before each upgrade')).findings.filter((finding) => finding.includes('MESH2108'))).toEqual([]);
  });

  test('without a reason, of what cannot be silenced, or of nothing, is told beside what else is said about the object', () => {
    expect(checked(rule('a', 'MESH4001', 'MESH2002: we know', 'MESH3102: gone'), rule('b'))).toEqual({
      findings: [
        `a ${DEPRECATED}`,
        'a MESH1003 "MESH4001" silences MESH4001 without a reason, so the finding stays.',
        'a MESH1003 MESH2002 cannot be silenced: Istio or the API server would still refuse the object.',
        'a MESH1004 MESH3102 is silenced here, and there is no such finding about this object.',
        `b ${DEPRECATED}`,
      ],
      silenced: [],
    });
  });
});
