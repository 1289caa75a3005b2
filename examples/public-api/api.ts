import { App, Chart, Duration } from 'cdk8s';
import {
  AllowPolicy, GatewayTls, HttpMatch, IngressGateway, IpAllowList, Jwks, JwtAudiences, JwtAuthentication, JwtIssuer, MeshService, MtlsPolicy,
  PathMatch, PolicyCondition, PolicyScope, PolicySource, RateLimit, RateLimitKey, StringMatch,
} from 'cdk8s-istio';
import { Application, gatewayPods, namespace } from './application';

export interface PublicApiProps {
  /** The keys of https://id.example.com, who signs the tokens. */
  readonly jwks: Jwks;
  /** From where the back office is reached. */
  readonly office: string[];
}

const API = 'api.example.com';
const BACK_OFFICE = 'backoffice.example.com';

/** An API on the internet: who may call what is said by tokens, how often by their owner, and from where by addresses. */
export class PublicApiChart extends Chart {
  private readonly ingress: IngressGateway;
  private readonly users: JwtIssuer;

  constructor(app: App, id: string, props: PublicApiProps) {
    super(app, id, { namespace: 'api' });
    namespace(this, 'api');
    namespace(this, 'edge');
    gatewayPods(this, 'edge', 'public');
    this.ingress = new IngressGateway(this, 'ingress', { name: 'public', namespace: 'edge', selector: { istio: 'public' }, serviceAccount: 'public' });
    this.users = {
      issuer: 'https://id.example.com',
      jwks: props.jwks,
      audiences: JwtAudiences.of('https://api.example.com'),
      // Whoever sends this header by himself is not believed: the gateway takes it out, with or without a token.
      claimsToHeaders: { 'x-user': 'sub' },
      // The services look at the token again.
      forward: true,
    };
    const [catalog, orders, next, backOffice] = ['catalog', 'orders', 'orders-next', 'backoffice'].map((name) => new Application(this, name).mesh);
    this.routes(catalog, orders, next, backOffice);
    this.tokens();
    this.limits();
    this.allowed(catalog, orders, next, backOffice);
    new IpAllowList(this, 'office', { scope: PolicyScope.workload(this.ingress.workload), ranges: props.office, hosts: [BACK_OFFICE] });
  }

  /** Which path is answered by whom; users of the group `beta` get the orders of tomorrow. */
  private routes(catalog: MeshService, orders: MeshService, next: MeshService, backOffice: MeshService): void {
    const tls = GatewayTls.simple('api-cert');
    const toOrders = HttpMatch.pathSegments('/orders');
    this.ingress
      .expose(catalog, { hosts: [API], tls, match: HttpMatch.pathSegments('/catalog') })
      .expose(orders, { hosts: [API], tls, match: toOrders })
      .expose(next, { hosts: [API], tls, match: toOrders.and(HttpMatch.claim(['groups'], StringMatch.exact('beta'))) })
      .expose(backOffice, { hosts: [BACK_OFFICE], tls: GatewayTls.simple('backoffice-cert') });
  }

  /** Nobody comes in without a token, but to read the catalog, and browsers to ask what they may send. */
  private tokens(): void {
    new JwtAuthentication(this, 'tokens', {
      scope: PolicyScope.workload(this.ingress.workload),
      issuers: [this.users],
      exemptions: [{ paths: [PathMatch.segment('/catalog')], methods: ['GET', 'HEAD'] }],
      corsPreflights: true,
    });
  }

  /** So many for each user, whatever the address; who has no token shares one limit with everybody behind the same address. */
  private limits(): void {
    const withToken = HttpMatch.header('x-user', StringMatch.present());
    new RateLimit(this, 'limits', {
      gateway: this.ingress.workload,
      limits: [
        { name: 'users', match: withToken, per: [RateLimitKey.header('x-user')], requests: 20, window: Duration.minutes(1) },
        { name: 'strangers', match: HttpMatch.noneOf(withToken), per: [RateLimitKey.clientIp()], requests: 10, window: Duration.minutes(1) },
      ],
    });
  }

  /** What the services let the gateway do, and for whom. They verify the token themselves: the gateway is not the only lock. */
  private allowed(catalog: MeshService, orders: MeshService, next: MeshService, backOffice: MeshService): void {
    const gateway = PolicySource.caller(this.ingress.workload);
    const role = (name: string) => PolicyCondition.claim(['roles'], { values: [name] });
    new MtlsPolicy(this, 'mtls', { scope: PolicyScope.namespace('api') });
    new JwtAuthentication(this, 'tokens-again', { scope: PolicyScope.namespace('api'), issuers: [this.users], tokenOptional: true });
    AllowPolicy.nothing(this, 'deny-all', { scope: PolicyScope.namespace('api') });
    new AllowPolicy(this, 'catalog-callers', {
      scope: PolicyScope.workload(catalog),
      rules: [
        { sources: [gateway], operations: [{ methods: ['GET', 'HEAD', 'OPTIONS'] }] },
        { sources: [gateway], operations: [{ methods: ['PUT', 'DELETE'] }], conditions: [role('editor')] },
      ],
    });
    for (const service of [orders, next]) {
      new AllowPolicy(this, `${service.name}-callers`, {
        scope: PolicyScope.workload(service),
        rules: [
          { sources: [gateway], operations: [{ methods: ['GET', 'HEAD', 'POST'] }], conditions: [role('customer')] },
          { sources: [gateway], operations: [{ methods: ['OPTIONS'] }] },
        ],
      });
    }
    new AllowPolicy(this, 'backoffice-callers', { scope: PolicyScope.workload(backOffice), rules: [{ sources: [gateway], conditions: [role('support')] }] });
  }
}
