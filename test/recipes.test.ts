import * as fc from 'fast-check';
import { Recipe, appOf, isAccess, isRunning, isTraffic, known, made, portsOf, recipes } from './support/recipes';
import { AccessMeaning } from './support/same-access';
import { Meaning } from './support/same-meaning';
import { synthesized } from './support/shop';
import { parseDocument } from 'yaml';
import { MtlsMigration } from '../src';

const written = (recipe: Recipe): any[] => synthesized(appOf(recipe));

test('every recipe is compared with its manifest', () => {
  expect(recipes.filter((recipe) => ![isTraffic, isAccess, isRunning].some((is) => is(recipe)))).toEqual([]);
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

/** Installations are compared as Istio renders them: conformance/recipes.test.ts. */
const isObject = ({ kind }: any) => kind !== 'IstioOperator';
const isOfObjects = (recipe: Recipe) => isRunning(recipe) && known(recipe).some(isObject);

/** What an object says, whatever it is called: one of its kind holds for a namespace. */
function saidBy(objects: any[]): object {
  return objects.filter(isObject).map(({ kind, metadata: { name, namespace = 'shop', labels }, spec }) =>
    kind === 'Namespace' ? { kind, name, labels } : { kind, namespace, spec }).sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

describe.each(recipes.filter((recipe) => isOfObjects(recipe) && !recipe.code.includes('MtlsMigration')))('$title', (recipe) => {
  test('the construct and the manifest say the same of how the mesh runs', () => {
    expect(saidBy(written(recipe))).toEqual(saidBy(known(recipe)));
  });
});

describe.each(recipes.filter(({ code }) => code.includes('MtlsMigration')))('$title', (recipe) => {
  test('the phases say what the manifest says, one after the other', () => {
    const [migration] = made(recipe, MtlsMigration);
    const { steps } = migration.plan();
    expect(steps).toHaveLength(5);
    const states = steps.map(({ files }) => files.filter(({ name }) => name.endsWith('.yaml')).map(({ content }) => parseDocument(content).toJS()));
    // A phase is a complete state: what is new in it is what it changes. A namespace without labels says nothing.
    const before = states.map((_, index) => (states[index - 1] ?? []).map((object) => JSON.stringify(object)));
    const changes = states.flatMap((state, index) => state.filter((object) => !before[index].includes(JSON.stringify(object))));
    expect(changes.filter(({ kind, metadata }) => kind !== 'Namespace' || metadata.labels)).toEqual(known(recipe));
  });
});
