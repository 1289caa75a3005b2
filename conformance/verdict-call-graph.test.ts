import { App, Chart } from 'cdk8s';
import {
  CallerIdentity, CallGraph, CallGraphProps, EgressPolicy, IMeshCaller, MeshPort, MeshService, MeshWorkload, PathMatch, ZeroTrustNamespace,
} from 'cdk8s-istio';
import { Construct, IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** Callers of another mesh. */
class Partner extends Construct implements IMeshCaller {
  public readonly callerName = 'partner';

  public callerIdentities(): CallerIdentity[] {
    return [CallerIdentity.principal('partner.example/ns/shop/sa/admin')];
  }

  public callerPods(): IConstruct[] {
    return [];
  }
}

/** Two services with the same names in each of two namespaces, a worker without one, another team's service and a host outside. */
class Places {
  public readonly app = new App();
  public readonly chart = new Chart(this.app, 'calls');
  public readonly services = ['shop/frontend', 'shop/reviews', 'data/frontend', 'data/payments'].map((place) => this.service(place));
  public readonly worker = this.pods('shop/worker');
  public readonly audit = MeshService.fromName(this.chart, 'audit', { name: 'audit', namespace: 'platform', ports: [MeshPort.http(80)] });
  public readonly bank = MeshService.fromHost(this.chart, 'bank', { host: 'api.bank.example', namespace: 'data', ports: [MeshPort.http(80), MeshPort.tls(443)] });

  public async expectAccepted(): Promise<void> {
    expect(await apiServer.complaints(this.app.synthYaml())).toEqual([]);
  }

  private pods(place: string): MeshWorkload {
    const [namespace, name] = place.split('/');
    return MeshWorkload.fromLabels(this.chart, `${place}-pods`, { name, namespace, labels: { app: name }, serviceAccount: name });
  }

  private service(place: string): MeshService {
    const [namespace, name] = place.split('/');
    return MeshService.fromName(this.chart, place, {
      name, namespace, ports: [MeshPort.http(80, { targetPort: 8080 }), MeshPort.tcp(5432)], workload: this.pods(place),
    });
  }
}

const NAMESPACES = { namespaces: ['shop', 'data'], otherTeams: ['platform'] };

describe('a CallGraph is accepted', () => {
  test.each<[string, Partial<CallGraphProps>]>([
    ['as it is', {}],
    ['for namespaces that exist', { existing: true }],
    ['in a dry run', { dryRun: true }],
    ['with open egress', { egress: EgressPolicy.OPEN }],
    ['with trust domains', { trustDomains: ['corp.example', 'partner.example'] }],
    ['with labels, annotations, another root namespace and cluster domain', {
      metadata: { labels: { 'istio.io/rev': '1-31' }, annotations: { note: 'a: b' } }, rootNamespace: 'mesh', clusterDomain: 'corp.example',
    }],
  ])('%s', async (_, props) => {
    const places = new Places();
    const [frontend, reviews, , payments] = places.services;
    frontend.calls(reviews, { methods: ['GET'], paths: [PathMatch.template('/reviews/{*}')] }).calls(payments).calls(places.audit).calls(places.bank);
    new CallGraph(places.chart, 'calls', { ...NAMESPACES, ...props });
    if (props.trustDomains) reviews.allowFrom(new Partner(places.chart, 'partner'));
    places.worker.allowFrom(frontend, { ports: [9000] }).calls(payments, { ports: [5432] });
    await places.expectAccepted();
  });
});

const HOW = [
  {}, { methods: ['GET', 'HEAD'] }, { methods: ['POST'], paths: [PathMatch.segment('/orders'), PathMatch.suffix('.css')] }, { ports: [5432] },
  { ports: [80], paths: [PathMatch.template('/users/{*}/orders'), PathMatch.exact('/')] },
];

test('whatever is declared is accepted, with guards or without, in any order', async () => {
  const call = fc.record({ caller: fc.nat({ max: 4 }), target: fc.nat({ max: 6 }), how: fc.constantFrom(...HOW), byTarget: fc.boolean() });
  const step = fc.oneof(
    { arbitrary: call, weight: 5 },
    { arbitrary: fc.constantFrom('shop' as const, 'data' as const), weight: 1 });
  let policies = 0;
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
    const places = new Places();
    const callers = [...places.services, places.worker];
    const targets = [...places.services, places.worker, places.audit, places.bank];
    const guarded = new Set<string>();
    for (const one of steps) {
      if (typeof one === 'string') {
        if (!guarded.has(one)) new ZeroTrustNamespace(places.chart, `guard-${one}`, { namespace: one });
        guarded.add(one);
        continue;
      }
      const [caller, target] = [callers[one.caller], targets[one.target]];
      // Nobody can tell the host of pods without a service, so they are called inside their namespace.
      if (target === places.worker && one.caller >= 2 && one.caller < 4) continue;
      const known = target !== places.audit && target !== places.bank;
      // The ports of a worker are its own, and what is outside has those that it says.
      const how = 'ports' in one.how && !known ? {} : one.how;
      if (one.byTarget && known) target.allowFrom(caller, how);
      else caller.calls(target, how);
    }
    const yaml = places.app.synthYaml();
    policies += yaml.split('kind: AuthorizationPolicy').length - 1;
    expect(await apiServer.complaints(yaml)).toEqual([]);
  }), { numRuns: 150 });
  expect(policies).toBeGreaterThan(150); // else the property would say nothing
});
