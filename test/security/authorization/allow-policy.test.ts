import { ApiObject } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { AllowPolicy, AllowPolicyProps, MeshPort, MeshService, MeshWorkload, PathMatch, PolicyCondition, PolicyRule, PolicyScope, PolicySource } from '../../../src';
import { Shop, errorOf } from '../shop';

const PORTS = [MeshPort.http(80, { targetPort: 9080 }), MeshPort.http(81, { targetPort: 9081 }), MeshPort.tcp(5432)];

/** The reviews of a shop, with two HTTP ports and one of a database. */
function reviewsOf(shop: Shop): MeshService {
  return shop.service('reviews', PORTS);
}

function allow(rules: PolicyRule[], props: Partial<AllowPolicyProps> = {}): any {
  const shop = new Shop();
  new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviewsOf(shop)), rules, ...props });
  return shop.manifests().find(({ kind }) => kind === 'AuthorizationPolicy');
}

const FRONTEND = PolicySource.serviceAccount('shop', 'frontend');
const FROM_FRONTEND = [{ source: { principals: ['cluster.local/ns/shop/sa/frontend'] } }];

describe('a rule', () => {
  test('is one rule of the policy, its sources and operations alternatives, its conditions together', () => {
    const rules = [
      {
        sources: [FRONTEND, PolicySource.namespace('data')],
        operations: [{ methods: ['GET'], paths: [PathMatch.exact('/a')] }, { methods: ['POST'], paths: [PathMatch.exact('/b')] }],
        conditions: [PolicyCondition.header('x', { values: ['1'] }), PolicyCondition.header('y', { values: ['2'] })],
      },
      { sources: [PolicySource.namespace('shop')] },
    ];
    expect(allow(rules).spec).toEqual({
      action: 'ALLOW',
      selector: { matchLabels: { app: 'reviews' } },
      rules: [{
        from: [...FROM_FRONTEND, { source: { namespaces: ['data'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/a'], ports: ['9080', '9081'] } }, { operation: { methods: ['POST'], paths: ['/b'], ports: ['9080', '9081'] } }],
        when: [{ key: 'request.headers[x]', values: ['1'] }, { key: 'request.headers[y]', values: ['2'] }],
      }, {
        from: [{ source: { namespaces: ['shop'] } }],
        to: [{ operation: { ports: ['5432', '9080', '9081'] } }],
      }],
    });
  });

  test('is not changed by what happens to its lists later', () => {
    const shop = new Shop();
    const [methods, sources] = [['GET'], [FRONTEND]];
    new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviewsOf(shop)), rules: [{ sources, operations: [{ methods }] }] });
    methods.push('DELETE');
    sources.push(PolicySource.namespace('data'));
    expect(shop.rules('allow-reviews')).toEqual([{ from: FROM_FRONTEND, to: [{ operation: { methods: ['GET'], ports: ['9080', '9081'] } }] }]);
  });

  test('for anyone has no source', () => {
    expect(allow([{ sources: [PolicySource.anyone()], operations: [{ methods: ['GET'] }] }]).spec.rules).toEqual([{ to: [{ operation: { methods: ['GET'], ports: ['9080', '9081'] } }] }]);
  });

  test.each<[string, PolicyRule['operations'], string[]]>([
    ['all of the service', undefined, ['5432', '9080', '9081']],
    ['those behind the ports that are named', [{ ports: [81] }], ['9081']],
    ['its HTTP ports, where it is about requests', [{ notMethods: ['DELETE'] }], ['9080', '9081']],
    ['all but some', [{ notPorts: [81] }], ['5432', '9080']],
    ['its HTTP ports but some', [{ hosts: ['a.example.com'], notPorts: [80] }], ['9081']],
  ])('for a service is for the pods\' ports: %s', (_, operations, ports) => {
    expect(allow([{ sources: [FRONTEND], operations }]).spec.rules[0].to[0].operation.ports).toEqual(ports);
  });

  test('about tokens or headers is for HTTP ports', () => {
    const conditions = [PolicyCondition.claim(['role'], { values: ['reader'] })];
    expect(allow([{ conditions }, { sources: [PolicySource.anyToken()] }, { sources: [FRONTEND], conditions: [PolicyCondition.header('x', { values: ['1'] })] }])
      .spec.rules.map(({ to }: any) => to[0].operation.ports)).toEqual([['9080', '9081'], ['9080', '9081'], ['9080', '9081']]);
  });

  test('for pods is for the ports that are named, as the pods have them', () => {
    const shop = new Shop();
    new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(shop.workload('reviews')), rules: [{ sources: [FRONTEND], operations: [{ ports: [9080], notPorts: [1] }] }, { sources: [FRONTEND] }] });
    expect(shop.rules('allow-reviews')).toEqual([{ from: FROM_FRONTEND, to: [{ operation: { ports: ['9080'], notPorts: ['1'] } }] }, { from: FROM_FRONTEND }]);
  });

  test('means a host with any port, and below a wildcard with those of the service', () => {
    expect(allow([{ sources: [FRONTEND], operations: [{ hosts: ['a.example.com', 'b.example.com:8080', '*.example.net', '10.0.0.1'], notHosts: ['x.example.net'] }] }])
      .spec.rules[0].to[0].operation).toMatchObject({
      hosts: ['a.example.com', 'a.example.com:*', 'b.example.com:8080', '*.example.net', '*.example.net:80', '*.example.net:81', '10.0.0.1', '10.0.0.1:*'],
      notHosts: ['x.example.net', 'x.example.net:*'],
    });
  });
});

describe('who is let in has to be said', () => {
  test.each<[string, PolicyRule[], string]>([
    ['no rules', [], '`rules` is empty. To Istio that lets in nobody: say AllowPolicy.nothing(scope, id, { scope }) where that is meant, or { sources: [PolicySource.anyone()] } to let in everyone.'],
    ['an empty rule', [{}], 'rules[0]: it is empty, and an empty rule holds for everyone and everything. Where that is meant, say { sources: [PolicySource.anyone()] }.'],
    ['a rule without sources', [{ sources: [FRONTEND] }, { operations: [{ methods: ['GET'] }] }], 'rules[1]: it has no `sources`, so everyone would be let in, without an identity, too.'],
    ['a condition on a header is nobody', [{ conditions: [PolicyCondition.header('x', { values: ['1'] })] }], 'rules[0]: it has no `sources`'],
    ['no source', [{ sources: [] }], 'rules[0]: `sources` is empty'],
    ['no operation', [{ sources: [FRONTEND], operations: [] }], '`operations` is empty, and an empty list is no restriction to Istio.'],
    ['an empty operation', [{ sources: [FRONTEND], operations: [{}] }], 'an operation is empty, which Istio refuses.'],
    ['everyone beside others', [{ sources: [PolicySource.anyone(), FRONTEND] }], 'so the others (shop/frontend) say nothing'],
  ])('%s', (_, rules, message) => {
    expect(errorOf(() => allow(rules))).toContain(message);
  });

  test.each<[string, PolicyRule, string]>([
    ['a namespace', { sources: [PolicySource.anyone().butNot(PolicySource.namespace('legacy'))] },
      'the source "not namespace legacy" excepts namespace legacy, and who comes in plaintext is not namespace legacy either, so the exception could be walked around. '
      + 'Write PolicySource.anyIdentity().butNot(…); where those in plaintext are meant, too, add PolicySource.withoutIdentity() as another source.'],
    ['a caller, among addresses', { sources: [PolicySource.ipBlocks('10.0.0.0/8').butNot(FRONTEND)] }, 'who comes in plaintext is not shop/frontend either'],
    ['a caller, among those with a token', { sources: [PolicySource.anyToken().butNot(FRONTEND)] }, 'who comes in plaintext'],
    ['one of several sources', { sources: [FRONTEND, PolicySource.anyone().butNot(PolicySource.namespace('legacy'))] }, 'who comes in plaintext'],
    ['a token', { sources: [PolicySource.anyIdentity().butNot(PolicySource.requestPrincipal('https://a'))] }, 'who comes without a token is not the token of https://a either'],
    ['a namespace, as a condition', { sources: [PolicySource.anyone()], conditions: [PolicyCondition.sourceNamespace({ notValues: ['legacy'] })] },
      'the condition on source.namespace has only `notValues`, which hold for who comes in plaintext, too. Require one by the sources, as PolicySource.anyIdentity(), or name the `values` that are meant.'],
    ['a claim, as a condition', { sources: [FRONTEND], conditions: [PolicyCondition.claim(['role'], { notValues: ['guest'] })] }, 'which hold for who comes without a token, too'],
    ['a claim, for one source of two', { sources: [FRONTEND, PolicySource.anyToken()], conditions: [PolicyCondition.claim(['role'], { notValues: ['guest'] })] }, 'without a token'],
  ])('an exception that can be walked around is none: %s', (_, rule, message) => {
    expect(errorOf(() => allow([rule]))).toContain(message);
  });

  test.each<[string, PolicyRule]>([
    ['any identity but a namespace', { sources: [PolicySource.anyIdentity().butNot(PolicySource.namespace('legacy')), PolicySource.withoutIdentity()] }],
    ['a namespace but a caller', { sources: [PolicySource.namespace('shop').butNot(FRONTEND)] }],
    ['an identity that a condition asks for', { sources: [PolicySource.anyone().butNot(FRONTEND)], conditions: [PolicyCondition.sourceNamespace({ values: ['shop'] })] }],
    ['a token that a condition asks for', { sources: [FRONTEND], conditions: [PolicyCondition.claim(['a'], { values: ['*'] }), PolicyCondition.claim(['b'], { notValues: ['x'] })] }],
    ['a token that every source has', { sources: [PolicySource.anyToken()], conditions: [PolicyCondition.claim(['b'], { notValues: ['x'] })] }],
    ['no token at all', { sources: [PolicySource.allOf(FRONTEND, PolicySource.withoutToken())] }],
    ['a claim, without sources', { conditions: [PolicyCondition.claim(['role'], { values: ['reader'] })] }],
    ['addresses but some', { sources: [PolicySource.ipBlocks('10.0.0.0/8').butNot(PolicySource.ipBlocks('10.1.0.0/16'))] }],
  ])('an exception that cannot is fine: %s', (_, rule) => {
    expect(() => allow([rule])).not.toThrow();
  });
});

describe('what never matches is refused', () => {
  test.each<[string, PolicyRule, string]>([
    ['a method wanted and excluded', { sources: [FRONTEND], operations: [{ methods: ['GET'], notMethods: ['GET'] }] }, 'methods: "GET" is both wanted and excluded'],
    ['a path wanted and excluded', { sources: [FRONTEND], operations: [{ paths: [PathMatch.exact('/a')], notPaths: [PathMatch.segment('/a')] }] }, 'paths: "/a" is both wanted and excluded'],
    ['a host wanted and excluded', { sources: [FRONTEND], operations: [{ hosts: ['a.b'], notHosts: ['a.b'] }] }, 'hosts: "a.b" is both wanted and excluded'],
    ['a port wanted and excluded', { sources: [FRONTEND], operations: [{ ports: [80], notPorts: [80] }] }, 'port 80 is in `ports` and in `notPorts`'],
    ['no port that is left', { sources: [FRONTEND], operations: [{ methods: ['GET'], notPorts: [80, 81] }] }, '`notPorts` leaves no port of reviews'],
    ['a port and a condition on another', { sources: [FRONTEND], operations: [{ ports: [80] }], conditions: [PolicyCondition.destinationPort({ ports: [81] })] },
      'the operation is for port 9080 and a condition for 9081 (of the pods), so it never matches.'],
    ['a port and a condition that excludes it', { sources: [FRONTEND], operations: [{ ports: [80] }], conditions: [PolicyCondition.destinationPort({ notPorts: [80] })] }, 'every port but 9080'],
    ['a port that the service does not have', { sources: [FRONTEND], operations: [{ ports: [9080] }] }, "there is no port 9080 of reviews, which has 80 (HTTP), 81 (HTTP), 5432 (TCP). Give the Service's port, not the pod's."],
    ['a condition on a port that it does not have', { sources: [FRONTEND], conditions: [PolicyCondition.destinationPort({ ports: [1] })] }, 'there is no port 1 of reviews'],
    ['a method on a TCP port', { sources: [FRONTEND], operations: [{ methods: ['GET'], ports: [5432] }] }, '`methods` need requests that the proxy reads, and port 5432 (TCP) of reviews carries none: Istio would drop the rule.'],
    ['a host on a TCP port', { sources: [FRONTEND], operations: [{ notHosts: ['a.b'], ports: [5432] }] }, '`notHosts` need requests'],
    ['a token on a TCP port', { sources: [PolicySource.anyToken()], operations: [{ ports: [5432] }] }, 'tokens need requests'],
    ['a header on a TCP port', { sources: [FRONTEND], operations: [{ ports: [5432] }], conditions: [PolicyCondition.header('x', { values: ['1'] })] }, 'conditions on headers need requests'],
    ['a method in small letters', { sources: [FRONTEND], operations: [{ methods: ['get'] }] }, '"get" is not an HTTP method. Methods are case-sensitive: write for example GET.'],
    ['a path as a text', { sources: [FRONTEND], operations: [{ notPaths: ['/a'] as never }] }, '`notPaths` holds "/a", and a path is a PathMatch.'],
    ['a URL for a host', { sources: [FRONTEND], operations: [{ hosts: ['https://example.com'] }] }, '`hosts`: "https://example.com" is not a host with or without a port'],
    ['a wildcard within a label', { sources: [FRONTEND], operations: [{ hosts: ['*example.com'] }] }, 'has a wildcard that is not a whole label'],
    ['a wildcard with any port', { sources: [FRONTEND], operations: [{ hosts: ['*.example.com:*'] }] }, 'has two wildcards, which Istio takes literally'],
    ['every host', { sources: [FRONTEND], operations: [{ hosts: ['*'] }] }, '"*" is every host. Leave it out'],
    ['a field that does not exist', { sources: [FRONTEND], operations: [{ method: ['GET'] } as never] }, 'an operation has a `method`, which does not exist.'],
    ['a part that does not exist', { sources: [FRONTEND], when: [] } as never, 'it has a `when`, which does not exist. There are sources, operations, conditions.'],
    ['null for methods', { sources: [FRONTEND], operations: [{ methods: null as never }] }, '`methods` is null, not a list.'],
  ])('%s', (_, rule, message) => {
    expect(errorOf(() => allow([rule]))).toContain('[shop/policy] rules[0]: ');
    expect(errorOf(() => allow([rule]))).toContain(message);
  });

  test('a principal of a trust domain that is not listed, and no more where it is', () => {
    const rules = [{ sources: [PolicySource.principal('partner.example/ns/a/sa/b')] }];
    expect(errorOf(() => allow(rules))).toContain('which is not listed in `trustDomains` (cluster.local)');
    expect(allow(rules, { trustDomains: ['cluster.local', 'partner.example'] }).spec.rules[0].from).toEqual([{ source: { principals: ['partner.example/ns/a/sa/b'] } }]);
  });
});

describe('what it is written as', () => {
  test('is named by its action and its scope, or as it is said', () => {
    const rules = [{ sources: [FRONTEND] }];
    const names = [PolicyScope.namespace('data'), PolicyScope.mesh(), PolicyScope.kubernetesGateway('shop', 'public')].map((scope) => allow(rules, { scope }).metadata);
    expect(names).toEqual([{ name: 'allow-in-data', namespace: 'data' }, { name: 'allow-in-mesh', namespace: 'istio-system' }, { name: 'allow-public', namespace: 'shop' }]);
    expect(allow(rules, { metadata: { name: 'readers', labels: { team: 'shop' } } }).metadata).toEqual({ name: 'readers', namespace: 'shop', labels: { team: 'shop' } });
  });

  test('selects by Gateway where that is meant', () => {
    expect(allow([{ sources: [FRONTEND] }], { scope: PolicyScope.kubernetesGateway('shop', 'public') }).spec.targetRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }]);
  });

  test('is only watched in a dry run', () => {
    expect(allow([{ sources: [FRONTEND] }], { dryRun: true, metadata: { annotations: { a: 'b' } } }).metadata.annotations).toEqual({ 'a': 'b', 'istio.io/dry-run': 'true' });
    expect(allow([{ sources: [FRONTEND] }], { dryRun: false }).metadata).not.toHaveProperty('annotations');
  });

  test('is nothing, where nothing is let in', () => {
    const shop = new Shop();
    AllowPolicy.nothing(shop.chart, 'namespace', { scope: PolicyScope.namespace('shop') });
    AllowPolicy.nothing(shop.chart, 'one', { scope: PolicyScope.workload(shop.workload('reviews')) });
    expect(shop.find('AuthorizationPolicy', 'deny-all').spec).toEqual({});
    expect(shop.find('AuthorizationPolicy', 'deny-all-reviews').spec).toEqual({ selector: { matchLabels: { app: 'reviews' } } });
  });

  test.each<[string, Partial<AllowPolicyProps>, string]>([
    ['no scope', { scope: undefined }, '`scope` is undefined. Say for whom it holds'],
    ['another namespace', { metadata: { namespace: 'data' } }, '`metadata.namespace` is "data", and the policy is for the pods of reviews: it stands in shop.'],
    ['a name in capitals', { metadata: { name: 'Readers' } }, '`metadata.name` is "Readers"'],
    ['a dry run by annotation', { metadata: { annotations: { 'istio.io/dry-run': 'false' } } }, '`metadata.annotations` holds istio.io/dry-run. Say dryRun: true instead'],
    ['a dry run in words', { dryRun: 'true' as never }, '`dryRun` is "true".'],
    ['rules that are no list', { rules: {} as never }, '`rules` is an object with nothing in it, not a list.'],
    ['a rule that is none', { rules: ['GET'] as never }, 'rules[0]: it is "GET".'],
    ['no trust domain', { trustDomains: [] }, '`trustDomains` is empty.'],
  ])('%s is refused', (_, props, message) => {
    expect(errorOf(() => allow([{ sources: [FRONTEND] }], props))).toContain(`[shop/policy] ${message}`);
  });

  test('no props at all are refused', () => {
    const shop = new Shop();
    expect(errorOf(() => new AllowPolicy(shop.chart, 'policy', undefined as never))).toContain('[shop/policy] undefined is given instead of props.');
  });

  test('a second policy of the same name is refused, with what to give', () => {
    const shop = new Shop();
    const scope = PolicyScope.workload(reviewsOf(shop));
    for (const id of ['one', 'two']) new AllowPolicy(shop.chart, id, { scope, rules: [{ sources: [FRONTEND] }] });
    expect(errorOf(() => shop.app.synthYaml())).toContain('both write the AuthorizationPolicy shop/allow-reviews. Give one of them another name (`metadata.name`).');
  });
});

describe('what the manifests of the App say', () => {
  function deployment(shop: Shop, name: string, account: string): kplus.Deployment {
    const serviceAccount = kplus.ServiceAccount.fromServiceAccountName(shop.chart, `${name}-account`, account);
    return new kplus.Deployment(shop.chart, name, { podMetadata: { labels: { app: name } }, serviceAccount, metadata: { name }, containers: [{ image: 'x' }] });
  }

  test('a service account that others use, too, is not allowed by accident', () => {
    const shop = new Shop();
    const frontend = new MeshWorkload(shop.chart, 'frontend-pods', { workload: deployment(shop, 'frontend', 'web') });
    deployment(shop, 'intruder', 'web');
    const scope = PolicyScope.workload(reviewsOf(shop));
    new AllowPolicy(shop.chart, 'policy', { scope, rules: [{ sources: [PolicySource.caller(frontend)] }] });
    expect(errorOf(() => shop.app.synthYaml())).toContain("the service account shop/web is not frontend's alone. It is shared by: Deployment intruder (shop/intruder/Resource).");
  });

  test('but where that is said', () => {
    const shop = new Shop();
    const frontend = new MeshWorkload(shop.chart, 'frontend-pods', { workload: deployment(shop, 'frontend', 'web') });
    deployment(shop, 'intruder', 'web');
    new AllowPolicy(shop.chart, 'policy', {
      scope: PolicyScope.workload(reviewsOf(shop)), rules: [{ sources: [PolicySource.caller(frontend, { sharedIdentity: true })] }],
    });
    expect(() => shop.app.synthYaml()).not.toThrow();
  });

  test('pods that the selector takes in beside those that are meant', () => {
    const shop = new Shop();
    const web = new kplus.Deployment(shop.chart, 'web', { podMetadata: { labels: { app: 'web', tier: 'a' } }, select: false, containers: [{ image: 'x' }] });
    web.select(kplus.LabelSelector.of({ labels: { app: 'web' } }));
    deployment(shop, 'other', 'other').podMetadata.addLabel('app', 'web');
    new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(new MeshWorkload(shop.chart, 'web-pods', { workload: web, name: 'web' })), rules: [{ sources: [FRONTEND] }] });
    expect(errorOf(() => shop.app.synthYaml())).toContain('and so these pods too: Deployment other');
  });

  test.each<[string, object, PolicyRule['operations'], boolean]>([
    ['everywhere', { mtls: { mode: 'DISABLE' } }, undefined, true],
    ['on the port', { portLevelMtls: { 9080: { mode: 'DISABLE' } } }, [{ ports: [80] }], true],
    ['on one of several ports', { portLevelMtls: { 9080: { mode: 'DISABLE' } } }, undefined, false],
    ['on another port', { portLevelMtls: { 9080: { mode: 'DISABLE' } } }, [{ ports: [81] }], false],
    ['but on the port', { mtls: { mode: 'DISABLE' }, portLevelMtls: { 9080: { mode: 'STRICT' } } }, [{ ports: [80] }], false],
  ])('mutual TLS that is off %s leaves nobody an identity', (_, spec, operations, isMistake) => {
    const shop = new Shop();
    const peers = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'off' }, spec: { selector: { matchLabels: { app: 'reviews' } }, ...spec } };
    new ApiObject(shop.chart, 'mtls', peers as never);
    new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviewsOf(shop)), rules: [{ sources: [FRONTEND], operations }] });
    if (isMistake) expect(errorOf(() => shop.app.synthYaml())).toContain('rules[0]: it asks for an identity, and [shop/mtls] switches mutual TLS off');
    else expect(() => shop.app.synthYaml()).not.toThrow();
  });

  test.each<[string, object[], boolean]>([
    ['for the namespace', [{ mtls: { mode: 'DISABLE' } }], true],
    ['for the namespace, but not for these pods', [{ mtls: { mode: 'DISABLE' } }, { selector: { matchLabels: { app: 'reviews' } }, mtls: { mode: 'STRICT' } }], false],
    ['for other pods', [{ selector: { matchLabels: { app: 'ratings' } }, mtls: { mode: 'DISABLE' } }], false],
  ])('and mutual TLS that is off %s', (_, specs, isMistake) => {
    const shop = new Shop();
    specs.forEach((spec, index) => new ApiObject(shop.chart, `mtls-${index}`, {
      apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: `mtls-${index}` }, spec,
    } as never));
    new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviewsOf(shop)), rules: [{ sources: [FRONTEND] }] });
    if (isMistake) expect(errorOf(() => shop.app.synthYaml())).toContain('[shop/mtls-0] switches mutual TLS off, where nobody has one');
    else expect(() => shop.app.synthYaml()).not.toThrow();
  });

  describe('a host', () => {
    function named(host: string, build: (shop: Shop) => void = () => {}): () => unknown {
      const shop = new Shop();
      shop.service('ratings');
      build(shop);
      new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviewsOf(shop)), rules: [{ sources: [FRONTEND], operations: [{ hosts: [host] }] }] });
      return () => shop.app.synthYaml();
    }

    test.each(['ratings.shop.svc.cluster.local', 'ratings.shop:80', 'Ratings.shop.svc'])('of another service never gets here: %s', (host) => {
      expect(errorOf(named(host))).toContain(`rules[0]: the host ${host} is that of ratings [shop/shop-ratings], whose requests do not come to reviews`);
    });

    test.each(['reviews.shop.svc.cluster.local', 'reviews.shop', 'reviews', 'ratings', 'shop.example.com', 'ratings.data'])('that may get here is fine: %s', (host) => {
      expect(named(host)).not.toThrow();
    });

    test('of another service is fine where a route leads from there', () => {
      const route = (shop: Shop) => new ApiObject(shop.chart, 'route', {
        apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'route' }, spec: { hosts: ['ratings'], http: [{ route: [{ destination: { host: 'reviews' } }] }] },
      } as never);
      expect(named('ratings.shop', route)).not.toThrow();
    });

    test('of another service of the same pods is fine', () => {
      const shop = new Shop();
      const workload = shop.workload('both');
      const [one] = ['one', 'two'].map((name) => MeshService.fromName(shop.chart, name, { name, namespace: 'shop', workload, ports: [MeshPort.http(80)] }));
      new AllowPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(one), rules: [{ sources: [FRONTEND], operations: [{ hosts: ['two.shop'] }] }] });
      expect(() => shop.app.synthYaml()).not.toThrow();
    });
  });
});
