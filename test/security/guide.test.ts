import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Shop } from './shop';
import * as library from '../../src';
import { blocksOf, runBlock } from '../documentation';

const GUIDE = readFileSync(join(__dirname, '..', '..', 'docs', 'zero-trust.md'), 'utf8');

test('the guide shows what its first snippet writes', () => {
  const shop = new Shop();
  const service = (name: string) => shop.service(name, [library.MeshPort.http(9080)]);
  runBlock(blocksOf(GUIDE, 'ts')[0], { ...library, chart: shop.chart, frontend: service('frontend'), reviews: service('reviews'), ratings: service('ratings') });
  const manifests = shop.manifests();
  const shown = blocksOf(GUIDE, 'yaml').flatMap((block) => parseAllDocuments(block).map((document) => document.toJS()));
  expect(shown).toHaveLength(3);
  for (const document of shown) expect(manifests).toContainEqual(document);
});

test('the guide shows what its call graph prints', () => {
  const shop = new Shop();
  const [block] = blocksOf(GUIDE, 'ts').filter((code) => code.includes('new CallGraph('));
  let text: string | undefined;
  runBlock(`${block}\nsay(graph.toText());`, {
    ...library,
    chart: shop.chart,
    frontend: shop.service('frontend', [library.MeshPort.http(8080)]),
    reviews: shop.service('reviews', [library.MeshPort.http(9080)]),
    say: (said: string) => { text = said; },
  });
  expect(blocksOf(GUIDE, 'text')).toEqual([text]);
});
