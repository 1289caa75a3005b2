import { deploymentYaml, serviceYaml } from '../../../../src/check/example-objects';
import { pathsSaid, said, virtualService } from '../said';

function policy(kind: string, name: string, spec: string, namespace = 'shop', group = 'security.istio.io/v1'): string {
  return `---
apiVersion: ${group}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

const REVIEWS = deploymentYaml('reviews', 'shop');
const SELECTS = '{ selector: { matchLabels: { app: reviews } }, rules: [{}] }';
const SELECTS_NOTHING = '{ selector: { matchLabels: { app: nobody } }, rules: [{}] }';

describe('MESH3003: an AuthorizationPolicy that selects nothing', () => {
  test('labels of a workload in another namespace do not count', () => {
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', SELECTS, 'web') + REVIEWS)).toHaveLength(1);
  });

  test('but for one in the root namespace they do', () => {
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', SELECTS, 'istio-system') + REVIEWS)).toEqual([]);
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', SELECTS_NOTHING, 'istio-system') + REVIEWS)).toHaveLength(1);
  });

  test('one without a selector is for the namespace, which may be empty', () => {
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', '{}') + REVIEWS)).toEqual([]);
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', '{}', 'web') + REVIEWS)).toMatchObject([{ path: '', message: 'No workload runs in namespace web.' }]);
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', '{}', 'istio-system') + REVIEWS)).toEqual([]);
  });

  test('one with a target is for what Istio runs by itself', () => {
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', '{ targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: waypoint }] }', 'web'))).toEqual([]);
  });

  test('in a part of a mesh it is an information, and nothing where no workload is in sight', () => {
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', SELECTS_NOTHING) + REVIEWS, { complete: false })).toMatchObject([{ severity: 'info' }]);
    expect(said('MESH3003', policy('AuthorizationPolicy', 'a', SELECTS_NOTHING), { complete: false })).toEqual([]);
  });
});

describe('MESH3004: another object that selects nothing', () => {
  test.each([
    ['PeerAuthentication', 'security.istio.io/v1', '{ selector: { matchLabels: { app: nobody } } }', 'spec.selector.matchLabels'],
    ['EnvoyFilter', 'networking.istio.io/v1alpha3', '{ workloadSelector: { labels: { app: nobody } } }', 'spec.workloadSelector.labels'],
    ['DestinationRule', 'networking.istio.io/v1', '{ host: reviews, workloadSelector: { matchLabels: { app: nobody } } }', 'spec.workloadSelector.matchLabels'],
  ])('%s', (kind, group, spec, path) => {
    expect(said('MESH3004', policy(kind, 'a', spec, 'shop', group) + REVIEWS)).toMatchObject([{ path }]);
    expect(said('MESH3004', policy(kind, 'a', spec.replace('nobody', 'reviews'), 'shop', group) + REVIEWS)).toEqual([]);
  });

  test('in the root namespace a RequestAuthentication reaches every namespace, a PeerAuthentication only its own', () => {
    const spec = '{ selector: { matchLabels: { app: reviews } } }';
    expect(said('MESH3004', policy('RequestAuthentication', 'a', spec, 'istio-system') + REVIEWS)).toEqual([]);
    expect(said('MESH3004', policy('PeerAuthentication', 'a', spec, 'istio-system') + REVIEWS)).toHaveLength(1);
  });
});

describe('MESH3001 and MESH3002: two that say different things', () => {
  const strict = (selector = '') => `{ ${selector}mtls: { mode: STRICT } }`;
  const permissive = (selector = '') => `{ ${selector}mtls: { mode: PERMISSIVE } }`;
  const APP = 'selector: { matchLabels: { app: reviews } }, ';

  test('two that say the same do no harm', () => {
    expect(said('MESH3001', policy('PeerAuthentication', 'a', strict()) + policy('PeerAuthentication', 'b', strict()))).toEqual([]);
    expect(said('MESH3002', policy('PeerAuthentication', 'a', strict(APP)) + policy('PeerAuthentication', 'b', strict(APP)) + REVIEWS)).toEqual([]);
  });

  test('each is told of the other', () => {
    expect(pathsSaid('MESH3001', policy('PeerAuthentication', 'a', strict()) + policy('PeerAuthentication', 'b', permissive()))).toEqual(['a ', 'b ']);
    expect(pathsSaid('MESH3002', policy('PeerAuthentication', 'a', strict(APP)) + policy('PeerAuthentication', 'b', permissive(APP)) + REVIEWS))
      .toEqual(['a spec.selector', 'b spec.selector']);
  });

  test('one for all and one for a workload are no rivals', () => {
    const both = policy('PeerAuthentication', 'a', strict()) + policy('PeerAuthentication', 'b', permissive(APP)) + REVIEWS;
    expect([...said('MESH3001', both), ...said('MESH3002', both)]).toEqual([]);
  });

  test('nor are two of different kinds or namespaces', () => {
    expect(said('MESH3001', policy('PeerAuthentication', 'a', strict()) + policy('PeerAuthentication', 'b', permissive(), 'web')
      + policy('ProxyConfig', 'c', '{ concurrency: 2 }', 'shop', 'networking.istio.io/v1beta1'))).toEqual([]);
  });
});

describe('MESH3005: exported to a namespace that is not there', () => {
  const exported = (to: string) => virtualService('a', `{ hosts: [reviews], exportTo: [${to}], http: [{ route: [{ destination: { host: reviews } }] }] }`);

  test('signs are no names, and a namespace is known by anything that stands in it', () => {
    expect(said('MESH3005', exported('".", "*", web') + serviceYaml('x', 'web'))).toEqual([]);
    expect(said('MESH3005', exported('web') + serviceYaml('reviews', 'shop'))).toMatchObject([{ path: 'spec.exportTo[0]' }]);
  });

  test('the annotation of a Service counts too', () => {
    const service = serviceYaml('x', 'shop').replace('namespace: shop', 'namespace: shop, annotations: { networking.istio.io/exportTo: "., nowhere" }');
    expect(said('MESH3005', service)).toMatchObject([{ kind: 'Service', message: 'There is no namespace nowhere.' }]);
  });
});
