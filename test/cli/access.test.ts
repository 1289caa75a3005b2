import { readFileSync } from 'node:fs';
import { file, inFolder, run } from './command-line';

const GOOD = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, labels: { app: reviews } }
spec: { containers: [{ name: reviews, image: reviews }] }
`;
const REFUSED = `${GOOD}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: wrong, namespace: shop }
spec: { action: DENY }
`;

describe('cdk8s-istio access', () => {
  test('writes a table, and exits with 0', () => {
    const { code, out, err } = run('access', file('mesh.yaml', GOOD));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Pod shop/reviews
  runs as shop/default · mTLS PERMISSIVE (Istio's default)
  CALLER                     PORTS  REQUESTS  BECAUSE
  anyone, also without mTLS  any    any       no ALLOW policy holds for it
`);
    expect(out).not.toContain('\u001b');
  });

  test('writes every format, to a file where one is named', () => {
    const path = file('mesh.yaml', GOOD);
    expect(run('access', path, '--format', 'markdown').out).toContain('| anyone, also without mTLS | any | any |');
    expect(JSON.parse(run('access', path, '--format', 'json').out).rows).toMatchObject([{ target: 'shop/reviews', plaintext: true }]);
    expect(run('access', path, '--format', 'svg', '--output', inFolder('access.svg'))).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(inFolder('access.svg'), 'utf8')).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  });

  test('exits with 1 where something of the input is not in the report', () => {
    const { code, out } = run('access', file('mesh.yaml', REFUSED));
    expect(code).toBe(1);
    expect(out).toContain('Refused by Istio, so not counted\n  - AuthorizationPolicy shop/wrong: ');
    expect(run('access', file('half.yaml', `${GOOD}---\nkind: [`))).toMatchObject({ code: 1, out: expect.stringContaining('Not readable, so not counted') });
  });

  test('looks things up in what else stands in the cluster', () => {
    const [namespace, pod] = GOOD.split('---\n');
    expect(run('access', file('pod.yaml', pod)).out).toContain('depends on Namespace shop, which is not in sight');
    expect(run('access', file('pod.yaml', pod), '--context', file('namespace.yaml', namespace)).out).not.toContain('depends on');
  });

  test.each([
    [['access'], 'Nothing is given to report on. Name files or folders, or - for standard input.'],
    [['access', 'x.yaml', '--format', 'xml'], "--format 'xml' does not exist. Use one of: text, markdown, json, svg."],
    [['access', 'x.yaml', '--colour'], "Unknown option '--colour'. See: cdk8s-istio access --help"],
  ])('%p is bad usage', (args, message) => {
    expect(run(...args)).toEqual({ code: 2, out: '', err: `cdk8s-istio: ${message}\n` });
  });

  test('an empty input is no mesh that nobody may call', () => {
    expect(run('access', file('empty.yaml', ''))).toMatchObject({ code: 2, out: '', err: 'cdk8s-istio: There is no Kubernetes object in the input. Nothing is reported.\n' });
    expect(run('access', inFolder('absent.yaml'))).toMatchObject({ code: 2, out: '' });
  });

  test('a file that cannot be written is said', () => {
    expect(run('access', file('mesh.yaml', GOOD), '--output', inFolder('no/where.txt'))).toMatchObject({ code: 2, err: expect.stringContaining('it cannot be written') });
  });

  test('--help says what there is', () => {
    expect(run('access', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage: cdk8s-istio access') });
    expect(run('--help').out).toContain('access [PATH…|-]');
  });
});
