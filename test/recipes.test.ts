import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { blocksOf, runBlock } from './documentation';
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

function written({ code }: Recipe): Meaning {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const reviews = library.MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [library.MeshPort.http(9080)] });
  runBlock(code, { ...library, ...require('cdk8s'), chart, reviews });
  return new Meaning(synthesized(app));
}

function known({ manifest }: Recipe): Meaning {
  return new Meaning(parseAllDocuments(manifest, { version: '1.1' }).map((document) => document.toJS()));
}

describe.each(recipes)('$title', (recipe) => {
  test('the construct and the manifest send every request the same way', () => {
    const [ours, theirs] = [written(recipe), known(recipe)];
    expect(ours.hosts).toEqual(theirs.hosts);
    fc.assert(fc.property(Meaning.requests(ours, theirs), (request) => {
      for (const host of theirs.hosts) expect(ours.outcome(host, request)).toEqual(theirs.outcome(host, request));
    }), { numRuns: 500 });
  });

  test('the construct and the manifest have the same subsets and policies', () => {
    const [ours, theirs] = [written(recipe), known(recipe)];
    for (const host of theirs.hosts) expect(ours.policies(host)).toEqual(theirs.policies(host));
  });
});
