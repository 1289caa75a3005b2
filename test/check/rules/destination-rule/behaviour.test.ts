import { deploymentYaml, serviceYaml, subsetsYaml } from '../../../../src/check/example-objects';
import { destinationRule, pathsSaid, said, virtualService } from '../said';

const SERVICE = serviceYaml('reviews', 'shop');
const TO_V1 = virtualService('a', '{ hosts: [reviews], http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }] }');

describe('MESH3104: a DestinationRule that hides a subset', () => {
  const own = SERVICE + subsetsYaml('reviews', 'shop');

  test('one of the clients that defines the subset too hides nothing', () => {
    expect(said('MESH3104', TO_V1 + own + destinationRule('all', '{ host: "*.local", subsets: [{ name: v1, labels: { version: v1 } }] }', 'web'))).toEqual([]);
    expect(said('MESH3104', TO_V1 + own + destinationRule('all', '{ host: "*.local" }', 'web'))).toHaveLength(1);
  });

  test('nor does one whose namespace never sees the route', () => {
    const kept = TO_V1.replace('hosts: [reviews]', 'hosts: [reviews], exportTo: ["."]');
    expect(said('MESH3104', kept + own + destinationRule('all', '{ host: "*.local" }', 'web'))).toEqual([]);
  });

  test('nor a wildcard beside the service, where the exact host wins', () => {
    expect(said('MESH3104', TO_V1 + own + destinationRule('all', '{ host: "*.local" }'))).toEqual([]);
  });
});

describe('MESH3118: two DestinationRules for one host', () => {
  test('equal policies do not compete', () => {
    const policy = '{ host: reviews, trafficPolicy: { loadBalancer: { simple: RANDOM } } }';
    expect(said('MESH3118', destinationRule('a', policy) + destinationRule('b', policy) + SERVICE)).toEqual([]);
  });

  test('nor do those of different namespaces or workloads', () => {
    const a = destinationRule('a', '{ host: reviews, trafficPolicy: { loadBalancer: { simple: RANDOM } } }');
    expect(said('MESH3118', a + destinationRule('b', '{ host: reviews.shop.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } } }', 'web') + SERVICE)).toEqual([]);
    expect(said('MESH3118', a + destinationRule('b', '{ host: reviews, workloadSelector: { matchLabels: { app: x } }, trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } } }') + SERVICE)).toEqual([]);
  });
});

describe('MESH3120: a subset that selects nothing', () => {
  const v9 = destinationRule('reviews', '{ host: reviews, subsets: [{ name: v9, labels: { version: v9 } }] }');

  test('the labels of the Service count too: the same version of another application is none', () => {
    expect(said('MESH3120', SERVICE + v9 + deploymentYaml('ratings', 'shop', 'v9'))).toHaveLength(1);
    expect(said('MESH3120', SERVICE + v9 + deploymentYaml('reviews', 'shop', 'v9'))).toEqual([]);
  });

  test('in a part of a mesh it is an information, and nothing where no workload is in sight', () => {
    expect(said('MESH3120', SERVICE + v9 + deploymentYaml('reviews', 'shop', 'v1'), { complete: false })).toMatchObject([{ severity: 'info' }]);
    expect(said('MESH3120', SERVICE + v9, { complete: false })).toEqual([]);
  });

  test('labels of regions and zones are put on by Istio', () => {
    const region = destinationRule('reviews', '{ host: reviews, subsets: [{ name: eu, labels: { topology.kubernetes.io/region: eu } }] }');
    expect(said('MESH3120', SERVICE + region + deploymentYaml('reviews', 'shop'))).toEqual([]);
  });

  test('a Service without a selector has its endpoints from elsewhere', () => {
    expect(said('MESH3120', SERVICE.replace('  selector: { app: reviews }\n', '') + v9 + deploymentYaml('ratings', 'shop'))).toEqual([]);
  });
});

describe('MESH3143: an ejection out of reach', () => {
  const of = (percent: string) => destinationRule('reviews', `{ host: reviews, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 5${percent} } } }`);

  test.each([[2, ', maxEjectionPercent: 49', 1], [2, ', maxEjectionPercent: 50', 0], [9, '', 1], [10, '', 0], [3, ', maxEjectionPercent: 0', 0]])(
    '%d pods%s', (pods, percent, findings) => {
      expect(said('MESH3143', SERVICE + of(percent) + deploymentYaml('reviews', 'shop', 'v1', String(pods)))).toHaveLength(findings);
    });

  test('the pods of all versions count', () => {
    expect(said('MESH3143', SERVICE + of('') + deploymentYaml('reviews', 'shop', 'v1', '5') + deploymentYaml('reviews', 'shop', 'v2', '5'))).toEqual([]);
  });

  test('a number that nobody wrote, or that an autoscaler sets, is not known', () => {
    expect(said('MESH3143', SERVICE + of('') + deploymentYaml('reviews', 'shop'))).toEqual([]);
    const scaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: reviews, namespace: shop }
spec: { minReplicas: 2, maxReplicas: 20, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: reviews-v1 } }
`;
    expect(said('MESH3143', SERVICE + of('') + deploymentYaml('reviews', 'shop', 'v1', '2') + scaler)).toEqual([]);
  });
});

test('MESH3141: consecutiveErrors is found in subsets and ports too, as an error', () => {
  const yaml = destinationRule('reviews', `{ host: reviews, trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, outlierDetection: { consecutiveErrors: 3 } }] },
    subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { outlierDetection: { consecutiveErrors: 3, consecutive5xxErrors: 2 } } }] }`) + SERVICE;
  expect(pathsSaid('MESH3141', yaml)).toEqual([
    'reviews spec.trafficPolicy.portLevelSettings[0].outlierDetection.consecutiveErrors',
    'reviews spec.subsets[0].trafficPolicy.outlierDetection.consecutiveErrors',
  ]);
  expect(said('MESH3141', yaml, { preset: 'recommended' }).map(({ severity, fix }) => [severity, fix])).toEqual([
    ['error', 'Write consecutive5xxErrors: 3.'], ['error', 'Remove consecutiveErrors.'],
  ]);
});

describe('MESH3123: locality without outlier detection', () => {
  test('a subset has that of the rule, a port has not', () => {
    const outlier = 'outlierDetection: { consecutive5xxErrors: 5 }';
    const locality = 'loadBalancer: { localityLbSetting: { enabled: true } }';
    expect(pathsSaid('MESH3123', destinationRule('reviews', `{ host: reviews, trafficPolicy: { ${outlier}, portLevelSettings: [{ port: { number: 80 }, ${locality} }] },
      subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { ${locality} } }] }`) + SERVICE)).toEqual([
      'reviews spec.trafficPolicy.portLevelSettings[0].loadBalancer.localityLbSetting',
    ]);
  });

  test('of failover istiod warns by itself', () => {
    expect(said('MESH3123', destinationRule('reviews', '{ host: reviews, trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [{ from: eu, to: us }] } } } }') + SERVICE)).toEqual([]);
  });
});
