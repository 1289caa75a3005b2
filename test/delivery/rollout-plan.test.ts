import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart, Duration } from 'cdk8s';
import {
  CanaryRollout, CanaryRolloutProps, GatewayRoutes, HashKey, HttpMatch, HttpRoute, MeshPort, MeshService, MetricSource, RolloutGate, RolloutPlan,
  RolloutStep, RolloutSteps, RouteAction, Stickiness, StringMatch, TrafficMirror, MirrorTarget,
} from '../../src';
import { WARNING } from '../../src/model/warning';
import { messageOf, rawService, rawWorkload, reviews, shop } from '../support/shop';
import { namedSubsets, objectsOf, stateAfter, stepNamed } from './plans';

// The module itself, so that a test can replace what it holds.
const fs: typeof import('node:fs') = require('node:fs');

const TESTERS = HttpMatch.header('x-canary', StringMatch.exact('true'));
const VERSIONS = { stable: { version: 'v1' }, canary: { version: 'v2' } };
const STEPS = RolloutSteps.of(RolloutStep.to(10, { pause: Duration.minutes(10) }), RolloutStep.to(50), RolloutStep.to(100));

function rollout(props: Partial<CanaryRolloutProps> = {}, service = (chart: Chart) => reviews(chart)) {
  const { app, chart } = shop();
  const canary = new CanaryRollout(chart, 'canary', { service: service(chart), ...VERSIONS, steps: STEPS, ...props });
  return { app, chart, canary };
}

function planOf(props: Partial<CanaryRolloutProps> = {}): RolloutPlan {
  return rollout(props).canary.plan();
}

const names = (plan: RolloutPlan) => plan.steps.map(({ name }) => name);

/** Where requests go in a step that match nothing in particular. */
function split(plan: RolloutPlan, step: string): Record<string, number | undefined> {
  const http = objectsOf(stepNamed(plan, step)).find(({ kind }) => kind === 'VirtualService')!.spec.http;
  return Object.fromEntries(http.at(-1).route.map(({ destination, weight }: any) => [destination.subset, weight]));
}

describe('the steps', () => {
  test('begin with the subsets and a weight of 0, go through each weight, and end with the removal', () => {
    const plan = planOf();
    expect(names(plan)).toEqual(['00-subsets', '01-canary-at-0', '02-canary-at-10', '03-canary-at-50', '04-canary-at-100', '05-finish', '06-cleanup']);
    expect(['subsets', 'at-0', 'at-10', 'at-50', 'at-100', 'finish', 'cleanup'].map((step) => split(plan, step))).toEqual([
      { v1: undefined }, { v1: 100, v2: 0 }, { v1: 90, v2: 10 }, { v1: 50, v2: 50 }, { v1: 0, v2: 100 }, { v2: undefined }, { v2: undefined },
    ]);
  });

  test('are the recipe\'s when none are given', () => {
    expect(names(planOf({ steps: undefined })).filter((name) => /-at-/.test(name)).map((name) => name.split('-at-')[1])).toEqual(['0', '10', '30', '50', '90', '100']);
  });

  test('are the same wherever the rollout stands, and asking for them changes nothing', () => {
    const { app, canary } = rollout({ weight: 50, alwaysCanary: TESTERS });
    const before = app.synthYaml();
    const { steps, readme } = canary.plan();
    expect(app.synthYaml()).toBe(before);
    const other = planOf({ weight: 0, alwaysCanary: TESTERS });
    expect([steps, readme]).toEqual([other.steps, other.readme]);
  });

  test('apply subsets before rules, and in the last one rules before subsets', () => {
    const plan = planOf();
    expect(stepNamed(plan, 'at-10').files.map(({ name }) => name)).toEqual(['10-destination-rule-reviews.yaml', '20-virtual-service-reviews.yaml']);
    expect(stepNamed(plan, 'cleanup').files.map(({ name }) => name)).toEqual(['10-virtual-service-reviews.yaml', '20-destination-rule-reviews.yaml']);
    expect(objectsOf(stepNamed(plan, 'cleanup'))[1].spec.subsets).toEqual([{ name: 'v2', labels: { version: 'v2' } }]);
  });

  test('hold every public host that leads to the service, and none that does not', () => {
    const { chart, canary } = rollout();
    const other = MeshService.fromName(chart, 'other', { name: 'other', namespace: 'shop', ports: [MeshPort.http(80)] });
    const host = (name: string, service: MeshService) =>
      new GatewayRoutes(chart, name, { gateway: 'istio-ingress/public', hosts: [`${name}.example.com`] }).addRoute(HttpMatch.any(), service);
    host('shop', canary.service);
    host('www', other);
    const plan = canary.plan();
    expect(stepNamed(plan, 'at-10').files.map(({ name }) => name)).toEqual([
      '10-destination-rule-reviews.yaml', '20-virtual-service-reviews.yaml', '30-virtual-service-shop-example-com.yaml',
    ]);
    expect(objectsOf(stepNamed(plan, 'at-10'))[2].spec.http[0].route.map(({ weight }: any) => weight)).toEqual([90, 10]);
  });

  test('are numbered so that more than nine files keep their order', () => {
    const { chart, canary } = rollout();
    for (let i = 0; i < 9; i++) {
      new GatewayRoutes(chart, `host-${i}`, { gateway: 'istio-ingress/public', hosts: [`h${i}.example.com`] }).addRoute(HttpMatch.any(), canary.service);
    }
    const files = canary.plan().steps[2].files.map(({ name }) => name);
    expect(files).toHaveLength(11);
    expect([...files].sort()).toEqual(files);
    expect(files[0]).toBe('010-destination-rule-reviews.yaml');
  });

  test('mirror before the first weight when that is said, but not what the canary answers itself', () => {
    const plan = planOf({ alwaysCanary: TESTERS, mirrorFirst: { percentage: 20, pause: Duration.minutes(5), safeForWrites: true } });
    expect(names(plan).slice(1, 4)).toEqual(['01-canary-at-0', '02-mirror-at-20', '03-canary-at-10']);
    const http = (step: string) => objectsOf(stepNamed(plan, step))[1].spec.http;
    expect(http('mirror-at-20').map(({ mirrors }: any) => mirrors?.map(({ destination, percentage }: any) => [destination.subset, percentage.value]))).toEqual([undefined, [['v2', 20]]]);
    for (const step of ['at-0', 'at-10', 'at-100', 'finish']) expect(JSON.stringify(http(step))).not.toContain('mirror');
  });

  test('keep the old version while rules of others lead to it, and say whose', () => {
    const { chart, canary } = rollout();
    new HttpRoute(chart, 'old-api', { service: canary.service, match: HttpMatch.path(StringMatch.prefix('/old/')), action: RouteAction.toSubset('v1') });
    const plan = canary.plan();
    expect(names(plan).at(-1)).toBe('05-finish');
    expect(plan.steps.at(-1)!.readme).toContain('Other rules still lead to v1, so it has to stay: shop/old-api. Take them out, write the plan again');
    expect(namedSubsets(stateAfter(plan.steps.at(-1)!))).toEqual(['v1', 'v2']);
  });
});

describe('stickiness', () => {
  const byCookie = Stickiness.byCookie('rollout', Duration.hours(1));

  function rulesAt(step: string, stickiness: Stickiness): any[] {
    return objectsOf(stepNamed(planOf({ stickiness, alwaysCanary: HttpMatch.cookie('group', StringMatch.exact('testers')) }), step))
      .find(({ kind }) => kind === 'VirtualService')!.spec.http;
  }

  test('by cookie leads users by the part that they belong to, and gives the others one', () => {
    const [testers, onCanary, onStable, others] = rulesAt('at-50', byCookie);
    expect(testers.match[0].headers.cookie.regex).toContain('group=testers');
    expect([onCanary, onStable].map(({ match, route }) => [match[0].headers.cookie.regex, route[0].destination.subset])).toEqual([
      ['(.*;\\s*)?rollout=(?:10|50)(;.*)?', 'v2'], ['(.*;\\s*)?rollout=(?:100)(;.*)?', 'v1'],
    ]);
    expect(others.route.map(({ destination, weight, headers }: any) => [destination.subset, weight, headers.response.add['set-cookie']])).toEqual([
      ['v2', 10, 'rollout=10; Max-Age=3600; Path=/; HttpOnly'],
      ['v2', 40, 'rollout=50; Max-Age=3600; Path=/; HttpOnly'],
      ['v1', 50, 'rollout=100; Max-Age=3600; Path=/; HttpOnly'],
    ]);
  });

  test.each(['subsets', 'at-0', 'at-100', 'finish', 'cleanup'])('keeps nobody in the step %s', (step) => {
    expect(JSON.stringify(rulesAt(step, byCookie))).not.toContain('rollout=');
  });

  test('by cookie, a percent sign in the name is not one of Envoy\'s variables', () => {
    const [, onCanary, , others] = rulesAt('at-50', Stickiness.byCookie('50%', Duration.hours(1)));
    expect(others.route[0].headers.response.add['set-cookie']).toBe('50%%=10; Max-Age=3600; Path=/; HttpOnly');
    expect(onCanary.match[0].headers.cookie.regex).toBe('(.*;\\s*)?50%=(?:10|50)(;.*)?');
  });

  test('by cookie, a weight between two steps is a part of its own', () => {
    const { app } = rollout({ weight: 20, stickiness: byCookie });
    expect(app.synthYaml()).toContain('rollout=(?:10|20)');
    expect(app.synthYaml()).toContain('rollout=(?:50|100)');
  });

  test('by hash keeps the order of the versions, and patches the callers\' proxies where they are', () => {
    const stickiness = Stickiness.byHash(HashKey.header('x-user-id'), { callerNamespaces: ['shop', 'istio-ingress'] });
    const objects = objectsOf(stepNamed(planOf({ stickiness }), 'at-10'));
    const rule = objects.find(({ kind }) => kind === 'VirtualService')!.spec.http[0];
    for (const step of ['at-0', 'at-10', 'at-50', 'at-100']) {
      expect(rulesAt(step, stickiness).at(-1).route.map(({ destination }: any) => destination.subset)).toEqual(['v1', 'v2']);
    }
    const filters = objects.filter(({ kind }) => kind === 'EnvoyFilter');
    expect(filters.map(({ metadata }) => [metadata.namespace, metadata.name])).toEqual([['istio-ingress', 'reviews-shop-by-hash'], ['shop', 'reviews-shop-by-hash']]);
    expect(filters[0].spec.configPatches).toEqual([{
      applyTo: 'HTTP_ROUTE',
      match: { routeConfiguration: { vhost: { route: { name: rule.name } } } },
      patch: { operation: 'MERGE', value: { route: { hash_policy: [{ header: { header_name: 'x-user-id' } }], weighted_clusters: { use_hash_policy: true } } } },
    }]);
  });

  test('by hash, the last step says that the EnvoyFilter may go', () => {
    const stickiness = Stickiness.byHash(HashKey.header('x-user-id'), { callerNamespaces: ['shop', 'istio-ingress'] });
    const telling = planOf({ stickiness }).steps.filter(({ readme }) => readme.includes('shop/reviews-shop-by-hash and istio-ingress/reviews-shop-by-hash may go'));
    expect(telling.map(({ name }) => name)).toEqual(['06-cleanup']);
  });

  test.each<[HashKey, object]>([
    [HashKey.cookie('user', Duration.hours(2)), { cookie: { name: 'user', ttl: '7200s' } }],
    [HashKey.queryParameter('user'), { query_parameter: { name: 'user' } }],
    [HashKey.sourceIp(), { connection_properties: { source_ip: true } }],
  ])('every key is said in Envoy\'s words', (key, policy) => {
    const filter = objectsOf(stepNamed(planOf({ stickiness: Stickiness.byHash(key) }), 'at-10')).find(({ kind }) => kind === 'EnvoyFilter')!;
    expect(filter.spec.configPatches[0].patch.value.route.hash_policy).toEqual([policy]);
  });

  test.each<[() => unknown, string]>([
    [() => Stickiness.byCookie('a b', Duration.hours(1)), 'Stickiness.byCookie: the name is "a b"; letters, digits'],
    [() => Stickiness.byCookie('a', Duration.millis(1500)), 'Stickiness.byCookie: ttl is 1500 ms; a cookie lives for whole seconds.'],
    [() => Stickiness.byCookie('a', 7 as any), 'Stickiness.byCookie: ttl is 7. Give a Duration'],
    [() => Stickiness.byHash('x-user' as any), 'Stickiness.byHash: the key is "x-user". Say for example HashKey.header(\'x-user-id\').'],
    [() => Stickiness.byHash(HashKey.sourceIp(), { callerNamespaces: [] }), '`callerNamespaces` is empty, so nobody would be sticky.'],
    [() => Stickiness.byHash(HashKey.sourceIp(), 'shop' as any), '`callerNamespaces` is "shop". Give a list'],
    [() => Stickiness.byHash(HashKey.sourceIp(), { callerNamespaces: 'shop' as any }), '`callerNamespaces` is "shop". Give a list'],
    [() => Stickiness.byHash(HashKey.sourceIp(), { callerNamespaces: ['Shop'] }), '"Shop" is not a namespace name'],
  ])('%# is refused', (make, message) => {
    expect(messageOf(make)).toContain(message);
  });
});

describe('a README', () => {
  const gates = [RolloutGate.successRate({ atLeast: 99.5, window: Duration.minutes(5) }), RolloutGate.query({ name: 'queue', query: 'max(queue_length)', atMost: 100 })];
  const metrics = MetricSource.prometheus('http://prometheus.istio-system:9090');

  test('says what to look at, filled in: the gates first, then what they leave out', () => {
    const { readme } = stepNamed(planOf({ gates, metrics }), 'at-10');
    const queries = [...readme.matchAll(/^(.*):\n\n```promql\n(.*)\n```/gm)].map(([, title, query]) => [title, query]);
    const canary = 'reporter="destination", destination_service_name="reviews", destination_service_namespace="shop", destination_version="v2"';
    expect(queries.map(([title]) => title)).toEqual([
      'Gate success-rate: at least 99.5 % of requests succeed',
      'Gate queue: queue is at most 100',
      'Requests per second to v2; there have to be some, or the other figures mean nothing',
      'Milliseconds within which 95 % of requests to v2 are answered',
      'Percent of requests to reviews that succeed, as its callers see it',
    ]);
    expect(queries[0][1]).toContain(`istio_requests_total{${canary}}[5m]`);
    expect(queries[1][1]).toBe('max(queue_length)');
    expect(queries[4][1]).toContain('reporter="source", destination_service_name="reviews", destination_service_namespace="shop"');
    expect(planOf({ gates, metrics }).readme).toContain('http://prometheus.istio-system:9090');
  });

  test('says how to go on and how to go back: at once, and by one step', () => {
    const commands = (step: string) => [...stepNamed(planOf(), step).readme.matchAll(/kubectl apply -f (\S+)\//g)].map(([, folder]) => folder);
    expect(commands('00-subsets')).toEqual(['00-subsets', '01-canary-at-0']);
    expect(commands('at-10')).toEqual(['02-canary-at-10', '03-canary-at-50', '01-canary-at-0']);
    expect(commands('at-50')).toEqual(['03-canary-at-50', '04-canary-at-100', '01-canary-at-0', '02-canary-at-10']);
    expect(commands('cleanup')).toEqual(['06-cleanup', '01-canary-at-0', '05-finish']);
    expect(stepNamed(planOf(), 'at-10').readme).toContain('After 10 minutes, when all of it is as it should be:');
  });

  test('has every step in the overview, with what each version gets', () => {
    const rows = planOf({ alwaysCanary: TESTERS }).readme.split('\n').filter((line) => line.startsWith('| [')).map((line) => line.split(' | ').slice(2));
    expect(rows).toEqual([
      ['100 %', '0 %', 'until you are sure |'], ['100 %', '0 % and testers', 'until you are sure |'], ['90 %', '10 % and testers', 'for 10 minutes |'],
      ['50 %', '50 % and testers', 'until you are sure |'], ['0 %', '100 %', 'until you are sure |'], ['0 %', '100 %', 'until you are sure |'], ['–', '100 %', 'until you are sure |'],
    ]);
  });

  test('names the workload that may go, only in the last step, and that it has to come back before one goes back', () => {
    const { canary } = rollout({}, (chart) => new MeshService(chart, 'mesh', {
      service: rawService(chart, 'reviews', { selector: { app: 'reviews' } }),
      workloads: ['v1', 'v2'].map((version) => rawWorkload(chart, `reviews-${version}`, { kind: 'StatefulSet', labels: { app: 'reviews', version } })),
    }));
    const { steps } = canary.plan();
    expect(steps.filter(({ readme }) => readme.includes('kubectl delete')).map(({ name }) => name)).toEqual(['06-cleanup']);
    expect(steps.at(-1)!.readme).toContain('kubectl delete statefulset reviews-v1 -n shop\n');
    expect(steps.at(-1)!.readme).toContain('If the pods of v1 are gone, start them first');
  });

  test('of versions that the metrics cannot tell apart asks about the workload, or says so', () => {
    const labels = { stable: { labels: { track: 'old' } }, canary: { labels: { track: 'new' } } };
    expect(stepNamed(planOf(labels), 'at-10').readme).toContain('Istio\'s metrics do not tell its versions apart: give their pods a label `version`');
    const { canary } = rollout(labels, (chart) => new MeshService(chart, 'mesh', {
      service: rawService(chart, 'reviews', { selector: { app: 'reviews' } }),
      workloads: ['old', 'new'].map((track) => rawWorkload(chart, `reviews-${track}`, { labels: { app: 'reviews', track } })),
    }));
    expect(stepNamed(canary.plan(), 'at-10').readme).toContain('destination_workload="reviews-new", destination_workload_namespace="shop"');
  });
});

describe('is refused', () => {
  test('where the service does not hold', () => {
    const { chart, canary } = rollout();
    new HttpRoute(chart, 'typo', { service: canary.service, match: HttpMatch.path(StringMatch.prefix('/x/')), action: RouteAction.toSubset('v3') });
    expect(messageOf(() => canary.plan())).toMatch(/^\[shop\/canary\] there is no plan of what does not hold:\n {2}.*"v3"/);
  });

  test('where a state would say what another construct says, and the service stays as it was', () => {
    const { app, chart, canary } = rollout({ mirrorFirst: { safeForWrites: true }, weight: 10 });
    const elsewhere = MeshService.fromName(chart, 'elsewhere', { name: 'elsewhere', namespace: 'shop', ports: [MeshPort.http(80)] });
    new TrafficMirror(chart, 'shadow', { service: canary.service, mirrors: [MirrorTarget.service(elsewhere, { safeForWrites: true })] });
    const before = app.synthYaml();
    expect(messageOf(() => canary.plan())).toContain('[shop/shadow]');
    expect(app.synthYaml()).toBe(before);
  });

  test('without a canary, and what is about one', () => {
    expect(messageOf(() => planOf({ canary: undefined, steps: undefined }))).toBe('[shop/canary] there is no plan: `canary` is not given, so nothing is rolled out.');
    expect(messageOf(() => rollout({ canary: undefined, weight: 10, alwaysCanary: TESTERS }))).toBe(
      '[shop/canary] `canary` is not given, but weight, alwaysCanary are about it. Say which pods it has, for example { version: \'v2\' }.');
    expect(messageOf(() => rollout({ canary: undefined }).canary.canarySubset)).toContain('there is no canarySubset: `canary` is not given');
  });

  test.each<[object, string]>([
    [{ gates: [RolloutGate.successRate({ atLeast: 99 })] },
      'there is a gate (success-rate), but no `metrics` to ask. Give for example MetricSource.prometheus(\'http://prometheus.istio-system:9090\').'],
    [{ gates: [1] }, '`gates` holds 1. Give RolloutGates'],
    [{ gates: 99 }, '`gates` is 99. Give a list'],
    [{ gates: [99, 95].map((atLeast) => RolloutGate.successRate({ atLeast })), metrics: MetricSource.prometheus('http://p') }, 'two of the gates are success-rate. Keep the stricter one.'],
    [{ steps: [10, 100] }, '`steps` is [10, 100]. Give for example RolloutSteps.of('],
    [{ alwaysCanary: 'x-canary' }, '`alwaysCanary` is "x-canary". Give for example HttpMatch.header('],
    [{ stickiness: 'cookie' }, '`stickiness` is "cookie".'],
    [{ engine: 'argo' }, '`engine` is "argo".'],
    [{ metrics: 'http://p' }, '`metrics` is "http://p".'],
    [{ mirrorFirst: true }, '`mirrorFirst` is true. Give an object'],
    [{ mirrorFirst: { percentage: 0 } }, 'percentage is 0'],
    [{ mirrorFirst: { percentage: 101 } }, 'percentage is 101'],
    [{ mirrorFirst: { pause: 5 } }, 'mirrorFirst: pause is 5. Give a Duration'],
  ])('%j', (props, message) => {
    expect(messageOf(() => rollout(props))).toContain(message);
  });

  test('a mirror that is not marked safe for writes is warned of', () => {
    const warnings = (safeForWrites?: boolean) =>
      rollout({ mirrorFirst: { safeForWrites } }).canary.node.metadata.filter(({ type }) => type === WARNING).map(({ data }) => data);
    expect(warnings()).toEqual([expect.stringContaining('`mirrorFirst` copies requests that write (POST, PUT, DELETE …) to the canary')]);
    expect(warnings(true)).toEqual([]);
  });
});

describe('write', () => {
  let parent: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'plan-'));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const listed = (directory: string) => readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1)).sort();
  const contents = (directory: string) => listed(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]);

  test('makes a folder a step, with its README, and nothing else beside it', () => {
    const plan = planOf();
    plan.write(join(parent, 'a', 'rollout'));
    const directory = join(parent, 'a', 'rollout');
    const files = plan.steps.flatMap(({ name, files: own }) => [...own.map((file) => `${name}/${file.name}`), `${name}/README.md`]);
    expect(listed(directory)).toEqual([...files, 'README.md', 'files.sha256'].sort());
    expect(readFileSync(join(directory, '02-canary-at-10', '20-virtual-service-reviews.yaml'), 'utf8')).toBe(plan.steps[2].files[1].content);
    expect(readdirSync(join(parent, 'a'))).toEqual(['rollout']);
  });

  test('a second time writes the same bytes, and touches nothing', () => {
    const directory = join(parent, 'rollout');
    planOf().write(directory);
    const before = contents(directory);
    const { ino } = statSync(directory);
    planOf().write(directory);
    expect(contents(directory)).toEqual(before);
    expect(statSync(directory).ino).toBe(ino);
  });

  test('replaces an earlier plan, and leaves nothing of it', () => {
    const directory = join(parent, 'rollout');
    planOf({ steps: RolloutSteps.recipe() }).write(directory);
    planOf().write(directory);
    expect(readdirSync(directory)).not.toContain('03-canary-at-30');
    const fresh = join(parent, 'fresh');
    planOf().write(fresh);
    expect(contents(directory)).toEqual(contents(fresh));
  });

  test('what it wrote is named with its sum, as sha256sum reads it', () => {
    const directory = join(parent, 'rollout');
    planOf().write(directory);
    expect(execFileSync('sha256sum', ['--check', '--quiet', 'files.sha256'], { cwd: directory, encoding: 'utf8' })).toBe('');
  });

  test('goes into an empty directory, and through a link to one', () => {
    mkdirSync(join(parent, 'real'));
    symlinkSync(join(parent, 'real'), join(parent, 'link'));
    planOf().write(join(parent, 'link'));
    expect(existsSync(join(parent, 'real', 'README.md'))).toBe(true);
    planOf({ steps: RolloutSteps.recipe() }).write(join(parent, 'link'));
    expect(existsSync(join(parent, 'real', '03-canary-at-30'))).toBe(true);
  });

  function refused(directory: string, message: string): void {
    const before = contents(directory);
    expect(messageOf(() => planOf({ steps: RolloutSteps.recipe() }).write(directory))).toContain(message);
    expect(contents(directory)).toEqual(before);
    expect(readdirSync(parent)).toEqual(['rollout']);
  }

  test('refuses a directory with files of somebody else, and leaves it as it is', () => {
    const directory = join(parent, 'rollout');
    mkdirSync(directory);
    writeFileSync(join(directory, 'mine.yaml'), 'a: b\n');
    refused(directory, `[shop/canary] ${directory} holds what no plan wrote (mine.yaml), and a plan replaces the whole directory. Give the plan a directory of its own, or move these files.`);
  });

  test('refuses a plan that got a file of somebody else, or that was changed', () => {
    const directory = join(parent, 'rollout');
    planOf().write(directory);
    writeFileSync(join(directory, '02-canary-at-10', 'kustomization.yaml'), 'a: b\n');
    refused(directory, 'holds what no plan wrote (02-canary-at-10/kustomization.yaml)');
    rmSync(join(directory, '02-canary-at-10', 'kustomization.yaml'));
    writeFileSync(join(directory, '02-canary-at-10', '20-virtual-service-reviews.yaml'), 'a: b\n');
    refused(directory, 'has files that were changed since the plan was written (02-canary-at-10/20-virtual-service-reviews.yaml), and they would be overwritten.');
  });

  test('refuses a link in the place of a file, and a file in the place of the directory', () => {
    const directory = join(parent, 'rollout');
    mkdirSync(directory);
    symlinkSync('/etc/hostname', join(directory, 'README.md'));
    expect(messageOf(() => planOf().write(directory))).toContain('holds what no plan wrote (README.md)');
    rmSync(directory, { recursive: true });
    writeFileSync(directory, '');
    expect(messageOf(() => planOf().write(directory))).toContain(`${directory} is a file. Give a directory for the plan`);
    expect(messageOf(() => planOf().write(''))).toBe('[shop/canary] the plan\'s directory is "". Give a path, for example \'rollout/reviews\'.');
  });

  test('that fails on the way leaves the earlier plan whole, and nothing beside it', () => {
    const directory = join(parent, 'rollout');
    planOf().write(directory);
    const before = contents(directory);
    const plan = planOf({ steps: RolloutSteps.recipe() });
    const { renameSync } = fs;
    let calls = 0;
    const failing = jest.spyOn(fs, 'renameSync').mockImplementation((...paths) => {
      // The earlier plan is out of the way; now the new one would come.
      if (++calls === 2) throw new Error('no space');
      renameSync(...paths);
    });
    try {
      expect(() => plan.write(directory)).toThrow('no space');
    } finally {
      failing.mockRestore();
    }
    expect(contents(directory)).toEqual(before);
    expect(readdirSync(parent)).toEqual(['rollout']);
  });
});
