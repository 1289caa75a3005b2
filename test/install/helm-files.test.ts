import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChartRelease, HelmFiles } from '../../src';

const BASE: ChartRelease = { name: 'istio-base', namespace: 'istio-system', chart: 'base', repository: 'https://charts.example.com/', version: '1.31.1', values: {} };
const ISTIOD: ChartRelease = { ...BASE, name: 'istiod', chart: 'istiod', dependsOn: ['istio-base'], values: { pilot: { env: { A: null } } } };
const GATEWAY: ChartRelease = { ...BASE, name: 'ingress', namespace: 'edge', chart: 'gateway', repository: 'oci://registry.example.com/charts', dependsOn: ['istiod'] };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-helm-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const commandsIn = (readme: string) => [...readme.matchAll(/^(helm|kubectl) (?:.*\\\n)*.*$/gm)].map(([command]) => command.replace(/ \\\n */g, ' '));

test('there is a file of values a release, numbered in the order of the installation', () => {
  const { files } = HelmFiles.of([GATEWAY, ISTIOD, BASE]);
  expect(files.map(({ name, release }) => [name, release])).toEqual([['10-istio-base.yaml', 'istio-base'], ['20-istiod.yaml', 'istiod'], ['30-ingress.yaml', 'ingress']]);
  expect(files[1].content).toBe('pilot:\n  env:\n    A: null\n');
  const many = Array.from({ length: 11 }, (_, n) => ({ ...BASE, name: `r${n}` }));
  expect(HelmFiles.of(many).files.map(({ name }) => name)).toEqual(many.map(({ name }, n) => `${String((n + 1) * 10).padStart(3, '0')}-${name}.yaml`));
});

test('the README has the commands in their order, waits for what others need, and goes back the other way', () => {
  expect(commandsIn(HelmFiles.of([GATEWAY, ISTIOD, BASE]).readme)).toEqual([
    'helm upgrade --install istio-base base --repo https://charts.example.com --version 1.31.1 --namespace istio-system --create-namespace --values 10-istio-base.yaml --wait',
    'helm upgrade --install istiod istiod --repo https://charts.example.com --version 1.31.1 --namespace istio-system --create-namespace --values 20-istiod.yaml --wait',
    'helm upgrade --install ingress oci://registry.example.com/charts/gateway --version 1.31.1 --namespace edge --create-namespace --values 30-ingress.yaml',
    'helm list --namespace istio-system', 'kubectl get pods --namespace istio-system', 'helm list --namespace edge', 'kubectl get pods --namespace edge',
    'helm rollback ingress --namespace edge --wait', 'helm rollback istiod --namespace istio-system --wait', 'helm rollback istio-base --namespace istio-system --wait',
    'helm uninstall ingress --namespace edge --wait', 'helm uninstall istiod --namespace istio-system --wait', 'helm uninstall istio-base --namespace istio-system --wait',
  ]);
});

test('labels of a namespace are there before anything runs in it', () => {
  const [create, label, first] = commandsIn(HelmFiles.of([GATEWAY, ISTIOD, { ...BASE, namespaceLabels: { 'topology.istio.io/network': 'east' } }]).readme);
  expect(create).toBe('kubectl create namespace istio-system --dry-run=client --output yaml | kubectl apply --filename -');
  expect(label).toBe('kubectl label namespace istio-system --overwrite topology.istio.io/network=east');
  expect(first).toContain('helm upgrade --install istio-base');
});

test('the files are written whole, again without a change, and never over those of others', () => {
  const folder = join(directory, 'helm');
  const files = HelmFiles.of([ISTIOD, BASE]);
  files.write(folder);
  files.write(folder);
  expect(readdirSync(folder).sort()).toEqual(['10-istio-base.yaml', '20-istiod.yaml', 'README.md', 'files.sha256']);
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe(files.readme);
  HelmFiles.of([BASE]).write(folder);
  expect(existsSync(join(folder, '20-istiod.yaml'))).toBe(false);
  writeFileSync(join(folder, 'mine.yaml'), '');
  expect(() => files.write(folder)).toThrow(/^\[HelmFiles\] .* holds what no plan wrote \(mine.yaml\)/);
});

test('what is wrong with a release says that it was for files', () => {
  expect(() => HelmFiles.of([])).toThrow('HelmFiles: `releases` is []');
});
