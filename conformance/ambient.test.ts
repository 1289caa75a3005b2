import { ApiObject, App, Chart } from 'cdk8s';
import {
  AllowPolicy, AmbientNamespace, AuditPolicy, DataPlane, DenyPolicy, MeshService, MeshWorkload, MtlsException, PathMatch, PolicyRule,
  PolicyScope, PolicySource, Waypoint, WaypointTraffic, ZeroTrustNamespace,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { AmbientIstiod, Connection, matches } from './ambient-mesh';
import { JudgedRule, asksForCaller, isFromIdentity, requestConditions } from '../src/semantics/ztunnel';

let istiod: AmbientIstiod;
beforeAll(() => {
  istiod = new AmbientIstiod();
});
afterAll(async () => istiod?.end());

/** A Deployment under an account of its own, and the Service in front of it. */
class Application {
  public readonly deployment: ApiObject;
  public readonly object: ApiObject;
  public readonly workload: MeshWorkload;
  public readonly service: MeshService;

  constructor(chart: Chart, name: string, namespace = 'shop') {
    this.deployment = new ApiObject(chart, `${namespace}-${name}-pods`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { serviceAccountName: name, containers: [{ name, image: `registry.example.com/${name}:1.0.0`, ports: [{ containerPort: 8080 }, { containerPort: 5432 }, { containerPort: 9102 }] }] },
        },
      },
    });
    this.object = new ApiObject(chart, `${namespace}-${name}-service`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 5432 }] },
    });
    this.workload = new MeshWorkload(chart, `${namespace}-${name}-workload`, { workload: this.deployment });
    this.service = new MeshService(chart, `${namespace}-${name}`, { service: this.object, workload: this.workload });
  }
}

async function reportOf(build: (chart: Chart) => void) {
  const app = new App();
  build(new Chart(app, 'shop', { namespace: 'shop' }));
  return istiod.report(app.synthYaml());
}

describe('what ztunnel is given of a policy', () => {
  const text = fc.constantFrom('a', 'b/*', '*', '*c');
  const texts = fc.array(text, { minLength: 1, maxLength: 2 });
  const record = (...fields: string[]) => fc.record(Object.fromEntries(fields.map((field) => [field, texts])), { requiredKeys: [] });
  const rule: fc.Arbitrary<JudgedRule> = fc.record({
    from: fc.array(fc.record({
      source: fc.tuple(
        record('principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'requestPrincipals', 'notRequestPrincipals'),
        fc.record({ serviceAccounts: fc.constant(['shop/waypoint']), ipBlocks: fc.constant(['10.0.0.0/16']), remoteIpBlocks: fc.constant(['10.1.0.0/16']) }, { requiredKeys: [] }),
      ).map(([one, other]) => (other.serviceAccounts ? other : { ...one, ...other })),
    }), { minLength: 1, maxLength: 2 }),
    to: fc.array(fc.record({
      operation: fc.tuple(record('hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'), fc.record({ ports: fc.constant(['80']) }, { requiredKeys: [] }))
        .map(([one, ports]) => ({ ...one, ...ports })),
    }), { minLength: 1, maxLength: 2 }),
    when: fc.array(fc.record({
      key: fc.constantFrom('source.principal', 'source.namespace', 'request.headers[x]', 'request.auth.claims[role]', 'connection.sni'),
      values: texts,
    }), { minLength: 1, maxLength: 2 }),
  }, { requiredKeys: [] }) as fc.Arbitrary<JudgedRule>;
  const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio.io/dataplane-mode': 'ambient' } } };
  const POD = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'reviews', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'reviews' } }, template: { metadata: { labels: { app: 'reviews' } }, spec: { containers: [{ name: 'reviews', image: 'reviews' }] } } } };
  const given = async (policies: { action: string; rules: JudgedRule[] }[]) => istiod.report(JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [NAMESPACE, POD, ...policies.map((spec, index) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: `p${index}`, namespace: 'shop' }, spec }))],
  }));

  test('is what we say: the fields that it cannot judge, the rules that are left, and whom they are about', async () => {
    let asked = 0;
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ action: fc.constantFrom('ALLOW', 'DENY'), rules: fc.array(rule, { minLength: 1, maxLength: 3 }) }), { minLength: 10, maxLength: 10 }), async (policies) => {
      const report = await given(policies);
      for (const [index, { action, rules }] of policies.entries()) {
        const fields = [...new Set(rules.flatMap(requestConditions))].sort();
        const { ztunnel } = report.policy(`shop/p${index}`)!;
        const found = /\(found: (.*)\)/.exec(ztunnel!.message)?.[1].split(', ') ?? [];
        expect([ztunnel!.status, found]).toEqual([true, fields]);
        const kept = rules.filter((one) => action === 'DENY' || requestConditions(one).length === 0);
        const left = report.left(`shop/p${index}`)!;
        expect(left.groups?.length ?? 0).toBe(kept.length);
        // Whom a rule is about is what is left of it for a connection from the waypoint, to a port that it names.
        for (const [at, one] of kept.entries()) {
          expect([one, matches({ ...left, groups: [left.groups![at]] }, { from: 'shop/waypoint', port: 80 })])
            .toEqual([one, isFromIdentity(one, { namespace: 'shop', serviceAccount: 'waypoint' }, 'shop')]);
          if (!asksForCaller(one)) expect(matches({ ...left, groups: [left.groups![at]] }, { port: 80 })).toBe(true);
          asked++;
        }
      }
    }), { numRuns: 60 });
    expect(asked).toBeGreaterThan(300);
  }, 120_000);

  const rules: PolicyRule[] = [{ sources: [PolicySource.namespace('web')] }];

  // One at a time: istiod has one key for all policies that it gives nobody, and writes the status of one of them.
  test.each<[string, (chart: Chart, scope: PolicyScope) => ApiObject]>([
    ['only records', (chart, scope) => new AuditPolicy(chart, 'policy', { scope, rules }).authorizationPolicy],
    ['only watches', (chart, scope) => new DenyPolicy(chart, 'policy', { scope, rules, dryRun: true }).authorizationPolicy],
    ['asks somebody else', (chart) => new ApiObject(chart, 'policy', {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'custom', namespace: 'shop' },
      spec: { action: 'CUSTOM', provider: { name: 'opa' }, selector: { matchLabels: { app: 'reviews' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] },
    })],
  ])('is nothing where it %s', async (_, say) => {
    let name = '';
    const report = await reportOf((chart) => {
      new AmbientNamespace(chart, 'namespace', { name: 'shop' });
      const scope = PolicyScope.workload(new Application(chart, 'reviews').service);
      new DenyPolicy(chart, 'other', { scope, rules, metadata: { name: 'other' } });
      name = `shop/${say(chart, scope).name}`;
    });
    expect(report.policy(name)!.ztunnel).toMatchObject({ status: false, reason: 'UnsupportedValue' });
    expect([report.left(name), report.left('shop/other')?.action]).toEqual([undefined, 'DENY']);
  });
});

describe('a waypoint', () => {
  test('is that of the namespace, of a Service, or none, and gateways use it unless they are not to', async () => {
    const report = await reportOf((chart) => {
      const waypoint = new Waypoint(chart, 'waypoint');
      const other = new Waypoint(chart, 'other', { name: 'other' });
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
      new AmbientNamespace(chart, 'web', { name: 'web' });
      new Application(chart, 'reviews');
      other.serve(new Application(chart, 'ratings').service);
      new Application(chart, 'plain').object.metadata.addLabel('istio.io/use-waypoint', 'none');
      new Application(chart, 'page', 'web');
    });
    const of = (name: string) => {
      const { waypoint, problem, ingressUsesWaypoint } = report.service(name);
      return [waypoint, problem, ingressUsesWaypoint];
    };
    expect(of('shop/reviews')).toEqual(['waypoint.shop.svc.cluster.local', '', true]);
    expect(of('shop/ratings')).toEqual(['other.shop.svc.cluster.local', '', true]);
    expect(of('shop/plain').slice(0, 2)).toEqual(['', '']);
    expect(of('web/page').slice(0, 2)).toEqual(['', '']);
    expect(report.workload('shop/reviews')).toMatchObject({ tunnel: true, waypoint: '' });
  });

  test('is used by gateways only where the namespace says so', async () => {
    const report = await reportOf((chart) => {
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint: new Waypoint(chart, 'waypoint'), ingressUsesWaypoint: false });
      new Application(chart, 'reviews');
    });
    expect(report.service('shop/reviews')).toMatchObject({ waypoint: 'waypoint.shop.svc.cluster.local', ingressUsesWaypoint: false });
  });

  test.each<[string[], string]>([[['web'], ''], [[], 'AttachmentDenied']])('open to %j takes another namespace or not, and we refuse what Istio does', async (openTo, problem) => {
    const build = (chart: Chart) => {
      const waypoint = new Waypoint(chart, 'waypoint', { openTo });
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
      new AmbientNamespace(chart, 'web', { name: 'web', waypoint });
      new Application(chart, 'page', 'web');
      new Application(chart, 'reviews');
    };
    const report = await istiod.report(unvalidated((chart) => {
      build(chart);
      new AmbientNamespace(chart, 'other', { name: 'other', waypoint: Waypoint.existing('waypoint', 'shop') });
      new Application(chart, 'stranger', 'other');
    }));
    expect(report.service('other/stranger')).toMatchObject({ waypoint: '', problem: expect.stringContaining('AttachmentDenied') });
    expect(report.service('shop/reviews')).toMatchObject({ waypoint: 'waypoint.shop.svc.cluster.local', problem: '' });
    expect(report.service('web/page').problem).toContain(problem);
    expect(report.service('web/page').waypoint).toBe(problem === '' ? 'waypoint.shop.svc.cluster.local' : '');
    expect(isRefused(build)).toBe(problem !== '');
  });

  test.each(Object.values(WaypointTraffic))('for %s takes what goes to Services or not, and we refuse what Istio does', async (traffic) => {
    const build = (chart: Chart) => {
      const waypoint = new Waypoint(chart, 'waypoint', { traffic });
      new AmbientNamespace(chart, 'namespace', { name: 'shop' });
      waypoint.serve(new Application(chart, 'reviews').service);
    };
    const { waypoint } = (await istiod.report(unvalidated(build))).service('shop/reviews');
    const takes = traffic === WaypointTraffic.SERVICE || traffic === WaypointTraffic.ALL;
    expect([waypoint !== '', isRefused(build)]).toEqual([takes, !takes]);
  });

  test.each(Object.values(WaypointTraffic))('for %s takes what goes to pods or not, as its namespace names it', async (traffic) => {
    const report = await istiod.report(unvalidated((chart) => {
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint: new Waypoint(chart, 'waypoint', { traffic }) });
      new Application(chart, 'reviews');
    }));
    expect(report.workload('shop/reviews').waypoint !== '').toBe(traffic === WaypointTraffic.WORKLOAD || traffic === WaypointTraffic.ALL);
  });
});

describe('a policy at a waypoint', () => {
  const rules: PolicyRule[] = [{ sources: [PolicySource.namespace('web')], operations: [{ paths: [PathMatch.segment('/admin')] }] }];

  test('is taken by the waypoint, and ztunnel never hears of it', async () => {
    const report = await reportOf((chart) => {
      const waypoint = new Waypoint(chart, 'waypoint');
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
      new DenyPolicy(chart, 'service', { scope: PolicyScope.service(new Application(chart, 'reviews').service), rules });
      new AllowPolicy(chart, 'all', { scope: PolicyScope.waypoint(waypoint), rules });
    });
    for (const name of ['shop/deny-reviews-at-waypoint', 'shop/allow-at-waypoint']) {
      expect([name, report.policy(name)!.waypoint, report.policy(name)!.ztunnel, report.left(name)]).toEqual([
        name, { status: true, reason: 'Accepted', message: 'bound to shop/waypoint' }, null, undefined,
      ]);
    }
  });

  test.each<[string, boolean, boolean]>([['nobody names one', false, false], ['the Service does without', true, true], ['there is one', true, false]])(
    'is read by nobody or refused by us, where %s', async (_, named, optsOut) => {
      const build = (chart: Chart) => {
        const waypoint = new Waypoint(chart, 'waypoint', { usedElsewhere: true });
        new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint: named ? waypoint : undefined });
        const reviews = new Application(chart, 'reviews');
        if (optsOut) reviews.object.metadata.addLabel('istio.io/use-waypoint', 'none');
        new DenyPolicy(chart, 'service', { scope: PolicyScope.service(reviews.service), rules });
      };
      const { waypoint } = (await istiod.report(unvalidated(build))).policy('shop/deny-reviews-at-waypoint')!;
      const isRead = named && !optsOut;
      expect([waypoint!.status, waypoint!.reason]).toEqual([isRead, isRead ? 'Accepted' : 'AncestorNotBound']);
      expect(isRefused(build)).toBe(!isRead);
    });
});

describe('one description of a namespace', () => {
  /** frontend may GET of reviews, batch may call its port 5432, whoever it is may call the webhook. */
  const described = (planeOf: (chart: Chart) => DataPlane) => reportOf((chart) => {
    const zeroTrust = new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop', dataPlane: planeOf(chart) });
    const [reviews, webhook, metrics] = [new Application(chart, 'reviews'), new Application(chart, 'webhook'), new Application(chart, 'metrics')];
    zeroTrust.allow({ caller: new Application(chart, 'frontend').workload, target: reviews.service, methods: ['GET'] });
    zeroTrust.allow({ caller: new Application(chart, 'batch').workload, target: reviews.service, ports: [5432] });
    zeroTrust.allowPlaintext({ target: webhook.service, ports: [80] });
    zeroTrust.allow({ caller: new Application(chart, 'prometheus').workload, target: metrics.workload, ports: [9102] });
    zeroTrust.exceptMtls(metrics.workload, [8080], MtlsException.DISABLE);
  });
  const WHO = ['shop/waypoint', 'shop/frontend', 'shop/batch', 'shop/prometheus', 'web/stranger', undefined];
  const admitted = (report: Awaited<ReturnType<typeof described>>, workload: string, port: number) =>
    WHO.filter((from) => report.admits(workload, { from, port })).map((from) => from ?? 'plaintext');

  test('without a waypoint lets in who may call, but for what only requests have', async () => {
    const report = await described(() => DataPlane.ambient());
    expect(admitted(report, 'shop/reviews', 8080)).toEqual([]);
    expect(admitted(report, 'shop/reviews', 5432)).toEqual(['shop/batch']);
    expect(admitted(report, 'shop/webhook', 8080)).toEqual(WHO.map((from) => from ?? 'plaintext'));
    expect(admitted(report, 'shop/webhook', 5432)).toEqual([]);
    expect(admitted(report, 'shop/metrics', 9102)).toEqual(['shop/prometheus']);
    expect(admitted(report, 'shop/frontend', 8080)).toEqual([]);
    expect(report.policy('shop/allow-frontend-to-reviews')!.ztunnel!.reason).toBe('UnsupportedValue');
  });

  test('with a waypoint lets in the waypoint alone, and past it who calls pods; the waypoint has the rest', async () => {
    const report = await described((chart) => DataPlane.ambient({ waypoint: new Waypoint(chart, 'waypoint') }));
    for (const port of [8080, 5432]) expect(admitted(report, 'shop/reviews', port)).toEqual(['shop/waypoint']);
    expect(admitted(report, 'shop/webhook', 8080)).toEqual(WHO.map((from) => from ?? 'plaintext'));
    expect(admitted(report, 'shop/metrics', 9102)).toEqual(['shop/waypoint', 'shop/prometheus']);
    for (const name of ['deny-all-at-waypoint', 'allow-frontend-to-reviews', 'allow-batch-to-reviews']) {
      expect([name, report.policy(`shop/${name}`)!.waypoint]).toEqual([name, { status: true, reason: 'Accepted', message: 'bound to shop/waypoint' }]);
    }
    expect(report.service('shop/reviews').ingressUsesWaypoint).toBe(true);
  });

  test.each([['nothing is excepted', false], ['anybody may call', true], ['only mutual TLS is excepted', false]])('needs an identity, where %s', async (what, admits) => {
    const plain: Connection = { port: 8080 };
    const report = await reportOf((chart) => {
      const zeroTrust = new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop', dataPlane: DataPlane.ambient() });
      const reviews = new Application(chart, 'reviews');
      if (what === 'anybody may call') zeroTrust.allowPlaintext({ target: reviews.service, ports: [80] });
      if (what === 'only mutual TLS is excepted') zeroTrust.exceptMtls(reviews.service, [80], MtlsException.PERMISSIVE);
    });
    expect(report.admits('shop/reviews', plain)).toBe(admits);
  });
});

/** The YAML of what we would refuse. */
function unvalidated(build: (chart: Chart) => void): string {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  build(chart);
  const objects = chart.node.findAll().filter((one): one is ApiObject => ApiObject.isApiObject(one));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.map((one) => one.toJson()) });
}

function isRefused(build: (chart: Chart) => void): boolean {
  const app = new App();
  build(new Chart(app, 'shop', { namespace: 'shop' }));
  try {
    app.synthYaml();
    return false;
  } catch {
    return true;
  }
}
