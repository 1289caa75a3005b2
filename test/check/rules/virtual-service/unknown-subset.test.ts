import { destinationRule, said, virtualService } from '../said';

const ROUTE = virtualService('reviews', '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v3 } }] }] }');

function severities(yaml: string, complete: boolean): string[] {
  return said('MESH3102', yaml, { complete, preset: 'recommended' }).map(({ severity }) => severity);
}

describe('a route to a subset that is not defined', () => {
  test('is an error where nothing is left out', () => {
    expect(severities(ROUTE, true)).toEqual(['error']);
  });

  test('is an information where the DestinationRule may stand elsewhere', () => {
    expect(severities(ROUTE, false)).toEqual(['info']);
  });

  test('is a warning where the DestinationRule of the host is here and defines other subsets', () => {
    const other = destinationRule('reviews', '{ host: reviews, subsets: [{ name: v1, labels: { version: v1 } }] }');
    expect(severities(ROUTE + other, false)).toEqual(['warning']);
    expect(severities(ROUTE + other, true)).toEqual(['error']);
  });

  test('is an information where the DestinationRule here has no subsets, or is for more than this host', () => {
    expect(severities(ROUTE + destinationRule('reviews', '{ host: reviews }'), false)).toEqual(['info']);
    const wider = destinationRule('all', '{ host: "*.shop.svc.cluster.local", subsets: [{ name: v1, labels: { version: v1 } }] }');
    expect(severities(ROUTE + wider, false)).toEqual(['info']);
  });
});
