import Ajv from 'ajv-draft-04';
import { file, inFolder, run } from './command-line';

const SARIF_SCHEMA = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

const WRONG_FIELD = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: { simple: LEAST_CONN }
  hots: reviews
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec:
  ports: [{ name: http, port: 80 }]
`;
const DOUBTFUL = WRONG_FIELD.replace('  hots: reviews\n', '');
const CLEAN = DOUBTFUL.replace('LEAST_CONN', 'LEAST_REQUEST');

describe('cdk8s-istio check exits', () => {
  test('0 when there is nothing to say', () => {
    expect(run('check', file('clean.yaml', CLEAN))).toEqual({ code: 0, out: '2 resources: no errors, no warnings\n', err: '' });
  });

  test('1 on an error, and names file, line, field and the way out', () => {
    const { code, out } = run('check', file('wrong.yaml', WRONG_FIELD));
    expect(code).toBe(1);
    expect(out).toContain(`DestinationRule shop/reviews  ${inFolder('wrong.yaml')}`);
    expect(out).toMatch(/error {4}MESH1103 {2}\S+wrong\.yaml:9 {2}spec\.hots\n.*hots.*\n[\s\S]*Fix: .*host/);
  });

  test('0 on a warning, unless told to fail on it', () => {
    const path = file('doubtful.yaml', DOUBTFUL);
    expect(run('check', path).code).toBe(0);
    expect(run('check', path, '--fail-on', 'warning').code).toBe(1);
    expect(run('check', file('wrong.yaml', WRONG_FIELD), '--fail-on', 'never').code).toBe(0);
  });

  test.each([
    [['check'], 'Nothing to check is given. Name files or folders, or - for standard input.'],
    [['check', 'x.yaml', '--format', 'xml'], "--format 'xml' does not exist. Use one of: text, json, sarif, github."],
    [['check', 'x.yaml', '--fail-on', 'sometimes'], "--fail-on 'sometimes' does not exist. Use one of: error, warning, info, never."],
    [['check', 'x.yaml', '--preset', 'pedantic'], "There is no preset 'pedantic'. Use one of: istio, recommended, strict."],
    [['check', 'x.yaml', '--severity', 'MESH4001'], "--severity 'MESH4001' is not CODE=SEVERITY"],
    [['check', 'x.yaml', '--severity', 'MESH4001=fatal'], "'fatal' is no severity (for MESH4001). Use one of: error, warning, info, off."],
    [['check', 'x.yaml', '--severity', 'MESH0000=off'], "There is no rule 'MESH0000'."],
    [['check', 'x.yaml', '--severity', 'MESH1103=off'], 'The severity of MESH1103 cannot be changed'],
    [['check', '--colour', 'x.yaml'], "Unknown option '--colour'. See: cdk8s-istio check --help\n"],
    [['check', '--severity'], "Option '--severity <value>' argument missing. See: cdk8s-istio check --help\n"],
    [['explain'], 'Name one code, such as: cdk8s-istio explain MESH3101'],
    [['rules', 'x'], "'x' is too much: rules takes nothing."],
    [['chekc'], "There is no command 'chekc'."],
    [[], 'No command is given.'],
    [['explain', 'MESH0000'], "There is no code 'MESH0000'."],
  ])('2 on bad usage: %j', (args, message) => {
    const { code, out, err } = run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test.each(['', '# nothing but a comment\n---\n'])('1 when there is no object at all, as after a pipe whose first half failed: %j', (text) => {
    const { code, out } = run('check', file('empty.yaml', text));
    expect(code).toBe(1);
    expect(out).toContain('There is no Kubernetes object in the input, so nothing is checked.');
    file('clean.yaml', CLEAN);
    expect(run('check', inFolder())).toEqual({ code: 0, out: '2 resources: no errors, no warnings\n', err: '' });
  });

  test('0 where files of other programs lie beside the manifests, which are counted', () => {
    file('values.yaml', 'image: { tag: v1 }\n');
    expect(run('check', inFolder()).code).toBe(1);
    file('clean.yaml', CLEAN);
    expect(run('check', inFolder())).toEqual({ code: 0, out: '2 resources: no errors, no warnings, 1 info (--infos lists them)\n', err: '' });
    expect(run('check', inFolder(), '--infos').out).toContain(`${inFolder('values.yaml')}:1:1\n  info     MESH1005\n`);
  });

  test('2 on a complete namespace in which nothing stands, with those that there are', () => {
    const { code, err } = run('check', file('clean.yaml', CLEAN), '--complete-namespace', 'shopp');
    expect(code).toBe(2);
    expect(err).toContain('--complete-namespace shopp: nothing here stands in that namespace. In sight: shop.');
    expect(run('check', file('clean.yaml', CLEAN), '--complete-namespace', 'shop').code).toBe(0);
  });

  test('2 on a context in which there is nothing: everything would be absent', () => {
    const { code, err } = run('check', file('clean.yaml', CLEAN), '--context', inFolder('nowhere'));
    expect(code).toBe(2);
    expect(err).toContain(`--context ${inFolder('nowhere')}: there is no object in it. There is no such file or folder`);
  });

  test('1 on a file that is not there, naming it', () => {
    const { code, out } = run('check', inFolder('missing.yaml'));
    expect(code).toBe(1);
    expect(out).toContain(inFolder('missing.yaml'));
    expect(out).toContain('MESH1001');
  });
});

describe('cdk8s-istio check', () => {
  test('changes the severity of a rule, or switches it off', () => {
    const path = file('doubtful.yaml', DOUBTFUL);
    expect(run('check', path, '--severity', 'deprecated-load-balancer=error').code).toBe(1);
    expect(run('check', path, '--severity', 'MESH4001=off').out).toBe('2 resources: no errors, no warnings\n');
  });

  test('says nothing of its own in the preset of Istio', () => {
    expect(run('check', file('doubtful.yaml', DOUBTFUL), '--preset', 'istio').out).toBe('2 resources: no errors, no warnings\n');
  });

  test('reads on where one file is broken', () => {
    file('a.yaml', 'kind: [\n');
    file('b.yaml', WRONG_FIELD);
    const { out } = run('check', inFolder());
    expect(out).toContain('MESH1001');
    expect(out).toContain('MESH1103');
  });

  test('writes JSON whose members do not change', () => {
    const { out } = run('check', file('wrong.yaml', WRONG_FIELD), '--format', 'json');
    const { findings, silenced, summary } = JSON.parse(out);
    expect(summary).toEqual({ errors: 1, warnings: 1, infos: 0, resources: 2, silenced: 0 });
    expect(silenced).toEqual([]);
    expect(Object.keys(findings[0])).toEqual(
      ['code', 'severity', 'layer', 'apiVersion', 'kind', 'namespace', 'name', 'path', 'file', 'line', 'message', 'why', 'fix', 'url']);
    expect(findings[0]).toMatchObject({ code: 'MESH1103', severity: 'error', layer: 'schema', kind: 'DestinationRule', namespace: 'shop', name: 'reviews', path: 'spec.hots', line: 9 });
  });

  test('says where a file cannot be read, in every format', () => {
    const path = file('broken.yaml', 'a: 1\nb: [}\n');
    expect(run('check', path).out).toMatch(/broken\.yaml:2:5\n  error    MESH1001\n    A value was expected here\.\n/);
    expect(JSON.parse(run('check', path, '--format', 'json').out).findings[0]).toMatchObject({ line: 2, column: 5 });
    expect(JSON.parse(run('check', path, '--format', 'sarif').out).runs[0].results[0].locations[0].physicalLocation.region).toEqual({ startLine: 2, startColumn: 5 });
    expect(run('check', path, '--format', 'github').out).toContain(',line=2,col=5,');
  });

  test('writes SARIF that the official schema accepts, with silenced findings as suppressed', () => {
    const silenced = DOUBTFUL.replace('namespace: shop }', 'namespace: shop, annotations: { cdk8s-istio.dev/silence: "MESH4001: known" } }');
    file('a.yaml', WRONG_FIELD);
    file('b.yaml', silenced.replaceAll('reviews', 'ratings'));
    file('c.yaml', 'kind: [\n');
    const log = JSON.parse(run('check', inFolder(), '--format', 'sarif').out);
    const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(SARIF_SCHEMA);
    expect(validate(log) ? [] : validate.errors).toEqual([]);
    expect(log.runs[0].results.map((r: any) => [r.ruleId, r.level, r.suppressions?.[0].justification])).toEqual(expect.arrayContaining([
      ['MESH1001', 'error', undefined], ['MESH1103', 'error', undefined], ['MESH4001', 'warning', 'known'],
    ]));
  });

  test('writes workflow commands for GitHub, in which no text breaks out of its line', () => {
    const { out } = run('check', file('wrong, 100%.yaml', WRONG_FIELD), '--format', 'github');
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=.*wrong%2C 100%25\.yaml,line=9,title=MESH1103 DestinationRule shop\/reviews::spec\.hots: .*%0AFix: /);
    expect(lines[1]).toMatch(/^::warning /);
    file('values.yaml', 'image: { tag: v1 }\n');
    expect(run('check', inFolder(), '--format', 'github').out).toBe(out);
    expect(run('check', inFolder(), '--format', 'github', '--infos').out).toContain('::notice ');
    expect(run('check', file('broken.yaml', 'kind: [\n'), '--format', 'github').out).toMatch(/,title=MESH1001::A value was expected here\./);
  });

  test('paints nothing where no terminal listens', () => {
    expect(run('check', file('wrong.yaml', WRONG_FIELD)).out).not.toContain('\u001b');
  });

  test('looks things up in the context, and does not complain about it', () => {
    const context = file('cluster.yaml', WRONG_FIELD);
    const { code, out } = run('check', file('clean.yaml', CLEAN.replaceAll('reviews', 'ratings')), '--context', context);
    expect({ code, out }).toEqual({ code: 0, out: '2 resources: no errors, no warnings\n' });
  });
});

describe('cdk8s-istio', () => {
  test('explains a code by any name it has', () => {
    const { out } = run('explain', 'MESH4001');
    expect(out).toContain('MESH4001  LEAST_CONN is deprecated');
    expect(run('explain', 'deprecated-load-balancer').out).toBe(out);
    expect(run('explain', 'mesh4001').out).toBe(out);
  });

  test('lists every rule with what each preset makes of it', () => {
    expect(run('rules').out).toMatch(/MESH4001 {2}deprecated-load-balancer +off +warning +warning\n/);
  });
});
