import { App, Chart, Duration } from 'cdk8s';
import {
  HashAlgorithm, HashKey, HttpMatch, LoadBalancer, LocalityPolicy, LocalityPreference, MeshService, RequestTimeout, ResiliencePreset,
  ResilientService, Retries, StringMatch,
} from 'cdk8s-istio';
import { Application, namespace } from './application';

/** A shop in two regions, and how each of its services is called. */
export class ShopChart extends Chart {
  constructor(app: App, id: string) {
    super(app, id, { namespace: 'shop' });
    namespace(this, 'shop');
    this.catalog();
    this.search();
    this.cart();
    this.payments();
    this.database();
  }

  /** Read often, from everywhere: the nearest pods first, retries within a budget, a longer timeout for exports. */
  private catalog(): void {
    const catalog = this.mesh('catalog', new Application(this, 'catalog', { replicas: 6, port: 8080, portName: 'http' }));
    new ResilientService(this, 'catalog-resilience', {
      service: catalog,
      preset: ResiliencePreset.http(),
      timeout: RequestTimeout.after(Duration.seconds(3)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
      // When everything fails, two retries would ask three times.
      retryBudget: { percent: 20, minRetryConcurrency: 3 },
      routes: [{ match: HttpMatch.path(StringMatch.prefix('/export/')), timeout: RequestTimeout.after(Duration.minutes(2)), retries: Retries.none() }],
    });
    // Both regions hold the same data, so each can take over from the other; its pods are ejected as the preset says.
    new LocalityPolicy(this, 'catalog-places', {
      service: catalog,
      preference: LocalityPreference.failover({ 'eu-west1': 'eu-central1', 'eu-central1': 'eu-west1' }),
    });
  }

  /** Its index is warm in each zone: most requests stay there, some keep the other zone's caches warm. */
  private search(): void {
    const search = this.mesh('search', new Application(this, 'search', { replicas: 4, port: 8080, portName: 'http' }));
    const [a, b] = ['eu-west1/eu-west1-a/*', 'eu-west1/eu-west1-b/*'];
    new LocalityPolicy(this, 'search-places', {
      service: search,
      preference: LocalityPreference.distribute({ [a]: { [a]: 80, [b]: 20 }, [b]: { [b]: 80, [a]: 20 } }),
    });
    new ResilientService(this, 'search-resilience', {
      service: search,
      timeout: RequestTimeout.after(Duration.seconds(1)),
      // A pod that just came loads its index first.
      loadBalancer: LoadBalancer.leastRequest({ warmUp: { duration: Duration.minutes(2), minimumPercent: 5 } }),
    });
  }

  /** Keeps the carts of its users in memory: one user, one pod. */
  private cart(): void {
    new ResilientService(this, 'cart-resilience', {
      service: this.mesh('cart', new Application(this, 'cart', { replicas: 3, port: 8080, portName: 'http' })),
      timeout: RequestTimeout.after(Duration.seconds(2)),
      connectionPool: { tcp: { keepalive: { time: Duration.minutes(5), interval: Duration.seconds(15), probes: 4 } } },
      loadBalancer: LoadBalancer.consistentHash(HashKey.header('x-user-id'), HashAlgorithm.maglev()),
    });
  }

  /** Slow and easily overrun: one request at a time, one that waits, and no second try of a payment. */
  private payments(): void {
    new ResilientService(this, 'payments-resilience', {
      service: this.mesh('payments', new Application(this, 'payments', { replicas: 2, port: 8080, portName: 'http' })),
      timeout: RequestTimeout.after(Duration.seconds(10)),
      retries: Retries.none(),
      connectionPool: { tcp: { maxConnections: 1 }, http: { maxPendingRequests: 1, maxRequestsPerConnection: 1 } },
      outlierDetection: {
        consecutive5xxErrors: 1, interval: Duration.seconds(1), baseEjectionTime: Duration.minutes(3), maxEjectionPercent: 100,
      },
    });
  }

  /** No requests, only connections: how many, how long they may take to be made, and how long they may be silent. */
  private database(): void {
    new ResilientService(this, 'database-resilience', {
      service: this.mesh('database', new Application(this, 'database', { replicas: 1, port: 5432, portName: 'tcp-postgres', image: 'docker.io/postgres:18' })),
      connectionPool: {
        tcp: {
          maxConnections: 100,
          connectTimeout: Duration.seconds(1),
          idleTimeout: Duration.minutes(30),
          keepalive: { time: Duration.minutes(5), interval: Duration.seconds(15), probes: 4 },
        },
      },
    });
  }

  private mesh(name: string, { service, deployment }: Application): MeshService {
    return new MeshService(this, `${name}-mesh`, { service, workload: deployment });
  }
}
