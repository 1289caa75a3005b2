import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChartRelease } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { istioModule } from './corpora';

/** Where the charts of a repository stand in Istio's module. */
const CHARTS: { readonly [chart: string]: string } = {
  base: 'base', istiod: 'istio-control/istio-discovery', cni: 'istio-cni', ztunnel: 'ztunnel', gateway: 'gateway',
};
/** A published chart has its own version as its default; those of the module have none. */
const TAGS: { readonly [chart: string]: string } = {
  istiod: '_internal_defaults_do_not_set.global.tag', cni: '_internal_defaults_do_not_set.global.tag', ztunnel: '_internal_defaults_do_not_set.tag',
};

export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object; readonly annotations?: object };
  readonly [field: string]: any;
}

/** For example `Deployment istio-system/istiod`. */
export function nameOf({ kind, metadata }: RenderedObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}

/** What a release would put into the cluster. */
export function byHelm(release: ChartRelease): RenderedObject[] {
  return objectsIn(textByHelm(release));
}

export function textByHelm({ name, namespace, chart, version, values }: ChartRelease): string {
  return withFile('values.json', JSON.stringify(values), (file) =>
    run(HELM, ['template', name, chartOf(chart), '--namespace', namespace, '--values', file, ...tagOf(chart, version)]));
}

/** What a command of ours would put into the cluster: rendered as it is written, with the chart from Istio's module. */
export function textByCommand(command: string, directory: string): string {
  const [program, upgrade, install, name, chart, ...rest] = command.replaceAll('\\\n', '').split(/\s+/);
  expect([program, upgrade, install]).toEqual(['helm', 'upgrade', '--install']);
  const withoutRepository = rest.join(' ').replace(/--repo \S+ /, '').split(' ');
  const version = rest[rest.indexOf('--version') + 1];
  const local = chart.split('/').at(-1)!;
  return run(HELM, ['template', name, chartOf(local), ...withoutRepository, ...tagOf(local, version)], directory);
}

/** What `istioctl install` would put into the cluster. */
export function byIstioctl(istioOperator: string): RenderedObject[] {
  return objectsIn(textByIstioctl(istioOperator));
}

/** So, without the definitions of kinds, which take longer to read than all else. */
export function controlPlaneByIstioctl(istioOperator: string): RenderedObject[] {
  const documents = textByIstioctl(istioOperator).split(/^---$/m);
  return objectsIn(documents.filter((document) => !/^kind: CustomResourceDefinition$/m.test(document)).join('---'));
}

function textByIstioctl(istioOperator: string): string {
  return withFile('istio.yaml', istioOperator, (file) => run(join(BUILD, 'istioctl'), ['manifest', 'generate', '--filename', file]));
}

const BUILD = join(__dirname, '.build');
const HELM = join(BUILD, 'helm');

function chartOf(chart: string): string {
  if (!(chart in CHARTS)) throw new Error(`the chart ${chart} is none of Istio's`);
  return join(istioModule(), 'manifests', 'charts', CHARTS[chart]);
}

function tagOf(chart: string, version: string): string[] {
  return chart in TAGS ? ['--set', `${TAGS[chart]}=${version}`] : [];
}

function run(program: string, parameters: readonly string[], directory?: string): string {
  if (!existsSync(program)) throw new Error(`${program} is not built: run conformance/setup.sh.`);
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024, cwd: directory });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${parameters.join(' ')}: ${stderr}`);
  return stdout;
}

function objectsIn(text: string): RenderedObject[] {
  return parseAllDocuments(text).map((document) => document.toJS()).filter((object) => object !== null);
}

function withFile<T>(name: string, content: string, work: (path: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-rendered-'));
  try {
    writeFileSync(join(directory, name), content);
    return work(join(directory, name));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
