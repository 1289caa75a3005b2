import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import * as library from '../../src';
import { blocksOf, runBlock } from '../documentation';

/** A section of docs/recipes.md: the manifest and the construct. */
export interface Recipe {
  readonly title: string;
  readonly manifest: string;
  readonly code: string;
}

/** All of the page. */
export const recipes: Recipe[] = readFileSync(join(__dirname, '..', '..', 'docs', 'recipes.md'), 'utf8').split(/^## /m).slice(1).map((section) => {
  const [title] = section.split('\n');
  const [manifests, codes] = [blocksOf(section, 'yaml'), blocksOf(section, 'ts')];
  if (manifests.length !== 1 || codes.length !== 1) throw new Error(`docs/recipes.md: "${title}" has ${manifests.length} manifests and ${codes.length} snippets; a recipe has one of each.`);
  return { title, manifest: manifests[0], code: codes[0] };
});

/** The ports of the service: what calls are made to. */
export const portsOf = ({ code }: Recipe) => (code.includes('MtlsPort') ? [9080, 9090, 9091] : [9080]);

/** The App that the code makes, with what the snippets speak of. */
export function appOf(recipe: Recipe): App {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = (name: string, namespace: string) => library.MeshWorkload.fromLabels(chart, `${name}-pods`, { name, namespace, labels: { app: name }, serviceAccount: name });
  const service = (name: string, namespace: string, ports: number[]) => library.MeshService.fromName(chart, name, {
    name, namespace, ports: ports.map((port) => library.MeshPort.http(port)), workload: pods(name, namespace),
  });
  runBlock(recipe.code, {
    ...library,
    ...require('cdk8s'),
    chart,
    reviews: service('reviews', 'shop', portsOf(recipe)),
    ratings: service('ratings', 'data', [9080]),
    frontend: pods('frontend', 'shop'),
    admin: pods('admin', 'back-office'),
    prometheus: pods('prometheus', 'monitoring'),
  });
  return app;
}

/** The constructs of one class that the code makes. */
export function made<T>(recipe: Recipe, type: abstract new (...args: never[]) => T): T[] {
  return appOf(recipe).node.findAll().filter((construct): construct is typeof construct & T => construct instanceof type);
}

/** The objects of the manifest. */
export function known({ manifest }: Recipe): any[] {
  return parseAllDocuments(manifest, { version: '1.1' }).map((document) => document.toJS());
}

export const isTraffic = ({ manifest }: Recipe) => /^kind: (VirtualService|DestinationRule)$/m.test(manifest);

/** About how the mesh runs: what has no meaning for one request or call. */
export const isRunning = ({ manifest }: Recipe) => /^kind: (IstioOperator|Telemetry|Namespace|Deployment)$/m.test(manifest);

export const isAccess = (recipe: Recipe) => !isRunning(recipe) && /^kind: (?!VirtualService|DestinationRule)/m.test(recipe.manifest);
