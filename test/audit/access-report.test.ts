import { App, Chart } from 'cdk8s';
import { AccessCaller, AccessCallerKind, AccessEnforcement, AccessProtocol, AccessReport, AccessVerdict, Mesh, MeshPort, MeshService, MeshWorkload, ZeroTrustNamespace } from '../../src';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }\n';
const REVIEWS = `---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: 9080 }, { name: tcp-db, port: 3306 }] }
---
${deployment('reviews')}`;

function deployment(name: string, namespace: string = 'shop', labels: string = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} } }
    spec: { serviceAccountName: ${name}, containers: [{ name: ${name}, image: ${name} }] }
---
`;
}

function policy(name: string, spec: string, { namespace = 'shop', annotations = '{}' } = {}): string {
  return `---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: ${name}, namespace: ${namespace}, annotations: ${annotations} }\nspec: ${spec}\n---\n`;
}

function mtls(mode: string, namespace: string = 'shop'): string {
  return `---\napiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: default, namespace: ${namespace} }\nspec: { mtls: { mode: ${mode} } }\n---\n`;
}

function report(...parts: string[]): AccessReport {
  return Mesh.fromYaml([NAMESPACE, REVIEWS, ...parts].join('\n---\n'), { complete: true }).accessReport();
}

/** Who calls reviews, on which ports, over what. */
function ways(of: AccessReport, name: string = 'shop/reviews') {
  return of.rows.filter(({ target }) => target === name).map(({ caller, ports, otherPorts, protocol }) => `${caller}: ${[...ports, ...(otherPorts ? ['others'] : [])].join(' ')} ${protocol}`);
}

const FRONTEND = '{ source: { principals: [cluster.local/ns/shop/sa/frontend] } }';
const frontend = AccessCaller.serviceAccount('shop', 'frontend');
const stranger = AccessCaller.serviceAccount('shop', 'stranger');

describe('without a policy', () => {
  test('everybody may call, also without mTLS', () => {
    expect(ways(report())).toEqual(['anyone, also without mTLS: 3306 9080 others any']);
    expect(report().targets[0]).toMatchObject({ open: true, plaintext: true, mtls: "PERMISSIVE (Istio's default)", ports: [3306, 9080] });
    expect(report().rows[0].because).toBe('no ALLOW policy holds for it');
  });

  test('STRICT keeps out who has no identity', () => {
    const { rows, targets } = report(mtls('STRICT', 'istio-system'));
    expect(rows[0]).toMatchObject({ callerKind: AccessCallerKind.ANY_IDENTITY, plaintext: false });
    expect(targets[0]).toMatchObject({ open: true, plaintext: false, mtls: 'STRICT (PeerAuthentication istio-system/default)' });
  });
});

describe('an ALLOW policy', () => {
  const allow = policy('readers', `{ selector: { matchLabels: { app: reviews } }, rules: [{ from: [${FRONTEND}], to: [{ operation: { methods: [GET], paths: ["/reviews*"] } }] }] }`);

  test('lets in whom it names, and says which policy and rule', () => {
    const { rows } = report(allow);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      target: 'shop/reviews',
      targetTitle: 'Deployment shop/reviews',
      caller: 'shop/frontend',
      callerKind: AccessCallerKind.IDENTITY,
      plaintext: false,
      methods: ['GET'],
      paths: ['/reviews*'],
      policy: 'AuthorizationPolicy shop/readers',
      rule: 0,
      because: 'AuthorizationPolicy shop/readers, rule 0',
      exceptions: [],
      dependsOn: [],
    });
  });

  test('with fields of requests is left out on a port of bytes', () => {
    expect(ways(report(allow))).toEqual(['shop/frontend: 9080 others http']);
    expect(report(policy('p', `{ rules: [{ from: [${FRONTEND}], to: [{ operation: { methods: [GET] } }, { operation: { ports: ["3306"] } }] }] }`)).rows.map(({ protocol }) => protocol))
      .toEqual([AccessProtocol.HTTP]);
  });

  test('without rules closes; with an empty one it opens', () => {
    expect(report(policy('nothing', '{}')).targets[0]).toMatchObject({ closed: true, open: false });
    expect(report(policy('all', '{ rules: [{}] }')).targets[0]).toMatchObject({ closed: false, open: true });
  });

  test('closes to everybody else: A cannot call B', () => {
    expect(report(allow).mayCall(frontend, 'shop/reviews')).toMatchObject({ verdict: AccessVerdict.ALLOWED, rows: [{ caller: 'shop/frontend' }] });
    expect(report(allow).mayCall(stranger, 'shop/reviews')).toEqual({ verdict: AccessVerdict.REFUSED, rows: [], dependsOn: [] });
    expect(report(allow).mayCall(AccessCaller.plaintext(), 'shop/reviews').verdict).toBe(AccessVerdict.REFUSED);
  });

  test('of the root namespace reaches every namespace', () => {
    expect(ways(report(policy('p', `{ rules: [{ from: [${FRONTEND}] }] }`, { namespace: 'istio-system' })))).toEqual(['shop/frontend: 3306 9080 others any']);
  });

  test('for other pods, or of another namespace, changes nothing', () => {
    const open = ways(report());
    expect(ways(report(policy('p', '{ selector: { matchLabels: { app: other } } }')))).toEqual(open);
    expect(ways(report(policy('p', '{}', { namespace: 'data' })))).toEqual(open);
    expect(ways(report(policy('p', '{ targetRefs: [{ group: "", kind: Service, name: reviews }] }')))).toEqual(open);
  });

  test('is in force as an audit or a dry run never is', () => {
    const open = ways(report());
    const { notes } = report(policy('audit', '{ action: AUDIT, rules: [{}] }'), policy('dry', '{ rules: [] }', { annotations: '{ istio.io/dry-run: "true" }' }));
    expect(notes).toEqual([
      'AuthorizationPolicy shop/audit only audits: it lets nobody in and keeps nobody out.', 'AuthorizationPolicy shop/dry is a dry run: it decides nothing.',
    ]);
    expect(ways(report(policy('dry', '{ rules: [] }', { annotations: '{ istio.io/dry-run: "true" }' })))).toEqual(open);
  });

  test('that Istio would refuse is not in force, and is named', () => {
    const wrong = report(policy('wrong', '{ action: DENY }'));
    expect(ways(wrong)).toEqual(ways(report()));
    expect(wrong.toJson().refused).toMatchObject([{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'wrong' }]);
    expect(wrong.toText()).toContain('Refused by Istio, so not counted');
  });

  test('on tokens that nobody verifies lets nobody in, and is named', () => {
    const { rows, ineffectiveRules } = report(policy('p', '{ rules: [{ from: [{ source: { requestPrincipals: ["*"] } }] }] }'));
    expect(rows).toEqual([]);
    expect(ineffectiveRules).toMatchObject([{ policy: 'AuthorizationPolicy shop/p', rule: 0, target: 'shop/reviews' }]);
  });

  test('that names an identity is void where mTLS is off; negations are fulfilled', () => {
    expect(report(mtls('DISABLE'), policy('p', `{ rules: [{ from: [${FRONTEND}] }] }`)).ineffectiveRules[0].reason).toBe('nobody shows a certificate there');
    expect(report(mtls('DISABLE'), policy('p', '{ rules: [{ from: [{ source: { notNamespaces: [data] } }] }] }')).rows[0]).toMatchObject({ callerKind: AccessCallerKind.UNIDENTIFIED });
  });

  test('on negations lets plaintext in under PERMISSIVE', () => {
    expect(report(policy('p', '{ rules: [{ from: [{ source: { notPrincipals: [cluster.local/ns/shop/sa/a] } }] }] }')).rows[0])
      .toMatchObject({ plaintext: true, conditions: [{ attribute: 'source.principal', values: [], excluded: ['cluster.local/ns/shop/sa/a'] }] });
  });
});

describe('a DENY policy', () => {
  const denies = (operation: string) => policy('denies', `{ action: DENY, rules: [{ to: [{ operation: ${operation} }] }] }`);

  test('is an exception of what it meets, and takes all of a port of bytes', () => {
    const { rows } = report(policy('all', '{ rules: [{}] }'), denies('{ paths: ["/admin*"] }'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ protocol: AccessProtocol.HTTP, ports: [9080], otherPorts: true });
    expect(rows[0].exceptions).toMatchObject([{ policy: 'AuthorizationPolicy shop/denies', rule: 0, provider: '', text: '/admin* (AuthorizationPolicy shop/denies, rule 0)' }]);
  });

  test('that does not meet a row is not one of its exceptions', () => {
    const get = policy('get', '{ rules: [{ to: [{ operation: { methods: [GET] } }] }] }');
    expect(report(get, denies('{ methods: [DELETE] }')).rows[0].exceptions).toEqual([]);
    expect(report(get, denies('{ notMethods: [GET] }')).rows[0].exceptions).toEqual([]);
    expect(report(get, denies('{ notMethods: [HEAD] }')).rows).toEqual([]);
  });

  test('of an identity does not keep its owner out who comes without it', () => {
    const denied = policy('denied', `{ action: DENY, rules: [{ from: [${FRONTEND}] }] }`);
    const answer = report(denied).mayCall(frontend, 'shop/reviews');
    expect(answer.verdict).toBe(AccessVerdict.ALLOWED);
    expect(answer.rows[0].plaintext).toBe(true);
    expect(report(mtls('STRICT'), denied).mayCall(frontend, 'shop/reviews').verdict).toBe(AccessVerdict.REFUSED);
    expect(report(mtls('STRICT'), denied).mayCall(stranger, 'shop/reviews').verdict).toBe(AccessVerdict.ALLOWED);
  });

  test('of everybody but one keeps out who has no identity, which fulfils every negation', () => {
    const of = report(policy('d', '{ action: DENY, rules: [{ from: [{ source: { notServiceAccounts: [frontend] } }] }] }'));
    expect(of.rows).toMatchObject([{ plaintext: false, callerKind: AccessCallerKind.ANY_IDENTITY }]);
    expect(of.targets[0].plaintext).toBe(false);
    expect([frontend, stranger, AccessCaller.plaintext()].map((caller) => of.mayCall(caller, 'shop/reviews').verdict)).toEqual(['allowed', 'refused', 'refused']);
    expect(of.toSvg()).toContain('aria-label="any other identity of the mesh to Deployment shop/reviews: nothing"');
  });

  test('of all that an ALLOW policy names makes its rule one that lets nobody in', () => {
    const { rows, ineffectiveRules } = report(policy('a', `{ rules: [{ from: [${FRONTEND}] }] }`), policy('d', '{ action: DENY, rules: [{ from: [{ source: { namespaces: [shop] } }] }] }'));
    expect(rows).toEqual([]);
    expect(ineffectiveRules.map(({ reason }) => reason)).toEqual(['AuthorizationPolicy shop/d refuses all of it to shop/frontend']);
  });
});

describe('a CUSTOM policy', () => {
  const custom = policy('ext', '{ action: CUSTOM, provider: { name: opa }, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }');
  const config = (type: string) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: 'extensionProviders: [{ name: opa, ${type}: { service: a.b.svc.cluster.local, port: 80 } }]' }\n---\n`;

  test('asks its provider', () => {
    expect(report(custom, config('envoyExtAuthzGrpc')).rows.map(({ protocol, exceptions }) => [protocol, exceptions.map(({ text }) => text)])).toEqual([
      ['http', ['/admin*: asks opa (AuthorizationPolicy shop/ext, rule 0)']], ['tcp', ['everything: asks opa (AuthorizationPolicy shop/ext, rule 0)']],
    ]);
  });

  test('with a provider for requests is no matter of connections', () => {
    expect(report(custom, config('envoyExtAuthzHttp')).rows.find(({ protocol }) => protocol === 'tcp')).toMatchObject({ exceptions: [] });
  });

  test('with a provider that the configuration has not refuses', () => {
    expect(report(custom, config('prometheus')).rows[0].exceptions).toMatchObject([{ provider: '', dependsOn: '' }]);
    expect(report(custom).rows[0].exceptions[0]).toMatchObject({ provider: 'opa', dependsOn: expect.stringContaining('the provider is not in sight') });
  });
});

describe('a target', () => {
  test('without a sidecar is open, whatever the policies', () => {
    const of = report(policy('nothing', '{}'), deployment('db', 'shop', ', sidecar.istio.io/inject: "false"'));
    expect(of.targets.find(({ target }) => target === 'shop/db')).toMatchObject({ enforcement: AccessEnforcement.NONE, open: true });
    expect(of.mayCall(stranger, 'shop/db').rows[0].because).toBe('it has no sidecar, so that nothing is enforced');
    expect(of.mayCall(AccessCaller.workload('shop', 'db'), 'shop/reviews').verdict).toBe(AccessVerdict.REFUSED);
  });

  test('with a port that leads past the sidecar is open there', () => {
    const of = report(policy('nothing', '{}'), deployment('db').replace('labels: { app: db }', 'labels: { app: db }, annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "9000" }'));
    expect(ways(of, 'shop/db')).toEqual(['anyone, also without mTLS: 9000 any']);
  });

  test('of which only a Service is in sight depends on its Namespace', () => {
    const of = Mesh.fromYaml(`${REVIEWS.split('---\napiVersion: apps')[0]}${policy('nothing', '{ selector: { matchLabels: { app: reviews } } }')}`).accessReport();
    expect(of.targets[0]).toMatchObject({ target: 'shop/reviews', enforcement: AccessEnforcement.UNKNOWN, closed: true });
    expect(of.mayCall(stranger, 'shop/reviews')).toMatchObject({ verdict: AccessVerdict.DEPENDS, dependsOn: [expect.stringContaining('Namespace shop')] });
  });

  test('out of sight may be selected by more labels than its Service has', () => {
    const service = REVIEWS.split('---\napiVersion: apps')[0];
    const { rows } = Mesh.fromYaml(`${NAMESPACE}${service}${policy('v1', '{ selector: { matchLabels: { app: reviews, version: v1 } } }')}`).accessReport();
    expect(rows.find(({ target, targetTitle }) => target === 'shop/reviews' && targetTitle.startsWith('Service'))!.dependsOn).toEqual([expect.stringContaining('whether AuthorizationPolicy shop/v1 selects these pods')]);
  });

  test('is reached through the gateways that lead to it', () => {
    const gateway = `${deployment('public', 'ingress', ', istio: ingress')}apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: ingress }
spec: { selector: { istio: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: public, namespace: ingress }
spec: { hosts: [shop.example.com], gateways: [public], http: [{ route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }] }
`;
    const allow = (account: string) => policy('p', `{ rules: [{ from: [{ source: { principals: [cluster.local/ns/ingress/sa/${account}] } }] }] }`);
    expect(report(gateway, allow('public')).rows.find(({ target }) => target === 'shop/reviews')).toMatchObject({ caller: 'ingress/public', gateways: ['ingress/public'] });
    const of = (account: string) => report(gateway, allow(account)).targets.find(({ target }) => target === 'shop/reviews')!.gateways;
    expect(of('public')).toEqual([{ gateway: 'ingress/public', hosts: ['shop.example.com'], admitted: 'yes' }]);
    expect(of('other')).toEqual([{ gateway: 'ingress/public', hosts: ['shop.example.com'], admitted: 'no' }]);
    expect(ways(report(gateway), 'ingress/public')).toEqual(['anyone, without an identity: 80 http']);
  });
});

test('a namespace with an asterisk in front reaches over the rest of the identity, as Istio makes an expression of it', () => {
  const of = report(mtls('STRICT'), policy('p', '{ rules: [{ from: [{ source: { namespaces: ["*a"] } }] }] }'));
  expect(of.mayCall(stranger, 'shop/reviews').verdict).toBe(AccessVerdict.ALLOWED);
});

test('the trust domain of the mesh goes by all its names', () => {
  const config = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: '{ trustDomain: new.example, trustDomainAliases: [old.example] }' }\n---\n";
  for (const domain of ['cluster.local', 'new.example', 'old.example']) {
    const of = report(config, policy('p', `{ rules: [{ from: [{ source: { principals: [${domain}/ns/shop/sa/frontend] } }] }] }`));
    expect(of.rows.map(({ caller }) => caller)).toEqual(['shop/frontend']);
    expect(of.mayCall(AccessCaller.principal('old.example/ns/shop/sa/frontend'), 'shop/reviews').verdict).toBe(AccessVerdict.ALLOWED);
    expect(of.mayCall(AccessCaller.principal('other.example/ns/shop/sa/frontend'), 'shop/reviews').verdict).toBe(AccessVerdict.REFUSED);
  }
});

test('what a ZeroTrustNamespace allows, and nothing else, is what the report says', () => {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const pods = (name: string) => MeshWorkload.fromLabels(chart, `${name}-pods`, { name, namespace: 'shop', labels: { app: name }, serviceAccount: name });
  const caller = pods('frontend');
  const target = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(8080)], workload: pods('reviews') });
  new ZeroTrustNamespace(chart, 'zero-trust', { namespace: 'shop' }).allow({ caller, target, methods: ['GET'] });
  const of = Mesh.fromApp(app).accessReport();
  expect(of.mayCall(frontend, 'shop/reviews')).toMatchObject({ rows: [{ caller: 'shop/frontend', methods: ['GET'], ports: [8080] }] });
  expect(of.mayCall(stranger, 'shop/reviews').rows).toEqual([]);
});

test('a name that is nowhere is an error that says what is there', () => {
  expect(() => report().mayCall(frontend, 'shop/review')).toThrow('There is no workload and no Service shop/review in the report. Name one as namespace/name; in sight: shop/reviews.');
  expect(() => report().mayCall(AccessCaller.workload('shop', 'front'), 'shop/reviews')).toThrow('There is no workload shop/front in sight.');
});
