import { ApiObject } from 'cdk8s';
import { Shop, errorOf } from './shop';
import { MeshPort, MeshService, MeshWorkload, MtlsException, MtlsMode, MtlsPolicy, MtlsPolicyProps, MtlsPort, PolicyScope } from '../../src';

function policy(shop: Shop, props: Partial<MtlsPolicyProps> = {}, id = 'mtls'): MtlsPolicy {
  return new MtlsPolicy(shop.chart, id, { scope: PolicyScope.namespace('shop'), ...props });
}

const object = (name: string, namespace: string, spec: object) => ({
  apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name, namespace }, spec,
});

/** As somebody else writes one. */
function raw(shop: Shop, spec: object, namespace = 'shop'): void {
  new ApiObject(shop.chart, 'raw', { apiVersion: 'security.istio.io/v1beta1', kind: 'PeerAuthentication', metadata: { name: 'theirs', namespace }, spec } as any);
}

describe('without a mode it is STRICT', () => {
  test('for a namespace', () => {
    const shop = new Shop();
    policy(shop);
    expect(shop.manifests()).toEqual([object('default', 'shop', { mtls: { mode: 'STRICT' } })]);
  });

  test.each([['istio-system', undefined], ['mesh', 'mesh']])('for the mesh, by its root namespace %s', (namespace, root) => {
    const shop = new Shop();
    policy(shop, { scope: PolicyScope.mesh(root) });
    expect(shop.manifests()).toEqual([object('default', namespace, { mtls: { mode: 'STRICT' } })]);
  });

  test('for a workload, by the labels of its pods', () => {
    const shop = new Shop();
    policy(shop, { scope: PolicyScope.workload(shop.workload('db')) });
    expect(shop.manifests()).toEqual([object('db', 'shop', { selector: { matchLabels: { app: 'db' } }, mtls: { mode: 'STRICT' } })]);
  });
});

test.each([MtlsMode.STRICT, MtlsMode.PERMISSIVE, MtlsMode.DISABLE])('%s is written where it is named', (mode) => {
  const shop = new Shop();
  policy(shop, { mode });
  expect(shop.find('PeerAuthentication', 'default').spec).toEqual({ mtls: { mode } });
});

test('ports of a Service are written as those of its pods', () => {
  const shop = new Shop();
  const db = shop.service('db', [MeshPort.tcp(3306, { targetPort: 13306 }), MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(1)]);
  const ports = [MtlsPort.permissive(3306), MtlsPort.disable(80), MtlsPort.strict(1)];
  policy(shop, { scope: PolicyScope.workload(db), mode: MtlsMode.UNSET, ports });
  expect(shop.find('PeerAuthentication', 'db').spec).toEqual({
    selector: { matchLabels: { app: 'db' } },
    mtls: { mode: 'UNSET' },
    portLevelMtls: { 1: { mode: 'STRICT' }, 8080: { mode: 'DISABLE' }, 13306: { mode: 'PERMISSIVE' } },
  });
});

test('a mesh, its namespaces and their workloads each have their own', () => {
  const shop = new Shop();
  policy(shop, { scope: PolicyScope.mesh() }, 'mesh');
  policy(shop, {}, 'namespace');
  policy(shop, { scope: PolicyScope.workload(shop.workload('db')) }, 'db');
  policy(shop, { scope: PolicyScope.workload(shop.workload('cache')) }, 'cache');
  expect(shop.manifests().map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort())
    .toEqual(['istio-system/default', 'shop/cache', 'shop/db', 'shop/default']);
});

test('labels, annotations and the name of a workload\'s policy are the user\'s to choose', () => {
  const shop = new Shop();
  const metadata = { name: 'legacy-db', labels: { team: 'data' }, annotations: { note: 'x' } };
  policy(shop, { scope: PolicyScope.workload(shop.workload('db')), metadata });
  expect(shop.find('PeerAuthentication', 'legacy-db').metadata).toEqual({
    name: 'legacy-db', namespace: 'shop', labels: { team: 'data' }, annotations: { note: 'x' },
  });
});

describe('a second one in the same scope is refused, of which Istio would take the older', () => {
  const AGAIN = 'too, and Istio takes only the older one.';

  test('of the same kind', () => {
    const shop = new Shop();
    policy(shop, { scope: PolicyScope.workload(shop.service('db')) });
    policy(shop, { scope: PolicyScope.workload(shop.workload('db', 'shop', 'db', 'same')), metadata: { name: 'other' } }, 'again');
    expect(() => shop.manifests()).toThrow(`[shop/again] [shop/mtls/PeerAuthentication] is a PeerAuthentication for pods of db, ${AGAIN}`);
  });

  test('of a ZeroTrustNamespace', () => {
    const shop = new Shop();
    shop.zeroTrust();
    policy(shop, { mode: MtlsMode.PERMISSIVE });
    const error = errorOf(() => shop.manifests());
    expect(error).toContain(`[shop/mtls] [shop/zero-trust/PeerAuthentication] is a PeerAuthentication for namespace shop, ${AGAIN} Say all in one place: one policy.`);
  });

  test('of its exceptions', () => {
    const shop = new Shop();
    const db = shop.workload('db');
    shop.zeroTrust().exceptMtls(db, [3306], MtlsException.DISABLE);
    policy(shop, { scope: PolicyScope.workload(db), ports: [MtlsPort.permissive(9104)] });
    expect(() => shop.manifests()).toThrow(
      `[shop/mtls] [shop/zero-trust/MtlsException1] is a PeerAuthentication for pods of db, ${AGAIN} Say all in one place: one policy, with every port in \`ports\`.`);
  });

  test.each<[string, object]>([
    ['no selector', {}], ['an empty selector', { selector: { matchLabels: {} } }],
  ])('by hand, for the whole namespace, with %s', (_, spec) => {
    const shop = new Shop();
    raw(shop, spec);
    policy(shop);
    expect(() => shop.manifests()).toThrow(`[shop/mtls] [shop/raw] is a PeerAuthentication for namespace shop, ${AGAIN}`);
  });

  test.each<[string, Record<string, string>]>([['wider', { app: 'db' }], ['narrower', { app: 'db', role: 'primary', zone: 'a' }]])('by hand, with a %s selector', (_, matchLabels) => {
    const shop = new Shop();
    raw(shop, { selector: { matchLabels } });
    const labels = { app: 'db', role: 'primary' };
    policy(shop, { scope: PolicyScope.workload(MeshWorkload.fromLabels(shop.chart, 'db', { name: 'db', namespace: 'shop', labels })) });
    expect(() => shop.manifests()).toThrow(`[shop/mtls] [shop/raw] is a PeerAuthentication for pods of db, ${AGAIN}`);
  });

  test('whichever was made first', () => {
    const shop = new Shop();
    policy(shop);
    raw(shop, {});
    expect(() => shop.manifests()).toThrow(`[shop/mtls] [shop/raw] is a PeerAuthentication for namespace shop, ${AGAIN}`);
  });

  test('by hand, with other labels of the same pods', () => {
    const other = (labels: object) => {
      const shop = new Shop();
      new ApiObject(shop.chart, 'pods', {
        apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'db' }, spec: { template: { metadata: { labels }, spec: { containers: [] } } },
      });
      raw(shop, { selector: { matchLabels: { tier: 'data' } } });
      policy(shop, { scope: PolicyScope.workload(shop.workload('db')) });
      return () => shop.manifests();
    };
    expect(other({ app: 'db', tier: 'data' })).toThrow(`[shop/mtls] [shop/raw] is a PeerAuthentication for pods of db, ${AGAIN}`);
    expect(other({ app: 'db', tier: 'web' })).not.toThrow();
  });

  test('but not one of another namespace, nor something else of that name', () => {
    const shop = new Shop();
    raw(shop, {}, 'data');
    new ApiObject(shop.chart, 'other', { apiVersion: 'example.com/v1', kind: 'PeerAuthentication', metadata: { name: 'default' }, spec: {} } as any);
    policy(shop);
    expect(() => shop.manifests()).not.toThrow();
  });
});

describe('refused is', () => {
  const refusal = (props: (shop: Shop) => Partial<MtlsPolicyProps>) => {
    const shop = new Shop();
    return errorOf(() => policy(shop, props(shop)));
  };

  test('a workload of the root namespace, where Istio uses no selector', () => {
    const inRoot = (namespace: string, rootNamespace?: string) => refusal((shop) => ({ scope: PolicyScope.workload(shop.workload('gateway', namespace)), rootNamespace }));
    expect(inRoot('istio-system')).toBe('[shop/mtls] `scope` is the pods of gateway in istio-system, the root namespace of the mesh, where Istio uses no PeerAuthentication with a selector: it would do nothing. '
      + 'Move the workload to a namespace of its own, or say PolicyScope.mesh() where all are meant.');
    expect(inRoot('mesh', 'mesh')).toContain('in mesh, the root namespace');
    const shop = new Shop();
    expect(() => policy(shop, { scope: PolicyScope.workload(shop.workload('gateway', 'istio-system')), rootNamespace: 'mesh' })).not.toThrow();
  });

  test.each<[string, PolicyScope, string]>([
    ['a namespace', PolicyScope.namespace('shop'), 'namespace shop'], ['the mesh', PolicyScope.mesh(), 'the mesh'],
  ])('a port of %s', (_, scope, title) => {
    expect(refusal(() => ({ scope, ports: [MtlsPort.permissive(80)] }))).toBe(
      `[shop/mtls] \`ports\` are given for ${title}, and Istio takes modes of ports for a workload only. Say PolicyScope.workload(service), one policy for each.`);
  });

  test('a Gateway of the Gateway API, which a PeerAuthentication cannot name', () => {
    expect(refusal(() => ({ scope: PolicyScope.kubernetesGateway('edge', 'public') }))).toBe(
      '[shop/mtls] `scope` is the Gateway edge/public, and a PeerAuthentication knows pods by their labels only. '
      + 'Give PolicyScope.workload(MeshWorkload.fromLabels(...)) with the label gateway.networking.k8s.io/gateway-name: public.');
  });

  test('UNSET without ports, which says nothing', () => {
    expect(refusal(() => ({ mode: MtlsMode.UNSET }))).toBe(
      '[shop/mtls] `mode` is UNSET and no `ports` are given, so this says nothing (and where nobody says anything, Istio takes PERMISSIVE). Leave the policy out, or give a mode.');
    expect(refusal((shop) => ({ mode: MtlsMode.UNSET, scope: PolicyScope.workload(shop.workload('db')) }))).toBe(
      '[shop/mtls] `mode` is UNSET and no `ports` are given, so this says nothing. Leave the policy out, or give a mode.');
  });

  test('a name of its own for the whole namespace, and another namespace', () => {
    expect(refusal(() => ({ metadata: { name: 'strict' } }))).toBe(
      '[shop/mtls] `metadata.name` is "strict", but a policy for namespace shop is called default, so that there is one only. Leave it out.');
    expect(refusal(() => ({ metadata: { namespace: 'data' } }))).toBe(
      '[shop/mtls] `metadata.namespace` is data, but a policy for namespace shop stands in shop. Leave it out.');
  });

  test.each([0, 65536, 1.5])('port %s', (port) => {
    expect(errorOf(() => MtlsPort.disable(port))).toBe(`MtlsPort.disable: port ${port} is none: a port is a whole number from 1 to 65535.`);
  });

  test('one port in two modes', () => {
    const shop = new Shop();
    policy(shop, { scope: PolicyScope.workload(shop.workload('db')), ports: [MtlsPort.permissive(80), MtlsPort.disable(80)] });
    expect(() => shop.manifests()).toThrow('[shop/mtls] the pods\' port 80 is given as PERMISSIVE and as DISABLE. Keep one of them.');
  });

  test('a port that the Service does not have', () => {
    const shop = new Shop();
    policy(shop, { scope: PolicyScope.workload(shop.service('db')), ports: [MtlsPort.permissive(9080)] });
    expect(() => shop.manifests()).toThrow('[shop/mtls] there is no port 9080 of db, which has 80 (HTTP). Give the Service\'s port, not the pod\'s.');
  });

  test('pods whose labels nobody knows', () => {
    const shop = new Shop();
    const db = new MeshService(shop.chart, 'db', { name: 'db', namespace: 'shop', ports: [MeshPort.tcp(3306)] });
    policy(shop, { scope: PolicyScope.workload(db) });
    expect(() => shop.manifests()).toThrow('the pods of db are not known');
  });

  test('a selector that others fall under', () => {
    const shop = new Shop();
    const pods = (name: string) => new ApiObject(shop.chart, name, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db', name } }, spec: { containers: [] } } },
    });
    pods('replica');
    policy(shop, { scope: PolicyScope.workload(new MeshWorkload(shop.chart, 'db', { workload: pods('primary') })) });
    expect(() => shop.manifests()).toThrow('a policy for primary [shop/db] would select app=db, and so these pods too: Deployment replica (shop/replica)');
  });
});
