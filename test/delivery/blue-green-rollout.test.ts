import { Chart } from 'cdk8s';
import {
  BlueGreenRollout, BlueGreenRolloutProps, CanaryRollout, GatewayRoutes, HttpMatch, LiveColor, MeshService, MetricSource, RolloutGate, StringMatch,
} from '../../src';
import { Request, decide } from '../support/istio-match';
import { messageOf, mistakes, only, rawService, rawWorkload, reviews, rules, shop, synthesized } from '../support/shop';
import { namedSubsets, stateAfter, stateOf, stepNamed } from './plans';

const PREVIEW = HttpMatch.header('x-preview', StringMatch.exact('true'));
const GET: Request = { path: '/', method: 'GET', port: 9080, headers: {}, query: {} };

function rollout(props: Partial<BlueGreenRolloutProps> = {}, service = (chart: Chart) => reviews(chart)) {
  const { app, chart } = shop();
  const switched = new BlueGreenRollout(chart, 'switch', {
    service: service(chart), blue: { version: 'v1' }, green: { version: 'v2' }, live: LiveColor.BLUE, ...props,
  });
  return { app, chart, rollout: switched };
}

const answering = (http: any[], request: Partial<Request> = {}) =>
  decide(http, { ...GET, ...request }).route.map(({ destination }: any) => destination.subset);

test.each([[LiveColor.BLUE, 'v1', 'v2'], [LiveColor.GREEN, 'v2', 'v1']])('%s answers everybody, and previews reach the other', (live, everybody, preview) => {
  const { app, rollout: switched } = rollout({ live, preview: PREVIEW });
  expect(answering(rules(app))).toEqual([everybody]);
  expect(answering(rules(app), { headers: { 'x-preview': 'true' } })).toEqual([preview]);
  expect(only(app, 'DestinationRule').spec.subsets.map(({ name }: any) => name)).toEqual(['v1', 'v2']);
  expect([switched.liveSubset, switched.blueSubset, switched.greenSubset]).toEqual([everybody, 'v1', 'v2']);
});

test('without a preview, the one that is not live is warm and gets nothing', () => {
  const { app } = rollout();
  expect(rules(app)).toEqual([{ route: [{ destination: { host: 'reviews.shop.svc.cluster.local', subset: 'v1' } }] }]);
  expect(only(app, 'DestinationRule').spec.subsets).toHaveLength(2);
});

test('a preview host is one of the public hosts, with any port that a client may name', () => {
  const { app, chart, rollout: switched } = rollout({ previewHost: 'preview.shop.example.com' });
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['shop.example.com', 'preview.shop.example.com'] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/reviews')), switched.service);
  const http = synthesized(app).find(({ metadata }) => metadata.name === 'shop-example-com')!.spec.http;
  const at = (authority: string) => answering(http, { path: '/reviews/1', authority });
  expect(['preview.shop.example.com', 'preview.shop.example.com:8443', 'shop.example.com', 'previewXshop.example.com'].map(at))
    .toEqual([['v2'], ['v2'], ['v1'], ['v1']]);
});

test('a preview may have both a host and a header', () => {
  const { app } = rollout({ preview: PREVIEW, previewHost: 'preview.shop.example.com' });
  expect(answering(rules(app), { headers: { 'x-preview': 'true' } })).toEqual(['v2']);
  expect(answering(rules(app), { authority: 'preview.shop.example.com' })).toEqual(['v2']);
});

describe('its plan', () => {
  const plan = (props: Partial<BlueGreenRolloutProps> = {}) => rollout({ preview: PREVIEW, ...props }).rollout.plan();

  test('has a step for the subsets, the preview, the switch and the removal', () => {
    expect(plan().steps.map(({ name }) => name)).toEqual(['00-subsets', '01-preview', '02-switch-to-green', '03-finish', '04-cleanup']);
    expect(plan({ preview: undefined }).steps.map(({ name }) => name)).toEqual(['00-subsets', '01-switch-to-green', '02-finish', '03-cleanup']);
    expect(plan({ live: LiveColor.GREEN }).steps[2].name).toBe('02-switch-to-blue');
  });

  test('names both while there is a preview, and in the end only the new one', () => {
    const named = plan().steps.map((step) => namedSubsets(stateAfter(step)));
    expect(named).toEqual([['v1'], ['v1', 'v2'], ['v1', 'v2'], ['v2'], ['v2']]);
  });

  test('switches to what the code writes once the color is changed, and back to what it wrote before', () => {
    const written = (live: LiveColor) => [...stateOf(synthesized(rollout({ live, preview: PREVIEW }).app))];
    expect([...stateAfter(stepNamed(plan(), 'switch-to-green'))].sort()).toEqual(written(LiveColor.GREEN).sort());
    expect([...stateAfter(stepNamed(plan(), 'preview'))].sort()).toEqual(written(LiveColor.BLUE).sort());
  });

  test('says how to go back with one command, and what to look at', () => {
    const gates = [RolloutGate.successRate({ atLeast: 99 })];
    const { readme } = stepNamed(plan({ gates, metrics: MetricSource.prometheus('http://p') }), 'switch-to-green');
    expect(readme).toMatch(/## How to go back\n\nTo `01-preview`.*:\n\n```sh\nkubectl apply -f 01-preview\/\n```/);
    expect(readme).toContain('Gate success-rate: at least 99 % of requests succeed');
    expect(readme).toContain('destination_version="v2"');
  });
});

test.each<[object, string]>([
  [{ live: 'red' }, '`live` is "red". Give LiveColor.BLUE or LiveColor.GREEN.'],
  [{ live: undefined }, '`live` is undefined.'],
  [{ service: 'reviews' }, '`service` is "reviews". Give a MeshService.'],
  [{ green: { version: 'v1' } }, 'blue and green are both the subset "v1".'],
  [{ green: {} }, 'green: give either `version`'],
  [{ preview: 'x-preview' }, '`preview` is "x-preview". Give for example HttpMatch.header('],
  [{ previewHost: 'https://preview.example.com' }, '`previewHost` is "https://preview.example.com". Give a host without scheme and port'],
  [{ previewHost: '*.example.com' }, '`previewHost` is "*.example.com".'],
  [{ gates: [RolloutGate.successRate({ atLeast: 99 })] }, 'there is a gate (success-rate), but no `metrics` to ask.'],
])('%j is refused with the path', (props, message) => {
  const text = messageOf(() => rollout(props));
  expect(text).toContain(message);
  expect(text).toMatch(/^\[shop\/switch\] /);
});

test('a service is rolled out once, in whatever way', () => {
  const { chart, rollout: switched } = rollout();
  expect(messageOf(() => new CanaryRollout(chart, 'canary', { service: switched.service, stable: { version: 'v1' }, canary: { version: 'v2' } })))
    .toContain('[shop/canary] rolls out versions of reviews, which [shop/switch] already does');
});

test('the Service has to select both colors', () => {
  const { app } = rollout({}, (chart) => new MeshService(chart, 'mesh', {
    service: rawService(chart, 'reviews', { selector: { app: 'reviews', version: 'v1' } }),
    workload: rawWorkload(chart, 'reviews-v1', { labels: { app: 'reviews', version: 'v1' } }),
  }));
  expect(mistakes(app)).toEqual(['the Service reviews selects app=reviews, version=v1, so never the pods of green (version=v2). Take version out of its selector.']);
});
