import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing, Chart } from 'cdk8s';
import {
  CheckPreset, CheckSeverity, FaultAbort, FaultInjection, HttpMatch, Mesh, MeshCheckOptions, MeshPort, MeshService, MeshValidation, StringMatch,
  SynthCheck,
} from '../../src';
import { main } from '../../src/cli/main';

const { ValidationContext } = require('../../node_modules/cdk8s-cli/lib/plugins/validation');

const BEFORE = '2026-12-01T17:59:00Z';
const AFTER = '2026-12-01T18:01:00Z';

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calendar-'));
  printed = '';
  for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockImplementation((text) => (printed += String(text)) !== '');
  jest.spyOn(console, 'log').mockImplementation();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
  process.exitCode = undefined;
});

/** An App with a fault that is to be over at six, checked as if it were another day. */
function fault(enabled: boolean = true, check?: MeshCheckOptions): App {
  const app = Testing.app();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  new FaultInjection(chart, 'chaos', {
    service: MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] }),
    enabled,
    match: HttpMatch.header('x-fault', StringMatch.exact('on')),
    abort: FaultAbort.http(503, 100),
    expires: '2026-12-01T18:00:00Z',
  });
  if (check) SynthCheck.configure(app, check);
  return app;
}

describe('a fault that has outlived its end', () => {
  test.each<[string, MeshCheckOptions]>([
    ['by default', {}], ['in the strict preset', { preset: CheckPreset.STRICT }], ['where the rule is made an error', { severities: { MESH3148: CheckSeverity.ERROR } }],
  ])('never stops a synth, %s, and is warned of', (_, options) => {
    fault(true, { ...options, now: BEFORE }).synthYaml();
    expect(printed).toBe('');
    expect(fault(true, { ...options, now: AFTER }).synthYaml()).toContain('httpStatus: 503');
    expect(printed).toContain('MESH3148');
    expect(printed).toContain('The fault "chaos" was to be over at 2026-12-01T18:00:00Z.');
  });

  test('does not stop a synth by today\'s clock either, though it was over when it was written', () => {
    jest.useFakeTimers({ now: Date.parse(AFTER) });
    expect(() => fault().synthYaml()).not.toThrow();
    jest.useRealTimers();
    expect(printed).toContain('MESH3148');
  });

  test('is nobody\'s business while it is switched off', () => {
    fault(false, { now: AFTER }).synthYaml();
    expect(printed).toBe('');
  });

  test('is a warning of a check on purpose, and an error of a strict one', () => {
    const severities = (options: MeshCheckOptions) => Mesh.fromApp(fault()).check(options).findings
      .filter(({ code }) => code === 'MESH3148').map(({ severity }) => severity);
    expect(severities({ now: BEFORE })).toEqual([]);
    expect(severities({ now: AFTER, preset: CheckPreset.ISTIO })).toEqual([]);
    expect(severities({ now: AFTER })).toEqual(['warning']);
    expect(severities({ now: AFTER, preset: CheckPreset.STRICT })).toEqual(['error']);
  });

  test('fails the command where a strict one is asked for', () => {
    const path = join(folder, 'shop.yaml');
    writeFileSync(path, fault().synthYaml());
    const run = (...args: string[]) => {
      process.exitCode = undefined;
      printed = '';
      main(['check', path, ...args]);
      return { code: Number(process.exitCode ?? 0), said: printed.includes('MESH3148') };
    };
    expect(run('--now', AFTER)).toEqual({ code: 0, said: true });
    expect(run('--now', AFTER, '--preset', 'strict')).toEqual({ code: 1, said: true });
    expect(run('--now', BEFORE, '--preset', 'strict')).toEqual({ code: 0, said: false });
    expect(run('--now', 'tomorrow').code).toBe(2);
    expect(printed).toContain("'tomorrow' is no instant to check for.");
  });

  test('is reported by the plugin of cdk8s-cli, which it never fails', async () => {
    const manifest = join(folder, 'shop.k8s.yaml');
    writeFileSync(manifest, fault().synthYaml());
    const validated = async (props: ConstructorParameters<typeof MeshValidation>[0]) => {
      const context = new ValidationContext([manifest], 'cdk8s-istio', '1.0.0', {}, false);
      await new MeshValidation(props).validate(context);
      return { success: context.report.success, rules: context.report.toJson().violations.map(({ ruleName }: any) => ruleName) };
    };
    expect(await validated({ now: BEFORE, preset: CheckPreset.STRICT })).toEqual({ success: true, rules: [] });
    expect(await validated({ now: AFTER, preset: CheckPreset.STRICT })).toEqual({ success: true, rules: ['MESH3148 (error)'] });
    expect(await validated({ now: AFTER, failOn: CheckSeverity.WARNING })).toEqual({ success: true, rules: ['MESH3148 (warning)'] });
  });
});
