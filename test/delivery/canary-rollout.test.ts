import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import {
  CanaryRollout, CanaryRolloutProps, HttpMatch, LoadBalancer, Mesh, MeshPort, MeshService, RequestTimeout, ResilientService, Stickiness, StringMatch,
} from '../../src';
import { Request, decide } from '../support/istio-match';
import { messageOf, mistakes, only, rawService, rawWorkload, reviews, rules, shop } from '../support/shop';

const GET: Request = { path: '/', method: 'GET', port: 80, headers: {}, query: {} };
const VERSIONS = { stable: { version: 'v1' }, canary: { version: 'v2' } };

function rollout(props: Partial<CanaryRolloutProps>, ...ports: MeshPort[]) {
  const { app, chart } = shop();
  const canary = new CanaryRollout(chart, 'canary', { service: reviews(chart, ...ports), ...VERSIONS, weight: 10, ...props });
  return { app, chart, canary };
}

/** Where a request goes: subset by subset. */
function split(http: any[], request: Partial<Request> = {}): Record<string, number | undefined> {
  const { route } = decide(http, { ...GET, ...request });
  return Object.fromEntries(route.map((one: any) => [one.destination.subset, one.weight]));
}

test.each([[0, 100], [1, 99], [50, 50], [99, 1], [100, 0]])('a weight of %d leaves %d to the stable version, and both subsets stay', (weight, stable) => {
  const { app } = rollout({ weight });
  expect(split(rules(app))).toEqual({ v1: stable, v2: weight });
  expect(only(app, 'DestinationRule').spec.subsets).toEqual([{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }]);
});

test.each<[string, HttpMatch, Partial<Request>]>([
  ['header', HttpMatch.header('x-canary', StringMatch.exact('true')), { headers: { 'x-canary': 'true' } }],
  ['cookie', HttpMatch.cookie('canary', StringMatch.exact('yes')), { headers: { cookie: 'a=b; canary=yes' } }],
  ['query parameter', HttpMatch.queryParameter('canary', StringMatch.exact('1')), { query: { canary: '1' } }],
])('a %s always reaches the canary, whatever its weight', (_, alwaysCanary, request) => {
  for (const weight of [0, 10, 100]) {
    const http = rules(rollout({ weight, alwaysCanary }).app);
    expect(split(http, request)).toEqual({ v2: undefined });
    expect(split(http)).toEqual({ v1: 100 - weight, v2: weight });
  }
});

test('on every HTTP port of the service', () => {
  const http = rules(rollout({}, MeshPort.http(80), MeshPort.http(81)).app);
  for (const port of [80, 81]) expect(split(http, { port })).toEqual({ v1: 90, v2: 10 });
});

test('versions may be told apart by other labels, under other names', () => {
  const { app, canary } = rollout({ stable: { labels: { track: 'main' } }, canary: { labels: { track: 'next' }, subset: 'experiment' } });
  expect([canary.stableSubset, canary.canarySubset]).toEqual(['stable', 'experiment']);
  expect(only(app, 'DestinationRule').spec.subsets).toEqual([{ name: 'experiment', labels: { track: 'next' } }, { name: 'stable', labels: { track: 'main' } }]);
});

test('a version that is no DNS label becomes one as the subset\'s name, and stays as it is as a label', () => {
  const { app, canary } = rollout({ stable: { version: '1.0' }, canary: { version: 'V2_rc' } });
  expect([canary.stableSubset, canary.canarySubset]).toEqual(['1-0', 'v2-rc']);
  expect(only(app, 'DestinationRule').spec.subsets.map(({ labels }: any) => labels)).toEqual([{ version: '1.0' }, { version: 'V2_rc' }]);
});

test.each<[Partial<CanaryRolloutProps>, string]>([
  [{ weight: -1 }, 'weight is -1; the canary\'s share is a whole percentage from 0 to 100.'],
  [{ weight: 101 }, 'weight is 101'],
  [{ weight: 0.5 }, 'weight is 0.5'],
  [{ weight: NaN }, 'weight is NaN'],
  [{ canary: { version: 'v1' } }, 'stable and canary are both the subset "v1".'],
  [{ canary: { version: 'v1', subset: 'other' } }, 'the labels of stable (version=v1) and canary (version=v1) select the same pods.'],
  [{ stable: { labels: { app: 'a' } }, canary: { labels: { app: 'a', version: 'v2' } } }, 'They have to differ in the value of one label.'],
  [{ canary: {} }, 'canary: give either `version` (the pods\' label of that name) or `labels`.'],
  [{ canary: { version: 'v2', labels: { version: 'v2' } } }, 'canary: give either `version`'],
  [{ canary: { labels: {} } }, 'canary: `labels` is empty, so every pod of the service would be meant.'],
  [{ stable: { version: '' } }, 'stable: "" cannot be the name of a subset'],
  [{ stable: { version: 'v1', subset: 'V1' } }, 'stable: "V1" cannot be the name of a subset'],
  [{ canary: { labels: { version: 'a b' } } }, 'canary: version=a b is not a label that a pod can have'],
  [{ canary: { labels: { 'a/b/c': 'd' } } }, 'canary: a/b/c=d is not a label'],
])('%j is refused with the path', (props, message) => {
  const text = messageOf(() => rollout(props));
  expect(text).toContain(message);
  expect(text).toMatch(/^\[shop\/canary\] /);
});

test('two rollouts of one service are an error that names both', () => {
  const { chart, canary } = rollout({});
  expect(messageOf(() => new CanaryRollout(chart, 'other', { service: canary.service, stable: { version: 'v3' }, canary: { version: 'v4' }, weight: 1 }))).toBe(
    '[shop/other] rolls out versions of reviews, which [shop/canary] already does, and a request has one version. Keep one of them; what is about some requests only is an HttpRoute.');
});

test('timeouts hold for both versions, and a subset may have a policy of its own', () => {
  const { app, chart, canary } = rollout({ alwaysCanary: HttpMatch.header('x', StringMatch.present()) });
  new ResilientService(chart, 'resilience', {
    service: canary.service,
    timeout: RequestTimeout.after(Duration.seconds(5)),
    subsets: { [canary.canarySubset]: { loadBalancer: LoadBalancer.random() } },
  });
  expect(rules(app).map(({ timeout }) => timeout)).toEqual(['5s', '5s']);
  expect(only(app, 'DestinationRule').spec.subsets[1].trafficPolicy).toEqual({ loadBalancer: { simple: 'RANDOM' } });
});

test('on a port whose protocol is not known it is an error', () => {
  expect(mistakes(rollout({}, MeshPort.of({ number: 5432 })).app)).toEqual([expect.stringContaining('HTTP rules (timeouts, retries, weights or matches) are set for reviews')]);
});

describe('the Service has to select both versions', () => {
  interface Pods { readonly id: string; readonly labels: object }

  function check(selector: object, ...pods: Pods[]): string[] {
    const { app, chart } = shop();
    const workloads = pods.map(({ id, labels }) => rawWorkload(chart, id, { labels }));
    const service = new MeshService(chart, 'mesh', { service: rawService(chart, 'reviews', { selector }), workloads: workloads.length > 0 ? workloads : undefined });
    new CanaryRollout(chart, 'canary', { service, ...VERSIONS, weight: 10 });
    return mistakes(app);
  }

  const V1 = { id: 'reviews-v1', labels: { app: 'reviews', version: 'v1' } };
  const V2 = { id: 'reviews-v2', labels: { app: 'reviews', version: 'v2' } };

  test('by a label that both share', () => {
    expect(check({ app: 'reviews' }, V1, V2)).toEqual([]);
    expect(check({ app: 'reviews' })).toEqual([]);
  });

  test('and not by the version of one', () => {
    expect(check({ app: 'reviews', version: 'v1' })).toEqual([
      'the Service reviews selects app=reviews, version=v1, so never the pods of canary (version=v2). Take version out of its selector.',
    ]);
  });

  test('nor by a label that one lacks', () => {
    expect(check({ app: 'reviews' }, V1, { id: 'next', labels: { app: 'next', version: 'v2' } })).toEqual([
      'the Service reviews selects app=reviews, which the pods of next (canary) do not have, so they get no requests. Let it select a label that both versions share, for example app.',
    ]);
  });

  test('and there have to be pods of both, where the workloads are known', () => {
    expect(check({ app: 'reviews' }, V1)).toEqual([
      'none of the workloads of reviews has the pods of canary (version=v2); they are reviews-v1 (app=reviews, version=v1). Label the pods, or hand the MeshService all of its `workloads`.',
    ]);
  });

  function exposedBy(...all: ('v1' | 'v2')[]): string[] {
    const { app, chart } = shop();
    const [first, ...others] = ['v1', 'v2'].map((version) => {
      const deployment = new kplus.Deployment(chart, version, { metadata: { name: version }, containers: [{ image: 'a', portNumber: 80 }] });
      deployment.podMetadata.addLabel('version', version);
      return deployment;
    });
    const service = first.exposeViaService({ name: 'reviews', ports: [{ port: 80, name: 'http', targetPort: 80 }] });
    const workloads = all.map((version) => (version === 'v1' ? first : others[0]));
    const mesh = new MeshService(chart, 'mesh', { service, workloads: workloads.length > 0 ? workloads : undefined });
    new CanaryRollout(chart, 'canary', { service: mesh, ...VERSIONS, weight: 10 });
    return mistakes(app);
  }

  test('which a Service that cdk8s-plus makes for one Deployment does not', () => {
    expect(exposedBy('v1', 'v2')).toEqual([
      expect.stringMatching(/^the Service reviews selects cdk8s\.io\/metadata\.addr=[\w-]+, which the pods of v2 \(canary\) do not have, so they get no requests\./),
    ]);
  });

  test('nor without the workloads being known', () => {
    expect([...new Set(exposedBy())]).toEqual([
      'the Service reviews selects by cdk8s.io/metadata.addr, which only one workload\'s pods have, so never both versions. Let it select a label that both share, for example app.',
    ]);
  });
});

test('connections, which carry no cookie, have one share for each version, whatever the parts of the cookie', () => {
  const { app } = rollout({ weight: 30, stickiness: Stickiness.byCookie('reviews-version', Duration.days(1)) }, MeshPort.http(80), MeshPort.tcp(3306));
  const { spec } = only(app, 'VirtualService');
  expect(spec.tcp.map(({ route }: any) => route.map(({ destination, weight }: any) => [destination.subset, weight]))).toEqual([[['v2', 30], ['v1', 70]]]);
  expect(Mesh.fromApp(app).check().findings.filter(({ code }) => code === 'MESH3115')).toEqual([]);
});
