import { Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, GatewayRoutes, HashKey, HttpMatch, LoadBalancer, MeshPort, MeshService, RequestTimeout, ResiliencePreset,
  ResilientService, Retries, Stickiness, StringMatch,
} from '../../src';
import { shop } from '../support/shop';

const after = (seconds: number) => RequestTimeout.after(Duration.seconds(seconds));
const prefix = (path: string) => HttpMatch.path(StringMatch.prefix(path));
const canaryHeader = HttpMatch.header('x-canary', StringMatch.exact('true'));

interface Shop {
  readonly chart: Chart;
  readonly reviews: MeshService;
  readonly web: MeshService;
  readonly gateway: GatewayRoutes;
}

/** Each says something of its own about one service, or leads a public path to it. */
const CONTRIBUTORS: Record<string, (all: Shop) => void> = {
  resilience: ({ chart, reviews }) => new ResilientService(chart, 'resilience', {
    service: reviews,
    timeout: after(5),
    preset: ResiliencePreset.http(),
    loadBalancer: LoadBalancer.random(),
    subsets: { v2: { outlierDetection: { maxEjectionPercent: 100 } } },
    ports: [{ port: 81, timeout: after(9), retries: Retries.none(), connectionPool: { http: { maxRequests: 7 } } }],
    routes: [{ match: prefix('/slow'), timeout: after(60) }, { match: canaryHeader, retries: Retries.upTo(1, { methods: ['POST'] }) }],
  }),
  canary: ({ chart, reviews }) => new CanaryRollout(chart, 'canary', {
    service: reviews,
    stable: { version: 'v1' },
    canary: { version: 'v2' },
    weight: 10,
    alwaysCanary: canaryHeader,
    stickiness: Stickiness.byHash(HashKey.header('x-user-id')),
  }),
  root: ({ gateway, web }) => gateway.addRoute(prefix('/'), web),
  reviewsPath: ({ gateway, reviews }) => gateway.addRoute(prefix('/reviews'), reviews, { port: 80 }),
  adminPath: ({ gateway, reviews }) => gateway.addRoute(HttpMatch.path(StringMatch.exact('/reviews/admin')), reviews, { port: 81 }),
};

function yamlOf(order: string[]): string {
  const { app, chart } = shop();
  const reviews = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80), MeshPort.http(81)] });
  const web = MeshService.fromName(chart, 'web', { name: 'web', namespace: 'shop', ports: [MeshPort.http(80)] });
  const gateway = new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] });
  for (const name of order) CONTRIBUTORS[name]({ chart, reviews, web, gateway });
  return app.synthYaml();
}

function permutations(names: string[]): string[][] {
  return names.length === 0 ? [[]] : names.flatMap((name) => permutations(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));
}

test('contributors put together in every order give the same YAML, to the byte', () => {
  const orders = permutations(Object.keys(CONTRIBUTORS));
  expect(orders).toHaveLength(120);
  expect(new Set(orders.map(yamlOf)).size).toBe(1);
});

test('each of them has its part in that YAML', () => {
  const names = Object.keys(CONTRIBUTORS);
  const all = yamlOf(names);
  for (const name of names.filter((one) => one !== 'canary')) expect(yamlOf(names.filter((other) => other !== name))).not.toBe(all);
});
