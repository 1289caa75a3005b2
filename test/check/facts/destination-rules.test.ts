import { parseAllDocuments } from 'yaml';
import { destinationRules } from '../../../src/check/facts/destination-rules';
import { MeshFacts } from '../../../src/check/facts/mesh-facts';
import { MeshSnapshot } from '../../../src/manifest/mesh-snapshot';
import { toMeshObject } from '../../../src/manifest/to-mesh-object';
import { destinationRule } from '../rules/said';

const REVIEWS = 'reviews.shop.svc.cluster.local';

/** The names of those that hold for clients of a namespace. */
function holding(client: string, ...yaml: string[]): string[] {
  const objects = parseAllDocuments(yaml.join('')).map((document) => toMeshObject(document.toJS(), {}, 'default'));
  const rules = new MeshFacts(new MeshSnapshot(objects)).fact(destinationRules);
  return rules.holdingFor(client, REVIEWS, 'shop').map(({ namespace, object }) => `${namespace}/${object.name}`);
}

const OF_SERVICE = destinationRule('own', '{ host: reviews }');
const OF_ROOT = destinationRule('mesh', '{ host: "*.local" }', 'istio-system');

describe('which DestinationRule holds for a client', () => {
  test('that of its own namespace first, even for a wildcard, then that of the service, then that of the root namespace', () => {
    const ofClient = destinationRule('all', '{ host: "*.local" }', 'web');
    expect(holding('web', OF_ROOT, OF_SERVICE, ofClient)).toEqual(['web/all']);
    expect(holding('api', OF_ROOT, OF_SERVICE, ofClient)).toEqual(['shop/own']);
    expect(holding('api', OF_ROOT, ofClient)).toEqual(['istio-system/mesh']);
  });

  test('never one of a third namespace', () => {
    expect(holding('api', destinationRule('third', `{ host: ${REVIEWS} }`, 'platform'))).toEqual([]);
  });

  test('within a namespace the exact host, though a wildcard is there too', () => {
    expect(holding('api', destinationRule('wide', '{ host: "*.shop.svc.cluster.local" }'), OF_SERVICE)).toEqual(['shop/own']);
  });

  test('all of one host in one namespace', () => {
    expect(holding('api', OF_SERVICE, destinationRule('more', `{ host: ${REVIEWS} }`))).toEqual(['shop/own', 'shop/more']);
  });

  test('one that is kept to its namespace does not hold elsewhere', () => {
    const kept = destinationRule('own', '{ host: reviews, exportTo: ["."] }');
    expect(holding('api', kept, OF_ROOT)).toEqual(['istio-system/mesh']);
    expect(holding('shop', kept, OF_ROOT)).toEqual(['shop/own']);
  });

  test('one that is exported to some namespaces hides a wildcard from the others, and gives them nothing', () => {
    const wide = destinationRule('wide', '{ host: "*.shop.svc.cluster.local" }');
    const some = destinationRule('own', '{ host: reviews, exportTo: [web] }');
    expect(holding('web', wide, some)).toEqual(['shop/own']);
    expect(holding('api', wide, some)).toEqual([]);
  });

  test('for the root namespace that of the service comes before what is meant for the whole mesh', () => {
    expect(holding('istio-system', OF_ROOT, OF_SERVICE)).toEqual(['shop/own']);
    const kept = destinationRule('gateway', '{ host: "*.local", exportTo: ["."] }', 'istio-system');
    expect(holding('istio-system', OF_ROOT, OF_SERVICE, kept)).toEqual(['istio-system/gateway']);
  });

  test('one that another of its name replaces holds for nobody', () => {
    expect(holding('api', OF_SERVICE, destinationRule('own', '{ host: ratings }'), OF_ROOT)).toEqual(['istio-system/mesh']);
  });
});
