import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { blocksOf, runBlock } from './documentation';
import { AccessMeaning } from './support/same-access';
import { Meaning } from './support/same-meaning';
import { synthesized } from './support/shop';
import * as library from '../src';

interface Recipe {
  readonly title: string;
  readonly manifest: string;
  readonly code: string;
}

/** Each section of the page: the manifest and the construct. */
const recipes: Recipe[] = readFileSync(join(__dirname, '..', 'docs', 'recipes.md'), 'utf8').split(/^## /m).slice(1).map((section) => {
  const [title] = section.split('\n');
  const [manifests, codes] = [blocksOf(section, 'yaml'), blocksOf(section, 'ts')];
  if (manifests.length !== 1 || codes.length !== 1) throw new Error(`docs/recipes.md: "${title}" has ${manifests.length} manifests and ${codes.length} snippets; a recipe has one of each.`);
  return { title, manifest: manifests[0], code: codes[0] };
});

/** The ports of the service: what calls are made to. */
const portsOf = ({ code }: Recipe) => (code.includes('MtlsPort') ? [9080, 9090, 9091] : [9080]);

/** What the snippets speak of. */
function written(recipe: Recipe): any[] {
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
  return synthesized(app);
}

function known({ manifest }: Recipe): any[] {
  return parseAllDocuments(manifest, { version: '1.1' }).map((document) => document.toJS());
}

const isTraffic = ({ manifest }: Recipe) => /^kind: (VirtualService|DestinationRule)$/m.test(manifest);
const isAccess = ({ manifest }: Recipe) => /^kind: (?!VirtualService|DestinationRule)/m.test(manifest);

test('every recipe is compared with its manifest', () => {
  expect(recipes.filter((recipe) => !isTraffic(recipe) && !isAccess(recipe))).toEqual([]);
});

describe.each(recipes.filter(isTraffic))('$title', (recipe) => {
  test('the construct and the manifest send every request the same way', () => {
    const [ours, theirs] = [new Meaning(written(recipe)), new Meaning(known(recipe))];
    expect(ours.hosts).toEqual(theirs.hosts);
    fc.assert(fc.property(Meaning.requests(ours, theirs), (request) => {
      for (const host of theirs.hosts) expect(ours.outcome(host, request)).toEqual(theirs.outcome(host, request));
    }), { numRuns: 500 });
  });

  test('the construct and the manifest have the same subsets and policies', () => {
    const [ours, theirs] = [new Meaning(written(recipe)), new Meaning(known(recipe))];
    for (const host of theirs.hosts) expect(ours.policies(host)).toEqual(theirs.policies(host));
  });
});

describe.each(recipes.filter(isAccess))('$title', (recipe) => {
  test('the construct and the manifest let the same calls in, and read the same tokens', () => {
    const [ours, theirs] = [new AccessMeaning(written(recipe)), new AccessMeaning(known(recipe))];
    fc.assert(fc.property(AccessMeaning.calls(portsOf(recipe), ours, theirs), (call) => {
      expect({ call, allowed: ours.allows(call) }).toEqual({ call, allowed: theirs.allows(call) });
      expect({ call, mtls: ours.mtls(call) }).toEqual({ call, mtls: theirs.mtls(call) });
      expect(ours.tokens(call)).toEqual(theirs.tokens(call));
    }), { numRuns: 1000 });
  });

  test('the construct and the manifest open the same ways in and out', () => {
    const [ours, theirs] = [new AccessMeaning(written(recipe)), new AccessMeaning(known(recipe))];
    fc.assert(fc.property(AccessMeaning.calls(portsOf(recipe), ours, theirs), (call) => {
      expect(ours.scope(call)).toEqual(theirs.scope(call));
    }));
    expect(ours.servers).toEqual(theirs.servers);
    expect(ours.externalHosts).toEqual(theirs.externalHosts);
  });
});
