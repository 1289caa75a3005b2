import { App, Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, CheckSeverity, GatewayRoutes, HttpMatch, Mesh, MeshPort, MeshService, MeshWorkload, RequestTimeout,
  ResilientService, Retries, StringMatch, ZeroTrustNamespace,
} from '../../src';

/** A service, a gateway and a caller that other teams own: here they are only names. */
function othersOf(chart: Chart) {
  return {
    reviews: MeshService.fromName(chart, 'reviews', {
      name: 'reviews',
      namespace: 'shop',
      ports: [MeshPort.http(9080)],
      workload: MeshWorkload.fromLabels(chart, 'reviews-pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' }),
    }),
    elsewhere: MeshService.fromName(chart, 'elsewhere', { name: 'ratings', namespace: 'data', ports: [MeshPort.http(9080)] }),
    caller: MeshWorkload.fromLabels(chart, 'frontend', { name: 'frontend', namespace: 'web', labels: { app: 'frontend' }, serviceAccount: 'frontend' }),
  };
}

const CONSTRUCTS: Record<string, (chart: Chart) => void> = {
  ResilientService: (chart) => void new ResilientService(chart, 'resilience', {
    service: othersOf(chart).elsewhere,
    timeout: RequestTimeout.after(Duration.seconds(5)),
    retries: Retries.upTo(2, { perTryTimeout: Duration.seconds(1) }),
    outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: Duration.seconds(30) },
  }),
  CanaryRollout: (chart) => void new CanaryRollout(chart, 'canary', {
    service: othersOf(chart).elsewhere, stable: { version: 'v1' }, canary: { version: 'v2' }, weight: 10,
  }),
  GatewayRoutes: (chart) => void new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com'] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/')), othersOf(chart).elsewhere),
  ZeroTrustNamespace: (chart) => {
    const { caller, reviews, elsewhere } = othersOf(chart);
    const zeroTrust = new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop' });
    zeroTrust.allow({ caller, target: reviews });
    zeroTrust.allowEgress(elsewhere);
  },
};

test.each(Object.keys(CONSTRUCTS))('%s on what is known only by name synthesizes, with no error and no warning', (name) => {
  const app = new App();
  CONSTRUCTS[name](new Chart(app, 'shop', { namespace: 'shop' }));
  expect(() => app.synthYaml()).not.toThrow();
  expect(Mesh.fromApp(app).check().findings.filter(({ severity }) => severity !== CheckSeverity.INFO)).toEqual([]);
});

test('the same, declared to be all there is, is no longer fine', () => {
  const app = new App();
  CONSTRUCTS.CanaryRollout(new Chart(app, 'shop', { namespace: 'shop' }));
  expect(Mesh.fromApp(app, { complete: true }).check().errors.map(({ message }) => message).join()).toContain('ratings');
});
