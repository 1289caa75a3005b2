import { App, Chart } from 'cdk8s';
import {
  CallerIdentity, EgressPolicy, IMeshCaller, Injection, MeshPort, MeshService, MeshWorkload, MtlsException, PathMatch, ZeroTrustNamespace,
  ZeroTrustNamespaceProps,
} from 'cdk8s-istio';
import { Construct, IConstruct } from 'constructs';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** Callers of any identities, as a user's own construct would give them. */
class Callers extends Construct implements IMeshCaller {
  constructor(scope: Construct, public readonly callerName: string, private readonly identities: CallerIdentity[]) {
    super(scope, callerName);
  }

  public callerIdentities(): CallerIdentity[] {
    return this.identities;
  }

  public callerPods(): IConstruct[] {
    return [];
  }
}

interface Shop {
  readonly zeroTrust: ZeroTrustNamespace;
  readonly chart: Chart;
  readonly caller: MeshWorkload;
  readonly target: MeshService;
  readonly workload: MeshWorkload;
}

async function expectAccepted(props: Partial<ZeroTrustNamespaceProps>, build: (shop: Shop) => void = () => {}): Promise<void> {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const caller = MeshWorkload.fromLabels(chart, 'frontend', { name: 'frontend', namespace: 'shop', labels: { app: 'frontend' }, serviceAccount: 'frontend' });
  const workload = MeshWorkload.fromLabels(chart, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
  const target = new MeshService(chart, 'reviews', {
    name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80, { targetPort: 9080 }), MeshPort.tcp(5432)], workload,
  });
  build({ zeroTrust: new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop', ...props }), chart, caller, target, workload });
  expect(await apiServer.complaints(app.synthYaml())).toEqual([]);
}

describe('ZeroTrustNamespace is accepted', () => {
  const namespaces: [string, Partial<ZeroTrustNamespaceProps>][] = [
    ['as it is', {}],
    ['for a namespace that exists', { existing: true }],
    ['injected by a revision', { injection: Injection.revision('1-31') }],
    ['with labels and annotations', {
      namespaceMetadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' }, annotations: { owner: 'shop' } },
      metadata: { labels: { 'istio.io/rev': '1-31' }, annotations: { note: 'a: b' } },
    }],
    ['in a dry run', { dryRun: true }],
    ['with open egress', { egress: EgressPolicy.OPEN }],
    ['with a trust domain', { trustDomains: ['shop.example.com'] }],
    ['with another root namespace and cluster domain', { rootNamespace: 'mesh', clusterDomain: 'cluster.example' }],
  ];
  test.each(namespaces)('%s', async (_, props) => expectAccepted(props, ({ zeroTrust, caller, target }) => {
    zeroTrust.allow({ caller, target });
    zeroTrust.exceptMtls(target, [80], MtlsException.PERMISSIVE);
    zeroTrust.allowKubernetesApi();
  }));

  const paths: [string, PathMatch][] = [
    ['an exact path', PathMatch.exact('/reviews/0')],
    ['a gRPC method', PathMatch.exact('/shop.v1.Reviews/Get')],
    ['a prefix', PathMatch.prefix('/reviews/')],
    ['every path', PathMatch.prefix('/')],
    ['a suffix', PathMatch.suffix('.css')],
    ['a segment', PathMatch.segment('/reviews')],
    ['the root segment', PathMatch.segment('/')],
    ['a template', PathMatch.template('/users/{*}/orders')],
    ['a template for the rest', PathMatch.template('/files/{**}')],
    ['a template in the middle', PathMatch.template('/files/{**}/index.html')],
    ['unusual characters', PathMatch.exact('/a%20b;v=1,2:@!$&\'()+=~')],
  ];
  test.each(paths)('with an allow by %s', async (_, path) => expectAccepted({}, ({ zeroTrust, caller, target }) => {
    zeroTrust.allow({ caller, target, methods: ['GET', 'HEAD'], paths: [path], ports: [80] });
  }));

  test('with several allows for one pair, for ports of a TCP service, and for a workload without a service', async () => {
    await expectAccepted({}, ({ zeroTrust, caller, target, workload }) => {
      zeroTrust.allow({ caller, target, methods: ['GET'] });
      zeroTrust.allow({ caller, target, methods: ['POST'], paths: [PathMatch.prefix('/orders')] });
      zeroTrust.allow({ caller, target, ports: [5432] });
      zeroTrust.allow({ caller: target, target: workload, ports: [9080], sharedIdentity: true });
    });
  });

  test('with callers of other trust domains, and with many accounts', async () => {
    await expectAccepted({ trustDomains: ['shop.example.com', 'partner.example'] }, ({ zeroTrust, chart, target }) => {
      zeroTrust.allow({ caller: new Callers(chart, 'partner', [CallerIdentity.principal('partner.example/ns/shop/sa/frontend')]), target });
    });
    await expectAccepted({}, ({ zeroTrust, chart, target }) => {
      const accounts = Array.from({ length: 40 }, (_, index) => CallerIdentity.serviceAccount('jobs', `job-${index}`));
      zeroTrust.allow({ caller: new Callers(chart, 'jobs', accounts), target, sharedIdentity: true });
    });
  });

  test('with plaintext, scrapes and exceptions from mTLS', async () => {
    await expectAccepted({}, ({ zeroTrust, caller, target }) => {
      zeroTrust.allowPlaintext({ target, ports: [80], methods: ['POST'], paths: [PathMatch.exact('/validate')], ipBlocks: ['10.0.0.0/16', '192.168.1.1', 'fd00::/8'] });
      zeroTrust.allowScrape({ target, ports: [80], plaintext: true });
      zeroTrust.allowScrape({ caller, target, ports: [80], path: '/internal/metrics' });
      zeroTrust.exceptMtls(target, [5432], MtlsException.DISABLE);
    });
  });

  test('with egress to services, hosts and the Kubernetes API', async () => {
    await expectAccepted({}, ({ zeroTrust, chart }) => {
      zeroTrust.allowEgress(MeshService.fromName(chart, 'ratings', { name: 'ratings', namespace: 'data', ports: [MeshPort.http(80)] }));
      zeroTrust.allowEgress(MeshService.fromHost(chart, 'api', { host: 'api.example.com', namespace: 'shop', ports: [MeshPort.tls(443)] }));
      for (const host of ['api.example.org', '*.example.net', 'jobs/*', 'data/details.data.svc.cluster.local']) zeroTrust.allowEgressToHost(host);
      zeroTrust.allowKubernetesApi();
    });
  });
});
