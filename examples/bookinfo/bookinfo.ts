import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, HttpMatch, MeshService, MeshWorkload, PathMatch, RequestTimeout, ResilientService, Retries, StringMatch,
  ZeroTrustNamespace,
} from 'cdk8s-istio';
import { deployment, service } from './application';
import { IngressChart } from './ingress';

export const HOST = 'bookinfo.example.com';

/** Istio's Bookinfo application and its mesh. */
export class BookinfoChart extends Chart {
  public readonly productpage: MeshService;
  public readonly details: MeshService;
  public readonly reviews: MeshService;
  public readonly ratings: MeshService;
  public readonly zeroTrust: ZeroTrustNamespace;

  constructor(app: App, id: string, ingress: IngressChart) {
    super(app, id, { namespace: 'bookinfo' });

    // The application.
    this.productpage = new MeshService(this, 'productpage-mesh', {
      service: service(this, 'productpage'),
      workload: deployment(this, 'productpage', 'v1', { scratch: ['/tmp'] }),
    });
    this.details = new MeshService(this, 'details-mesh', {
      service: service(this, 'details'),
      workload: deployment(this, 'details', 'v1'),
    });
    const [reviewsV1, reviewsV2, reviewsV3] = ['v1', 'v2', 'v3'].map((version) => new MeshWorkload(this, `reviews-${version}-mesh`, {
      workload: deployment(this, 'reviews', version, { scratch: ['/tmp', '/opt/ibm/wlp/output'] }),
    }));
    this.reviews = new MeshService(this, 'reviews-mesh', {
      service: service(this, 'reviews'),
      workloads: [reviewsV1, reviewsV2, reviewsV3],
    });
    this.ratings = new MeshService(this, 'ratings-mesh', {
      service: service(this, 'ratings'),
      workload: deployment(this, 'ratings', 'v1', { replicas: 3 }),
    });

    // Who may call whom. Nothing else is let through.
    this.zeroTrust = new ZeroTrustNamespace(this, 'zero-trust', { namespace: 'bookinfo' });
    this.zeroTrust.allow({
      caller: ingress.workload,
      target: this.productpage,
      methods: ['GET'],
      paths: [PathMatch.exact('/productpage'), PathMatch.prefix('/static/'), PathMatch.prefix('/api/v1/products'), PathMatch.exact('/logout')],
    });
    this.zeroTrust.allow({ caller: ingress.workload, target: this.productpage, methods: ['POST'], paths: [PathMatch.exact('/login')] });
    this.zeroTrust.allow({ caller: this.productpage, target: this.details, methods: ['GET'], paths: [PathMatch.prefix('/details/')] });
    this.zeroTrust.allow({ caller: this.productpage, target: this.reviews, methods: ['GET'], paths: [PathMatch.prefix('/reviews/')] });
    // The first version of reviews shows no stars, so it never asks for ratings.
    for (const caller of [reviewsV2, reviewsV3]) {
      this.zeroTrust.allow({ caller, target: this.ratings, methods: ['GET'], paths: [PathMatch.prefix('/ratings/')] });
    }

    // Reviews v2 is new: a tenth of the requests, and all of the testers'.
    new CanaryRollout(this, 'reviews-canary', {
      service: this.reviews,
      stable: { version: 'v1' },
      canary: { version: 'v2' },
      weight: 10,
      alwaysCanary: HttpMatch.header('x-canary', StringMatch.exact('true')),
    });

    // Ratings is slow at times: better a page without stars than a page that hangs.
    new ResilientService(this, 'ratings-resilience', {
      service: this.ratings,
      timeout: RequestTimeout.after(Duration.seconds(2)),
      retries: Retries.upTo(2, { perTryTimeout: Duration.millis(600) }),
      outlierDetection: { consecutive5xxErrors: 3, interval: Duration.seconds(1), baseEjectionTime: Duration.seconds(30) },
    });

    // What the world may see of it.
    new GatewayRoutes(this, 'public', { gateway: ingress.gateway, hosts: [HOST] })
      .addRoute(HttpMatch.path(StringMatch.exact('/productpage')), this.productpage)
      .addRoute(HttpMatch.path(StringMatch.prefix('/static/')), this.productpage)
      .addRoute(HttpMatch.path(StringMatch.exact('/login')), this.productpage)
      .addRoute(HttpMatch.path(StringMatch.exact('/logout')), this.productpage)
      .addRoute(HttpMatch.path(StringMatch.prefix('/api/v1/products')), this.productpage);
  }
}

/** The whole of Bookinfo: the gateway and the application. */
export function bookinfo(app: App): { ingress: IngressChart; bookinfo: BookinfoChart } {
  const ingress = new IngressChart(app, 'ingress', [HOST]);
  return { ingress, bookinfo: new BookinfoChart(app, 'bookinfo', ingress) };
}
