import type { ChartRelease } from './chart-release';
import { checkText } from '../model/given';
import { misreadIn } from '../model/misread';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** A release with the number of rounds that come before it. */
export interface OrderedRelease {
  readonly release: ChartRelease;
  readonly wave: number;
}

/** Helm keeps room for what charts append. */
const LONGEST_NAME = 53;
const CHART = /^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/;
const REPOSITORY = /^(https|oci):\/\/[A-Za-z0-9][-A-Za-z0-9.]*(:[0-9]+)?(\/[-A-Za-z0-9._~%]+)*\/?$/;
/** No `v` in front, no range. */
const VERSION = /^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

const EXAMPLE = "[{ name: 'istiod', namespace: 'istio-system', chart: 'istiod', repository: 'https://blob.istio.io/istio-release/charts', version: '1.31.1', values: {} }]";

/** The releases, each behind all that it depends on; those of one wave in the order in which they were given. */
export function inOrder(releases: readonly ChartRelease[]): OrderedRelease[] {
  if (!Array.isArray(releases) || releases.length === 0) {
    throw new Error(`\`releases\` is ${describeValue(releases)}. Give the releases of an installation (istio.releases) or of your own: ${EXAMPLE}.`);
  }
  releases.forEach(checkRelease);
  const byName = new Map<string, ChartRelease>();
  for (const release of releases) {
    const other = byName.get(release.name);
    if (other) {
      throw new Error(`two releases are called "${release.name}": the chart ${other.chart} in ${other.namespace}, and ${release.chart} in ${release.namespace}. `
        + 'Releases depend on each other by name: give each one of its own.');
    }
    byName.set(release.name, release);
  }
  const waves = new Map<string, number>();
  releases.forEach((release) => waveOf(release, byName, waves, []));
  return releases
    // Values of any origin, as a file has them: cdk8s cannot write objects without a prototype.
    .map((release) => ({ release: { ...release, values: JSON.parse(JSON.stringify(release.values)) }, wave: waves.get(release.name)! }))
    .sort((a, b) => a.wave - b.wave);
}

/** The labels of each namespace, of all releases in it. */
export function namespaceLabels(releases: readonly ChartRelease[]): Map<string, { readonly [label: string]: string }> {
  const all = new Map<string, { [label: string]: string }>();
  for (const { name, namespace, namespaceLabels: own } of releases) {
    const known = all.get(namespace) ?? {};
    for (const [label, value] of Object.entries(own ?? {})) {
      if ((known[label] ?? value) !== value) {
        throw new Error(`the release ${name} wants the namespace ${namespace} to have the label ${label}: ${value}, and another one wants ${known[label]}. Make them agree.`);
      }
      known[label] = value;
    }
    all.set(namespace, known);
  }
  return all;
}

export function isOci({ repository }: ChartRelease): boolean {
  return repository.startsWith('oci://');
}

/** The URL without a slash at the end, by which two of them are compared. */
export function repositoryOf({ repository }: ChartRelease): string {
  return repository.replace(/\/$/, '');
}

function waveOf(release: ChartRelease, byName: ReadonlyMap<string, ChartRelease>, waves: Map<string, number>, above: readonly string[]): number {
  const known = waves.get(release.name);
  if (known !== undefined) return known;
  if (above.includes(release.name)) {
    const circle = [...above.slice(above.indexOf(release.name)), release.name];
    throw new Error(`releases wait for each other in a circle: ${circle.join(' → ')}. Take one of these out of \`dependsOn\`.`);
  }
  const before = (release.dependsOn ?? []).map((name) => {
    const other = byName.get(name);
    if (!other) {
      throw new Error(`the release ${release.name} depends on "${name}", which is none of those given: ${[...byName.keys()].join(', ')}. Give both in one list, or take it out of \`dependsOn\`.`);
    }
    return waveOf(other, byName, waves, [...above, release.name]);
  });
  const wave = before.length === 0 ? 0 : Math.max(...before) + 1;
  waves.set(release.name, wave);
  return wave;
}

function checkRelease(release: ChartRelease, index: number): void {
  if (typeof release !== 'object' || release === null || Array.isArray(release)) {
    throw new Error(`\`releases[${index}]\` is ${describeValue(release)}. Give for example ${EXAMPLE.slice(1, -1)}.`);
  }
  located(`the release ${typeof release.name === 'string' && release.name !== '' ? release.name : `releases[${index}]`}: `, () => {
    const { name, namespace, chart, repository, version, dependsOn } = release;
    checkText('name', name, 'istiod');
    if (!isDnsName(name) || name.length > LONGEST_NAME) {
      throw new Error(`\`name\` is "${name}". Lower-case letters, digits, '-' and '.' are allowed, at most ${LONGEST_NAME} of them, for example "istiod".`);
    }
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`\`namespace\` is ${describeValue(namespace)}. Give the name of a namespace, for example "istio-system".`);
    if (typeof chart !== 'string' || !CHART.test(chart)) throw new Error(`\`chart\` is ${describeValue(chart)}. Give the chart's name in its repository, for example "istiod".`);
    if (typeof repository !== 'string' || !REPOSITORY.test(repository)) {
      throw new Error(`\`repository\` is ${describeValue(repository)}. Give the URL of a chart repository (https://…) or of a folder in a registry (oci://…), without credentials.`);
    }
    if (typeof version !== 'string' || !VERSION.test(version)) {
      throw new Error(`\`version\` is ${describeValue(version)}. Give one exact version, for example "1.31.1": with a range, what is installed depends on the day.`);
    }
    checkNames(dependsOn);
    checkLabels(release.namespaceLabels);
    checkValues(release.values);
  });
}

function checkNames(dependsOn: unknown): void {
  if (dependsOn === undefined || (Array.isArray(dependsOn) && dependsOn.every((name) => typeof name === 'string'))) return;
  throw new Error(`\`dependsOn\` is ${describeValue(dependsOn)}. Give a list of releases' names, for example ['istiod'].`);
}

function checkLabels(labels: unknown): void {
  if (labels === undefined) return;
  const isObject = typeof labels === 'object' && labels !== null && !Array.isArray(labels);
  const wrong = isObject ? Object.entries(labels).find(([key, value]) => !isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) : undefined;
  if (isObject && !wrong) return;
  throw new Error(`\`namespaceLabels\` ${wrong ? `has ${wrong[0]}: ${describeValue(wrong[1])}` : `is ${describeValue(labels)}`}. Give labels as Kubernetes accepts them, for example { 'topology.istio.io/network': 'network1' }.`);
}

function checkValues(values: unknown): void {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new Error(`\`values\` is ${describeValue(values)}. Give the chart's values as an object, or {} for its defaults.`);
  }
  checkPlain(values, 'values', []);
  const misread = misreadIn({ values });
  if (misread) throw new Error(misread);
}

/** Data and nothing else: what a file cannot hold would be missing there without a word. */
function checkPlain(value: unknown, path: string, above: readonly unknown[]): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (above.includes(value)) throw new Error(`\`${path}\` holds itself. Values are data of a file.`);
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkPlain(item, `${path}[${index}]`, [...above, value]));
    return;
  }
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    for (const [key, item] of Object.entries(value)) checkPlain(item, `${path}.${key}`, [...above, value]);
    return;
  }
  throw new Error(`\`${path}\` is ${describeValue(value)}, which no file of values can hold. Give text, a number, true, false, null, a list or an object, or leave it out.`);
}
