import { ApiObject, Chart, JsonPatch, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { Construct } from 'constructs';
import { Shop, errorOf } from './shop';
import { CallerIdentity, IMeshCaller, MeshPort, MeshService, MeshWorkload, PathMatch, ZeroTrustNamespace } from '../../src';

/** A caller of another mesh. */
class Partner extends Construct implements IMeshCaller {
  public readonly callerName = 'partner';

  constructor(scope: Construct, id: string, private readonly identities = [CallerIdentity.principal('partner.example/ns/shop/sa/admin')]) {
    super(scope, id);
  }

  public callerIdentities() {
    return this.identities;
  }

  public callerPods() {
    return [];
  }
}

const policyNames = (shop: Shop) => shop.manifests()
  .filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.name !== 'deny-all')
  .map(({ metadata }) => metadata.name);

describe('an allow', () => {
  test('is the narrowest rule on the pods of the target', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: shop.service('reviews'), methods: ['GET'], paths: [PathMatch.prefix('/reviews/')], ports: [80] });
    expect(shop.find('AuthorizationPolicy', 'allow-frontend-to-reviews')).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'allow-frontend-to-reviews', namespace: 'shop' },
      spec: {
        action: 'ALLOW',
        selector: { matchLabels: { app: 'reviews' } },
        rules: [{
          from: [{ source: { serviceAccounts: ['shop/frontend'] } }],
          to: [{ operation: { methods: ['GET'], paths: ['/reviews/*'], ports: ['9080'] } }],
        }],
      },
    });
  });

  test('shares the policy of its pair and keeps a rule of its own', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const [caller, target] = [shop.workload('frontend'), shop.service('reviews')];
    zeroTrust.allow({ caller, target, methods: ['GET'], paths: [PathMatch.exact('/a')] });
    zeroTrust.allow({ caller, target, methods: ['POST'], paths: [PathMatch.exact('/b')] });
    expect(zeroTrust.policies).toHaveLength(1);
    expect(shop.rules('allow-frontend-to-reviews').map(({ to }) => to)).toEqual([
      [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['9080'] } }],
      [{ operation: { methods: ['POST'], paths: ['/b'], ports: ['9080'] } }],
    ]);
  });

  test('takes a gateway of another namespace as its caller', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('istio-ingressgateway', 'istio-ingress'), target: shop.service('reviews') });
    expect(shop.rules('allow-istio-ingressgateway-to-reviews')[0].from).toEqual([{ source: { serviceAccounts: ['istio-ingress/istio-ingressgateway'] } }]);
  });

  test('takes cdk8s-plus deployments, services and named target ports', () => {
    const shop = new Shop();
    const account = new kplus.ServiceAccount(shop.chart, 'account', { metadata: { name: 'web' } });
    const deployment = (id: string, serviceAccount?: kplus.IServiceAccount) => new kplus.Deployment(shop.chart, id, {
      metadata: { name: id }, podMetadata: { labels: { app: id } }, serviceAccount, containers: [{ image: 'x', ports: [{ number: 9080, name: 'web' }] }],
    });
    const [web, reviews] = [deployment('web', account), deployment('reviews')];
    const service = new ApiObject(shop.chart, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'reviews' },
      spec: { selector: { app: 'reviews' }, ports: [{ port: 80, targetPort: 'web', appProtocol: 'http' }] },
    });
    shop.zeroTrust().allow({
      caller: new MeshWorkload(shop.chart, 'caller', { workload: web }),
      target: new MeshService(shop.chart, 'target', { service, workload: reviews }),
    });
    expect(shop.find('AuthorizationPolicy', 'allow-web-to-reviews').spec).toEqual({
      action: 'ALLOW',
      selector: { matchLabels: { app: 'reviews' } },
      rules: [{ from: [{ source: { serviceAccounts: ['shop/web'] } }], to: [{ operation: { ports: ['9080'] } }] }],
    });
  });

  test('writes what the manifests say in the end, not what they said when it was made', () => {
    const shop = new Shop();
    const name = { value: 'early' };
    const workload = new ApiObject(shop.chart, 'workload', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: Lazy.any({ produce: () => name.value }) as any },
      spec: Lazy.any({ produce: () => ({ template: { metadata: { labels: { app: name.value } }, spec: { serviceAccountName: name.value } } }) }),
    });
    const caller = new MeshWorkload(shop.chart, 'caller', { workload, name: 'caller' });
    shop.zeroTrust().allow({ caller, target: new MeshWorkload(shop.chart, 'target', { workload, name: 'target' }) });
    name.value = 'late';
    expect(shop.find('AuthorizationPolicy', 'allow-caller-to-target').spec).toEqual({
      action: 'ALLOW', selector: { matchLabels: { app: 'late' } }, rules: [{ from: [{ source: { serviceAccounts: ['shop/late'] } }] }],
    });
  });

  test('of a caller with several accounts names each, sixteen in one source as the API server takes no more', () => {
    const shop = new Shop();
    const workloads = Array.from({ length: 17 }, (_, index) => shop.workload(`v${index}`));
    const caller = MeshService.fromName(shop.chart, 'many', { name: 'many', namespace: 'shop', ports: [MeshPort.http(80)], workloads });
    shop.zeroTrust().allow({ caller, target: shop.service('reviews') });
    const sources = shop.rules('allow-many-to-reviews')[0].from.map(({ source }: any) => source.serviceAccounts);
    expect(sources.map((accounts: string[]) => accounts.length)).toEqual([16, 1]);
    expect(sources.flat()).toEqual(workloads.map(({ name }) => `shop/${name}`));
  });
});

describe('callers by trust domain', () => {
  const partner = 'partner.example/ns/shop/sa/admin';

  test('are principals of the mesh\'s own where it is said', () => {
    const shop = new Shop();
    shop.zeroTrust({ trustDomains: ['corp.example'] }).allow({ caller: shop.workload('frontend'), target: shop.service('reviews') });
    expect(shop.rules('allow-frontend-to-reviews')[0].from).toEqual([{ source: { principals: ['corp.example/ns/shop/sa/frontend'] } }]);
  });

  test('are principals of another one that is listed', () => {
    const shop = new Shop();
    shop.zeroTrust({ trustDomains: ['cluster.local', 'partner.example'] }).allow({ caller: new Partner(shop.chart, 'partner'), target: shop.service('reviews') });
    expect(shop.rules('allow-partner-to-reviews')[0].from).toEqual([{ source: { principals: [partner] } }]);
  });

  test('of both kinds stand side by side, both as principals, or the other one could issue our accounts', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ trustDomains: ['corp.example', 'partner.example'] });
    zeroTrust.allow({ caller: new Partner(shop.chart, 'partner'), target: shop.service('reviews') });
    zeroTrust.allow({ caller: shop.workload('frontend'), target: shop.service('ratings') });
    expect(shop.rules('allow-partner-to-reviews')[0].from).toEqual([{ source: { principals: [partner] } }]);
    expect(shop.rules('allow-frontend-to-ratings')[0].from).toEqual([{ source: { principals: ['corp.example/ns/shop/sa/frontend'] } }]);
  });

  test.each<[string, string[] | undefined, string]>([
    ['where none are listed', undefined, "(cluster.local). Add it there if this mesh trusts it: trustDomains: ['cluster.local', 'partner.example']."],
    ['where others are', ['corp.example', 'b.example'], "(corp.example, b.example). Add it there if this mesh trusts it: trustDomains: ['corp.example', 'b.example', 'partner.example']."],
  ])('that is not listed is refused %s', (_, trustDomains, rest) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust({ trustDomains });
    expect(errorOf(() => zeroTrust.allow({ caller: new Partner(shop.chart, 'partner'), target: shop.service('reviews') }))).toBe(
      `[shop/zero-trust] allow: the principal ${partner} is of the trust domain partner.example, which is not listed in \`trustDomains\` ${rest}`);
  });

  test('that is known late and not listed is refused at validation', () => {
    const shop = new Shop();
    const identities: CallerIdentity[] = [];
    const deployment = new ApiObject(shop.chart, 'deployment', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'reviews' }, spec: { template: { metadata: { labels: { app: 'reviews' } } } } });
    shop.zeroTrust().allow({ caller: new Partner(shop.chart, 'partner', identities), target: new MeshWorkload(shop.chart, 'reviews', { workload: deployment }) });
    identities.push(CallerIdentity.principal(partner));
    expect(() => shop.manifests()).toThrow(`[shop/zero-trust] allow partner → reviews: the principal ${partner} is of the trust domain partner.example, which is not listed`);
  });
});

describe('the ports of an allow', () => {
  const operation = (ports: MeshPort[], allow: { ports?: number[]; methods?: string[] }) => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: shop.service('reviews', ports), ...allow });
    return shop.rules('allow-frontend-to-reviews')[0].to?.[0].operation;
  };
  const mixed = [MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(3306), MeshPort.grpc(50051, { targetPort: 5000 }), MeshPort.of({ number: 9 })];

  test('are the pods\' ports behind those of the Service', () => {
    expect(operation(mixed, { ports: [50051, 80] })).toEqual({ ports: ['5000', '8080'] });
  });

  test('are all of the Service where none are given', () => {
    expect(operation(mixed, {})).toEqual({ ports: ['9', '3306', '5000', '8080'] });
  });

  test('are its HTTP ports where none are given in a rule about requests', () => {
    expect(operation(mixed, { methods: ['GET'] })).toEqual({ methods: ['GET'], ports: ['5000', '8080'] });
  });

  test('leave out UDP, which never passes the proxy', () => {
    const shop = new Shop();
    const service = new ApiObject(shop.chart, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'dns' },
      spec: { selector: { app: 'dns' }, ports: [{ name: 'tcp', port: 53 }, { name: 'udp', port: 53, protocol: 'UDP', targetPort: 5353 }] },
    });
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: new MeshService(shop.chart, 'dns', { service }) });
    expect(shop.rules('allow-frontend-to-dns')[0].to).toEqual([{ operation: { ports: ['53'] } }]);
  });

  test('of a workload are its own, and every port where none are given', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const [caller, target] = [shop.workload('frontend'), shop.workload('job')];
    zeroTrust.allow({ caller, target, ports: [8443, 8080, 8080] });
    zeroTrust.allow({ caller, target });
    expect(shop.rules('allow-frontend-to-job')).toEqual([
      { from: [{ source: { serviceAccounts: ['shop/frontend'] } }], to: [{ operation: { ports: ['8080', '8443'] } }] },
      { from: [{ source: { serviceAccounts: ['shop/frontend'] } }] },
    ]);
  });
});

describe('the name of a policy', () => {
  test('is cut, with a hash, where a label would be too long', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('c'.repeat(40)), target: shop.service('t'.repeat(40)) });
    const [name] = policyNames(shop);
    expect(name).toHaveLength(63);
    expect(name).toMatch(/^allow-c{40}-to-t+-[0-9a-f]{8}$/);
  });

  const collide = (namespaces: string[]) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const target = shop.service('reviews');
    for (const namespace of namespaces) zeroTrust.allow({ caller: shop.workload('frontend', namespace), target });
    return Object.fromEntries(shop.manifests()
      .filter(({ kind, metadata }) => kind === 'AuthorizationPolicy' && metadata.name !== 'deny-all')
      .map(({ metadata, spec }) => [spec.rules.map((rule: any) => rule.from[0].source.serviceAccounts[0]).join(), metadata.name]));
  };

  test('differs for two callers of one name, and does not depend on their order', () => {
    const names = collide(['a', 'b']);
    expect(Object.keys(names)).toEqual(['a/frontend', 'b/frontend']);
    expect(new Set(Object.values(names)).size).toBe(2);
    for (const name of Object.values(names)) expect(name).toMatch(/^allow-frontend-to-reviews-[0-9a-f]{8}$/);
    expect(collide(['b', 'a'])).toEqual(names);
  });

  test('differs for two targets of one name', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const caller = shop.workload('frontend');
    zeroTrust.allow({ caller, target: shop.service('reviews') });
    zeroTrust.allow({ caller, target: MeshWorkload.fromLabels(shop.chart, 'other', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews', version: 'v2' } }) });
    const [one, other] = policyNames(shop);
    expect(one).not.toBe(other);
  });

  test('differs for names that only look alike when they are put together', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    zeroTrust.allow({ caller: shop.workload('a'), target: shop.workload('b-to-c') });
    zeroTrust.allow({ caller: shop.workload('a-to-b'), target: shop.workload('c') });
    expect(new Set(policyNames(shop)).size).toBe(2);
  });

  test('differs for one caller that is described twice', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const target = shop.service('reviews');
    zeroTrust.allow({ caller: shop.workload('frontend', 'shop', 'frontend', 'one'), target, methods: ['GET'] });
    zeroTrust.allow({ caller: shop.workload('frontend', 'shop', 'frontend', 'two'), target, methods: ['POST'] });
    expect(new Set(policyNames(shop)).size).toBe(2);
  });
});

describe('what cannot be meant is refused where it stands', () => {
  type Allow = Parameters<ZeroTrustNamespace['allow']>[0];
  test.each<[string, (shop: Shop) => Partial<Allow>, string]>([
    ['a caller without a service account', (shop) => ({ caller: MeshWorkload.fromLabels(shop.chart, 'x', { name: 'x', namespace: 'shop', labels: { app: 'x' } }) }),
      '[shop/x] the service account of x is not known. Give `serviceAccount`.'],
    ['a service that nobody says the workload of', (shop) => ({ caller: MeshService.fromName(shop.chart, 'x', { name: 'x', namespace: 'shop', ports: [MeshPort.http(80)] }) }),
      '[shop/x] the service account of x is not known, as a Service has none. Give its `workload`, or a MeshWorkload.fromLabels(...) with `serviceAccount`.'],
    ['a caller with an empty list of identities', (shop) => ({ caller: new Partner(shop.chart, 'x', []) }),
      'the caller partner has no identity, and a rule without one would allow everyone. Give the service account it runs under.'],
    ['no methods', () => ({ methods: [] }), 'No HTTP methods given. Name at least one, for example GET.'],
    ['a method that is none', () => ({ methods: ['get'] }), '"get" is not an HTTP method. Methods are case-sensitive: write for example GET.'],
    ['no paths', () => ({ paths: [] }), '`paths` is empty, and an empty list means every path to Istio. Name at least one, or leave it out.'],
    ['no ports', () => ({ ports: [] }), '`ports` is empty, and an empty list means every port to Istio. Name at least one, or leave it out.'],
    ['a port that is none', () => ({ ports: [0] }), 'port 0 is none: a port is a whole number from 1 to 65535.'],
    ['the port of the pod instead of the Service\'s', () => ({ ports: [9080] }), 'there is no port 9080 of reviews, which has 80 (HTTP). Give the Service\'s port, not the pod\'s.'],
    ['requests on a TCP port', (shop) => ({ methods: ['GET'], paths: [PathMatch.exact('/')], ports: [3306], target: shop.service('db', [MeshPort.http(80), MeshPort.tcp(3306)]) }),
      '`methods` and `paths` need requests that the proxy reads, and port 3306 (TCP) of db carries none: Istio would drop the rule. Leave out `methods` and `paths`, or allow another port.'],
    ['requests on a service without an HTTP port', (shop) => ({ methods: ['GET'], target: shop.service('db', [MeshPort.tcp(3306)]) }),
      '`methods` need requests that the proxy reads, and port 3306 (TCP) of db carries none: Istio would drop the rule. Leave out `methods`, or allow another port.'],
    ['requests on a port that nobody says the protocol of', (shop) => ({ paths: [PathMatch.exact('/')], target: shop.service('web', [MeshPort.of({ number: 8080 })]) }),
      '`paths` need requests that the proxy reads, and it only guesses what port 8080 (automatic) of web speaks. '
      + 'If it does, say so in the Service (appProtocol: http, or a port name that starts with "http"), or here: ports: [MeshPort.http(8080)].'],
    ['a target whose pods are not known', (shop) => ({ target: MeshService.fromName(shop.chart, 'x', { name: 'x', namespace: 'shop', ports: [MeshPort.http(80)] }) }),
      '[shop/x] the pods of x are not known. Give its `workload`, or MeshWorkload.fromLabels(this, \'pods\', { name: \'x\', namespace: \'shop\', labels: { app: \'x\' } }).'],
    ['a target elsewhere', (shop) => ({ target: shop.service('ratings', undefined, 'data') }),
      'the target ratings [shop/data-ratings] is in namespace data, and policies of shop select no pods there. '
      + 'Allow it at a ZeroTrustNamespace for data; this App has none. To let callers of this namespace reach it, use allowEgress here.'],
  ])('%s', (_, allow, message) => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    const props: Allow = { caller: shop.workload('frontend'), target: shop.service('reviews'), ...allow(shop) };
    expect(errorOf(() => zeroTrust.allow(props))).toBe(`[shop/zero-trust] allow: ${message}`);
    expect(zeroTrust.policies).toEqual([]);
  });

  test('a target elsewhere, where that is looked after', () => {
    const shop = new Shop();
    const zeroTrust = shop.zeroTrust();
    new ZeroTrustNamespace(new Chart(shop.app, 'data'), 'zero-trust', { namespace: 'data' });
    expect(errorOf(() => zeroTrust.allow({ caller: shop.workload('frontend'), target: shop.service('ratings', undefined, 'data') }))).toContain('Allow it at [data/zero-trust].');
  });
});

describe('what may still change is refused at validation', () => {
  const reviews = (shop: Shop, ports: object[]) => new MeshService(shop.chart, 'target', {
    service: new ApiObject(shop.chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'reviews' }, spec: { selector: { app: 'reviews' }, ports } }),
  });

  test('a port that the Service never got', () => {
    const shop = new Shop();
    const target = reviews(shop, [{ port: 80 }]);
    expect(() => shop.zeroTrust().allow({ caller: shop.workload('frontend'), target, ports: [81] })).not.toThrow();
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] allow frontend → reviews: there is no port 81 of reviews, which has 80 (automatic). Give the Service\'s port, not the pod\'s.');
  });

  test('a Service without ports, as no port is every port to Istio', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: reviews(shop, []) });
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] allow frontend → reviews: reviews has no port that a policy could allow (it has no ports).');
  });

  test('a UDP port', () => {
    const shop = new Shop();
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: reviews(shop, [{ port: 53, protocol: 'UDP' }]), ports: [53] });
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] allow frontend → reviews: port 53 (UDP) of reviews is UDP, which never passes the proxy: no policy can allow or refuse it. Leave it out.');
  });

  test('requests on a workload\'s port that a service calls TCP', () => {
    const shop = new Shop();
    const target = shop.workload('db');
    MeshService.fromName(shop.chart, 'db', { name: 'db', namespace: 'shop', ports: [MeshPort.tcp(3306)], workload: target });
    expect(errorOf(() => shop.zeroTrust().allow({ caller: shop.workload('frontend'), target, methods: ['GET'], ports: [3306] }))).toContain('port 3306 (TCP) of db carries none: Istio would drop the rule.');
  });

  test('a name that no object can have', () => {
    const shop = new Shop();
    const caller = MeshWorkload.fromLabels(shop.chart, 'x', { name: 'My App', namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'x' });
    shop.zeroTrust().allow({ caller, target: shop.service('reviews') });
    expect(() => shop.manifests()).toThrow(
      '[shop/zero-trust] allow My App → reviews: "My App" becomes part of the policy\'s name, which takes lower-case letters, digits, dashes and dots. Give another `name`.');
  });

  test('a workload that lost the labels it was selected by', () => {
    const shop = new Shop();
    const workload = new ApiObject(shop.chart, 'workload', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', labels: { app: 'x' } }, spec: {} });
    shop.zeroTrust().allow({ caller: shop.workload('frontend'), target: new MeshWorkload(shop.chart, 'target', { workload }) });
    workload.addJsonPatch(JsonPatch.remove('/metadata/labels'));
    expect(() => shop.manifests()).toThrow('[shop/zero-trust] allow frontend → x: [shop/target] the pods of x carry no label of yours');
  });
});
