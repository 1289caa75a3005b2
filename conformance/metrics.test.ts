import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envoy, requireMeshMachine } from './machine';
import { DURATION_BUCKETS } from '../src/observability/histogram-buckets';
import { LABELS, METRICS, MeshMetric } from '../src/observability/mesh-metrics';

const DAYS = 86_400;
const ISTIOD = join(__dirname, '.build', 'pilot-discovery');
const LONGEST = 150_000;
const table: MeshMetric[] = Object.values(METRICS);
const ofIstiod = table.filter(({ exporter }) => exporter === 'istiod');
let exported: { readonly istiod: string; readonly envoy: string };

beforeAll(() => {
  requireMeshMachine();
  if (!existsSync(ISTIOD)) throw new Error('istiod is not built: run conformance/setup.sh');
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-istiod-'));
  try {
    const { status, stdout, stderr } = spawnSync('unshare', [
      '--net', process.execPath, '-r', 'ts-node/register/transpile-only', join(__dirname, 'istiod', 'collect-metrics.ts'),
      directory, ISTIOD, envoy()!, ...ofIstiod.map(({ name }) => name),
    ], { encoding: 'utf8', timeout: LONGEST, maxBuffer: 64 * 1024 * 1024 });
    if (status !== 0) throw new Error(`nothing was collected: ${stderr}${readFileSync(join(directory, 'istiod.log'), 'utf8').slice(-2000)}`);
    exported = JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, LONGEST);

function kindsIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]));
}

/** The value of the first series of a metric. */
function valueOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(text)?.[1]);
}

test.each(ofIstiod.map(({ name, kind }) => [name, kind]))('a running istiod exports %s as a %s', (name, kind) => {
  expect(kindsIn(exported.istiod)).toHaveProperty(name, kind);
});

test('what a proxy rejected is counted by what it was', () => {
  const [type] = exported.istiod.split('\n').filter((line) => line.startsWith(`${METRICS.rejections.name}{`));
  expect(type).toContain(`{${LABELS.xdsType}="cds"}`);
});

test.each([METRICS.rootCertificate.name, METRICS.caCertificate.name])('%s is when it expires, in seconds of Unix time', (name) => {
  const left = valueOf(exported.istiod, name) - Date.now() / 1000;
  expect(left).toBeGreaterThan(29 * DAYS);
  expect(left).toBeLessThan(31 * DAYS);
});

const ofEnvoy = table.filter(({ inclusion }) => inclusion !== undefined).map(({ name, kind }) => [name, kind]);

test.each(ofEnvoy)('Envoy has %s, a %s, where it is told to keep it', (name, kind) => {
  expect(kindsIn(exported.envoy)).toHaveProperty(name, kind);
});

test('durations are counted in the buckets that objectives go by', () => {
  const bounds = [...exported.envoy.matchAll(/^envoy_server_initialization_time_ms_bucket\{.*?le="([\d.]+)"\}/gm)].map(([, bound]) => Number(bound));
  expect(bounds).toEqual(DURATION_BUCKETS);
});
