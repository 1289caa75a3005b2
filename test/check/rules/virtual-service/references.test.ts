import { serviceYaml, subsetsYaml } from '../../../../src/check/example-objects';
import { destinationRule, pathsSaid, said, virtualService } from '../said';

const SERVICE = serviceYaml('reviews', 'shop');
const TO_REVIEWS = '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews } }] }] }';

describe('MESH3101: a host that nobody serves', () => {
  test('the name of a Service with its namespace is none, and the full name is suggested', () => {
    const [finding] = said('MESH3101', virtualService('a', '{ hosts: [x], http: [{ route: [{ destination: { host: reviews.shop } }] }] }', 'web') + SERVICE);
    expect(finding).toMatchObject({ severity: 'error', path: 'spec.http[0].route[0].destination.host', fix: 'Write host: reviews.shop.svc.cluster.local.' });
  });

  test('in a part of a mesh it is an information', () => {
    expect(said('MESH3101', virtualService('a', TO_REVIEWS), { complete: false })).toMatchObject([{ severity: 'info' }]);
  });

  test('mirrors, TCP and TLS routes count too', () => {
    expect(pathsSaid('MESH3101', virtualService('a', `{ hosts: [reviews],
      http: [{ route: [{ destination: { host: reviews } }], mirrors: [{ destination: { host: nobody } }] }, { route: [{ destination: { host: reviews } }], mirror: { host: nobody } }],
      tcp: [{ route: [{ destination: { host: nobody } }] }],
      tls: [{ match: [{ sniHosts: [reviews] }], route: [{ destination: { host: nobody } }] }] }`) + SERVICE)).toEqual([
      'a spec.http[0].mirrors[0].destination.host', 'a spec.http[1].mirror.host',
      'a spec.tcp[0].route[0].destination.host', 'a spec.tls[0].route[0].destination.host',
    ]);
  });

  const KEPT = SERVICE.replace('namespace: shop', 'namespace: shop, annotations: { networking.istio.io/exportTo: "., api" }');

  test('a Service that is kept from the namespace is as good as none', () => {
    const full = '{ hosts: [x], http: [{ route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }] }';
    expect(said('MESH3101', virtualService('a', full, 'web') + KEPT)).toMatchObject([{ message: expect.stringContaining('is not exported to namespace web') }]);
    expect(said('MESH3101', virtualService('a', full, 'api') + KEPT)).toEqual([]);
  });

  test('what counts is where the VirtualService is used', () => {
    const used = (place: string) => `{ hosts: [x], exportTo: [${place}], http: [{ route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }] }`;
    expect(said('MESH3101', virtualService('a', used('web')) + KEPT)).toHaveLength(1);
    expect(said('MESH3101', virtualService('a', used('api'), 'web') + KEPT)).toEqual([]);
  });

  test('an IP address and an empty mesh do no harm', () => {
    expect(said('MESH3101', virtualService('a', '{ hosts: [x], http: [{ route: [{ destination: { host: 10.0.0.1 } }] }] }'))).toHaveLength(1);
  });
});

describe('MESH3102: a subset that no DestinationRule defines', () => {
  const toV1 = '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }] }';

  test('one of a wildcard will do', () => {
    const wide = destinationRule('wide', '{ host: "*.shop.svc.cluster.local", subsets: [{ name: v1, labels: { version: v1 } }] }');
    expect(said('MESH3102', virtualService('a', toV1) + SERVICE + wide)).toEqual([]);
  });

  test('one of another host will not', () => {
    const other = destinationRule('other', '{ host: ratings, subsets: [{ name: v1, labels: { version: v1 } }] }');
    expect(said('MESH3102', virtualService('a', toV1) + SERVICE + other)).toHaveLength(1);
  });

  test('says which subsets there are', () => {
    const [finding] = said('MESH3102', virtualService('a', toV1.replace('v1', 'canry')) + SERVICE + subsetsYaml('reviews', 'shop', ['stable', 'canary']));
    expect(finding.message).toContain('defines stable, canary. Did you mean canary?');
  });
});

describe('MESH3105: two VirtualServices for one host', () => {
  const kept = (place: string) => `{ hosts: [reviews.shop.svc.cluster.local], exportTo: [${place}], http: [{ route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }] }`;

  test('each is told of the other', () => {
    expect(pathsSaid('MESH3105', virtualService('a', TO_REVIEWS) + virtualService('b', kept('"*"'), 'web') + SERVICE)).toEqual(['a spec.hosts[0]', 'b spec.hosts[0]']);
  });

  test('namespaces that see only one of them have no conflict', () => {
    expect(said('MESH3105', virtualService('a', kept('web')) + virtualService('b', kept('api')) + SERVICE)).toEqual([]);
    expect(said('MESH3105', virtualService('a', kept('".", web')) + virtualService('b', kept('"."'), 'web') + SERVICE)).toHaveLength(2);
  });

  test('a gateway takes both', () => {
    const onGateway = '{ hosts: [reviews], gateways: [public], http: [{ route: [{ destination: { host: reviews } }] }] }';
    expect(said('MESH3105', virtualService('a', TO_REVIEWS) + virtualService('b', onGateway) + SERVICE)).toEqual([]);
  });

  test('a later one of the same name is the same object, changed', () => {
    expect(said('MESH3105', virtualService('a', TO_REVIEWS) + virtualService('a', TO_REVIEWS) + SERVICE)).toEqual([]);
  });

  test('one that names a host twice has no conflict with itself', () => {
    expect(said('MESH3105', virtualService('a', '{ hosts: [reviews, reviews.shop.svc.cluster.local], http: [{ route: [{ destination: { host: reviews } }] }] }') + SERVICE)).toEqual([]);
  });
});

describe('MESH3107 and MESH3108: ports', () => {
  const to = (port: string) => `{ hosts: [reviews], http: [{ route: [{ destination: { host: next${port} } }] }] }`;
  const NEXT = serviceYaml('next', 'shop', '[{ name: http, port: 8080, targetPort: 9080 }]');

  test('the port of the container is told from that of the Service', () => {
    const [finding] = said('MESH3107', virtualService('a', to(', port: { number: 9080 }')) + SERVICE + NEXT);
    expect(finding).toMatchObject({ fix: 'Write number: 8080.', message: expect.stringContaining('9080 is the targetPort of port 8080') });
  });

  test('without a port the port of the request is kept', () => {
    expect(said('MESH3108', virtualService('a', to('')) + SERVICE + NEXT)).toHaveLength(1);
    expect(said('MESH3108', virtualService('a', to(', port: { number: 8080 }')) + SERVICE + NEXT)).toEqual([]);
  });

  test('a rule that no sidecar takes keeps nothing', () => {
    const onGateway = '{ hosts: [reviews], gateways: [mesh, public], http: [{ match: [{ gateways: [public] }], route: [{ destination: { host: next } }] }, { route: [{ destination: { host: reviews } }] }] }';
    expect(said('MESH3108', virtualService('a', onGateway) + SERVICE + NEXT)).toEqual([]);
  });

  test('a host that several objects serve is left alone', () => {
    const entry = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: more, namespace: shop }
spec: { hosts: [next.shop.svc.cluster.local], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: STATIC, location: MESH_INTERNAL }
`;
    expect(said('MESH3108', virtualService('a', to('')) + SERVICE + NEXT + entry)).toEqual([]);
  });
});
