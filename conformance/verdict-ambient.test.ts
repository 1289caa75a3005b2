import { App, Chart } from 'cdk8s';
import {
  AllowPolicy, AmbientNamespace, AuditPolicy, DataPlane, DenyPolicy, Jwks, JwtAudiences, JwtAuthentication, MeshPort, MeshService, MeshWorkload,
  PathMatch, PolicyOperation, PolicyScope, PolicySource, Waypoint, WaypointTraffic, ZeroTrustNamespace,
} from 'cdk8s-istio';
import * as fc from 'fast-check';
import { ApiServer } from './verdict';

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

/** What we write and our own check finds nothing wrong with. */
async function complaintsOf(build: (chart: Chart) => void): Promise<string[]> {
  const app = new App();
  build(new Chart(app, 'shop', { namespace: 'shop' }));
  return apiServer.complaints(app.synthYaml());
}

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/).filter((name) => name !== 'none');
const metadata = fc.record({
  labels: fc.dictionary(fc.constantFrom('team', 'example.com/owner', 'app'), label, { maxKeys: 2 }),
  annotations: fc.dictionary(fc.constantFrom('note', 'example.com/note'), fc.string({ maxLength: 20 }), { maxKeys: 2 }),
}, { requiredKeys: [] });

test('any waypoint, and whoever may use it, is accepted', async () => {
  const props = fc.record({
    name: label,
    namespace: label,
    traffic: fc.constantFrom(...Object.values(WaypointTraffic)),
    openTo: fc.uniqueArray(label, { maxLength: 5 }),
    usedElsewhere: fc.constant(true),
    revision: fc.constantFrom('1-31', 'stable'),
    metadata,
  }, { requiredKeys: ['usedElsewhere'] });
  await fc.assert(fc.asyncProperty(props, async (given) => {
    expect(await complaintsOf((chart) => new Waypoint(chart, 'waypoint', given))).toEqual([]);
  }), { numRuns: 200 });
}, 120_000);

test('any namespace of the ambient mesh is accepted', async () => {
  const props = fc.record({ name: label, metadata, waypoint: fc.record({ name: label, namespace: label }), ingressUsesWaypoint: fc.boolean() }, { requiredKeys: ['name'] })
    .map(({ waypoint, ingressUsesWaypoint, ...more }) => (waypoint === undefined ? more
      : { ...more, ingressUsesWaypoint, waypoint: Waypoint.existing(waypoint.name, waypoint.namespace) }));
  await fc.assert(fc.asyncProperty(props, async (given) => {
    expect(await complaintsOf((chart) => new AmbientNamespace(chart, 'namespace', given))).toEqual([]);
  }), { numRuns: 200 });
}, 120_000);

/** A service of the chart, known by name. */
function service(chart: Chart, name: string): MeshService {
  const workload = MeshWorkload.fromLabels(chart, `${name}-pods`, { name, namespace: 'shop', labels: { app: name }, serviceAccount: name });
  return MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80, { targetPort: 9080 }), MeshPort.tcp(5432)], workload });
}

test('any policy for a waypoint or for a Service is accepted', async () => {
  const operation: fc.Arbitrary<PolicyOperation> = fc.record({
    methods: fc.constant(['GET']), paths: fc.constantFrom([PathMatch.segment('/a')], [PathMatch.template('/a/{*}')]), ports: fc.constant([80]), hosts: fc.constant(['a.example.com']),
  }, { requiredKeys: ['ports'] });
  const source = fc.constantFrom(
    PolicySource.namespace('web'), PolicySource.serviceAccount('web', 'page'), PolicySource.ipBlocks('10.0.0.0/16'),
    PolicySource.requestPrincipal('https://id.example.com', 'me'));
  const kind = fc.constantFrom('allow', 'deny', 'audit', 'nothing', 'tokens');
  const said = fc.array(fc.tuple(source, operation), { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(fc.boolean(), kind, said, fc.boolean(), async (isService, what, terms, dryRun) => {
    const complaints = await complaintsOf((chart) => {
      const waypoint = new Waypoint(chart, 'waypoint');
      new AmbientNamespace(chart, 'namespace', { name: 'shop', waypoint });
      const scope = isService ? PolicyScope.service(service(chart, 'reviews')) : PolicyScope.waypoint(waypoint);
      const rules = terms.map(([one, other]) => ({ sources: [one], operations: [other] }));
      if (what === 'allow') new AllowPolicy(chart, 'policy', { scope, rules, dryRun });
      if (what === 'deny') new DenyPolicy(chart, 'policy', { scope, rules, dryRun });
      if (what === 'audit') new AuditPolicy(chart, 'policy', { scope, rules });
      if (what === 'nothing') AllowPolicy.nothing(chart, 'policy', { scope });
      if (what === 'tokens') {
        new JwtAuthentication(chart, 'policy', { scope, issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/keys'), audiences: JwtAudiences.of('shop') }] });
      }
    });
    // Who requires tokens refuses connections that carry no requests, and means it.
    expect(complaints.filter((one) => what !== 'tokens' || !one.includes('will deny all traffic to TCP ports'))).toEqual([]);
  }), { numRuns: 200 });
}, 120_000);

test('any description of a guarded namespace is accepted in each data plane', async () => {
  const rule = fc.record({
    caller: fc.constantFrom('frontend', 'batch'),
    target: fc.constantFrom('reviews', 'ratings'),
    options: fc.record({ methods: fc.constant<string[]>(['GET']), paths: fc.constant<PathMatch[]>([PathMatch.segment('/a')]) }, { requiredKeys: [] }),
    ports: fc.constantFrom<number[] | undefined>(undefined, [80]),
  });
  const plane = fc.constantFrom('sidecars', 'ambient', 'waypoint');
  const domains = fc.constantFrom<string[] | undefined>(undefined, ['prod.example.com']);
  await fc.assert(fc.asyncProperty(plane, fc.array(rule, { maxLength: 5 }), fc.boolean(), domains, async (where, rules, dryRun, trustDomains) => {
    const complaints = await complaintsOf((chart) => {
      const dataPlane = where === 'sidecars' ? DataPlane.sidecars()
        : DataPlane.ambient(where === 'ambient' ? {} : { waypoint: new Waypoint(chart, 'waypoint') });
      const zeroTrust = new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop', dataPlane, dryRun, trustDomains });
      const services = new Map(['frontend', 'batch', 'reviews', 'ratings'].map((name) => [name, service(chart, name)]));
      for (const { caller, target, options, ports } of rules) {
        zeroTrust.allow({ caller: services.get(caller)!, target: services.get(target)!, ...options, ports });
      }
      zeroTrust.allowPlaintext({ target: services.get('reviews')!, ports: [80] });
      expect(zeroTrust.dataPlaneDifferences.length > 0).toBe(where !== 'sidecars');
    });
    expect(complaints).toEqual([]);
  }), { numRuns: 150 });
}, 120_000);
