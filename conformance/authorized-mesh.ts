import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { CheckPreset, ExtensionProvider, GatewayRoutes, HttpMatch, MeshPort, MeshService, MeshWorkload, PolicyScope, SynthCheck } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { Mesh } from './mesh';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';
import { TokenIssuer } from './token-issuer';
import { withMesh } from './with-mesh';

const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 81, targetPort: 8081 }, { name: 'tcp-sql', port: 5432 }];
export const PUBLIC = 'shop.example.com';
export const issuer = new TokenIssuer('https://id.example.com');

/** Everything that policies of a test may speak of. None of it is an object of its own. */
export class Shop {
  public readonly app = new App();
  public readonly chart = new Chart(this.app, 'shop', { namespace: 'shop' });
  public readonly frontend = this.workload('frontend');
  public readonly admin = this.workload('admin');
  public readonly pods = this.workload('reviews');
  public readonly ingress = this.workload('ingress', 'ingress', { istio: 'ingress' });
  public readonly reviews = MeshService.fromName(this.chart, 'reviews', {
    name: 'reviews',
    namespace: 'shop',
    workload: this.pods,
    ports: [MeshPort.http(80, { targetPort: 8080 }), MeshPort.http(81, { targetPort: 8081 }), MeshPort.tcp(5432)],
  });
  public readonly authorizer = MeshService.fromName(this.chart, 'authorizer', { name: 'authorizer', namespace: 'data', ports: [MeshPort.http(8000)] });
  public readonly service = PolicyScope.workload(this.reviews);
  public readonly workloads = PolicyScope.workload(this.pods);

  constructor() {
    SynthCheck.configure(this.app, { preset: CheckPreset.ISTIO });
  }

  /** One that the mesh knows. */
  public readonly provider = (name: string = 'authorizer'): ExtensionProvider => providers(this.authorizer).find((provider) => provider.name === name)!;

  private workload(name: string, inNamespace: string = 'shop', labels: Record<string, string> = { app: name }): MeshWorkload {
    return MeshWorkload.fromLabels(this.chart, `${name}-pods`, { name, namespace: inNamespace, labels, serviceAccount: name });
  }
}

const providers = (service: MeshService) => [
  ExtensionProvider.http('authorizer', {
    service,
    pathPrefix: '/check',
    includeRequestHeadersInCheck: ['x-user'],
    includeAdditionalHeadersInCheck: { 'x-asked-by': 'mesh' },
    headersToUpstreamOnAllow: ['x-decided-*'],
    headersToDownstreamOnDeny: ['x-reason'],
  }),
  ExtensionProvider.http('other', { service }),
  ExtensionProvider.http('polite', { service, statusOnError: 503 }),
  ExtensionProvider.http('open', { service, failOpen: true }),
];

function manifests(): string {
  const app = new App();
  const [shop, data, outside] = ['shop', 'data', 'outside'].map((name) => new Chart(app, name, { namespace: name }));
  namespace(shop, 'shop');
  namespace(data, 'data');
  namespace(outside, 'outside', false);
  new Application(shop, 'frontend');
  new Application(shop, 'admin');
  const reviews = new Application(shop, 'reviews', { ports: PORTS }).mesh();
  new Application(data, 'jobs');
  new Application(data, 'authorizer', { ports: [{ name: 'http', port: 8000 }] });
  new Application(outside, 'client');
  const { gateway } = new PublicGateway(shop, 'ingress');
  new GatewayRoutes(shop, 'routes', { gateway, hosts: [PUBLIC, '*.example.net'] }).addRoute(HttpMatch.any(), reviews, { port: 80 });
  new ApiObject(shop, 'tokens', {
    apiVersion: 'security.istio.io/v1',
    kind: 'RequestAuthentication',
    metadata: { name: 'tokens' },
    spec: { selector: { matchLabels: { app: 'reviews' } }, jwtRules: [{ issuer: issuer.issuer, jwks: issuer.jwks }] },
  });
  return app.synthYaml();
}


/** One mesh, in which the policies of a test hold until the next one says others. */
export class AuthorizedMesh {
  public readonly mesh: Mesh;
  /** What holds, by kind, namespace and name. */
  private readonly held = new Map<string, any>();
  private isFirst = true;

  constructor() {
    const extensionProviders = providers(new Shop().authorizer).map(({ entry }) => entry);
    this.mesh = withMesh(manifests, { meshConfig: Yaml.stringify({ extensionProviders }) });
    beforeEach(() => {
      this.isFirst = true;
    });
  }

  /** Makes policies hold, beside those of the same test and instead of those of an earlier one. */
  public async hold(build: (shop: Shop) => void): Promise<any[]> {
    const shop = new Shop();
    build(shop);
    await this.mesh.apply(shop.app.synthYaml());
    const objects = shop.chart.toJson();
    const keys = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    if (this.isFirst) await this.dropAllBut(keys);
    this.isFirst = false;
    keys.forEach((key, index) => this.held.set(key, objects[index]));
    return objects;
  }

  public async dropAllBut(keys: readonly string[]): Promise<void> {
    for (const key of [...this.held.keys()].filter((one) => !keys.includes(one))) {
      const [kind, inNamespace, name] = key.split(' ');
      await this.mesh.delete(kind, inNamespace, name);
      this.held.delete(key);
    }
  }

  /** `GET /path` of the reviews, by the frontend unless said otherwise. */
  public async call(what: string = 'GET /', request: Partial<MeshRequest> = {}): Promise<Outcome> {
    const [method, path] = what.split(' ');
    return this.mesh.outcome({ caller: CALLERS.frontend, method, url: path.includes('://') ? path : `http://reviews.shop${path}`, ...request });
  }

  /** Who got in; everybody else got a 403. */
  public async letIn(what?: string): Promise<string[]> {
    const outcomes = await Promise.all(Object.entries(CALLERS).map(async ([name, caller]) => [name, await this.call(what, { caller })] as const));
    expect(outcomes.filter(([, outcome]) => outcome !== 200 && outcome !== 403)).toEqual([]);
    return outcomes.filter(([, outcome]) => outcome === 200).map(([name]) => name);
  }

  /** What a connection to the port without requests comes to. */
  public async sql(caller: string = CALLERS.frontend): Promise<Outcome> {
    return this.mesh.outcome({ caller, url: 'tcp://reviews.shop:5432' });
  }

  public ipOf(workload: string): string {
    return this.mesh.pods.find((pod) => `${pod.namespace}/${pod.workload}` === workload)!.ip;
  }
}

export type Outcome = number | string;

export const CALLERS = { frontend: 'shop/frontend', admin: 'shop/admin', jobs: 'data/jobs', plaintext: 'outside/client' };
