import { AuditPolicy, DenyPolicy, DenyPolicyProps, MeshPort, PathMatch, PolicyCondition, PolicyRule, PolicyScope, PolicySource } from '../../../src';
import { Shop, errorOf } from '../shop';

const PORTS = [MeshPort.http(80, { targetPort: 9080 }), MeshPort.tcp(5432)];
const FRONTEND = PolicySource.serviceAccount('shop', 'frontend');

function deny(rules: PolicyRule[], props: (shop: Shop) => Partial<DenyPolicyProps> = () => ({})): any {
  const shop = new Shop();
  const reviews = shop.service('reviews', PORTS);
  new DenyPolicy(shop.chart, 'policy', { scope: PolicyScope.workload(reviews), rules, ...props(shop) });
  return shop.manifests().find(({ kind }) => kind === 'AuthorizationPolicy');
}

test('what is not restricted is refused to everyone, on every port of the pods', () => {
  expect(deny([{ sources: [FRONTEND] }, { sources: [PolicySource.anyone()] }]).spec).toEqual({
    action: 'DENY',
    selector: { matchLabels: { app: 'reviews' } },
    rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/frontend'] } }] }, {}],
  });
});

test('without sources it is for everyone', () => {
  expect(deny([{ operations: [{ ports: [80] }] }]).spec.rules).toEqual([{ to: [{ operation: { ports: ['9080'] } }] }]);
});

test('exceptions are as they are said: nobody walks around a refusal by having no identity', () => {
  expect(deny([{ sources: [PolicySource.anyone().butNot(FRONTEND)] }]).spec.rules).toEqual([{ from: [{ source: { notPrincipals: ['cluster.local/ns/shop/sa/frontend'] } }] }]);
  expect(deny([{ sources: [PolicySource.anyone()], conditions: [PolicyCondition.claim(['role'], { notValues: ['admin'] })] }]).spec.rules[0].when)
    .toEqual([{ key: 'request.auth.claims[role]', notValues: ['admin'] }]);
});

test.each<[string, PolicyRule]>([
  ['methods', { operations: [{ methods: ['DELETE'] }] }],
  ['paths', { operations: [{ notPaths: [PathMatch.exact('/a')] }] }],
  ['hosts', { operations: [{ hosts: ['a.b'] }] }],
  ['tokens', { sources: [PolicySource.withoutToken()] }],
  ['some tokens', { sources: [PolicySource.anyone().butNot(PolicySource.requestPrincipal('https://a'))] }],
  ['headers', { conditions: [PolicyCondition.header('x', { values: ['1'] })] }],
  ['claims', { conditions: [PolicyCondition.claim(['x'], { notValues: ['1'] })] }],
])('a rule by %s never refuses a connection that carries no requests', (_, rule) => {
  expect(deny([rule]).spec.rules[0].to[0].operation.ports).toEqual(['9080']);
  const ports = { operations: [{ ...rule.operations?.[0], ports: [5432] }] };
  expect(errorOf(() => deny([{ ...rule, ...ports }]))).toContain('port 5432 (TCP) of reviews carries none: Istio would refuse every connection there');
  for (const scope of [(shop: Shop) => PolicyScope.workload(shop.workload('other')), () => PolicyScope.namespace('shop')]) {
    expect(errorOf(() => deny([rule], (shop) => ({ scope: scope(shop) })))).toContain('Istio would refuse every connection that the rest of the rule matches.');
    const named = deny([{ ...rule, operations: [{ ...rule.operations?.[0], ports: [8080] }] }], (shop) => ({ scope: scope(shop) }));
    expect(named.spec.rules[0].to[0].operation.ports).toEqual(['8080']);
    expect(deny([rule], (shop) => ({ scope: scope(shop), closesTcpPorts: true })).spec.rules[0].to?.[0].operation.ports).toBeUndefined();
  }
});

test('the message names a port that would be closed, where one is known', () => {
  expect(errorOf(() => deny([{ operations: [{ methods: ['DELETE'] }] }], () => ({ scope: PolicyScope.namespace('shop') }))))
    .toContain('such as port 5432 (TCP) of reviews,');
  expect(errorOf(() => deny([{ operations: [{ methods: ['DELETE'] }] }], () => ({ scope: PolicyScope.namespace('data') })))).not.toContain('such as');
});

test.each<[string, PolicyRule[], string]>([
  ['no rules', [], '[shop/policy] `rules` is empty. Istio refuses a DENY without rules, as it refuses nothing. To refuse everything say { sources: [PolicySource.anyone()] }'],
  ['an empty rule', [{}], 'rules[0]: it is empty, and an empty rule holds for everyone and everything.'],
  ['a flag in words', [{ sources: [FRONTEND] }], '`closesTcpPorts` is "yes"'],
])('%s is refused', (_, rules, message) => {
  expect(errorOf(() => deny(rules, () => (message.includes('yes') ? { closesTcpPorts: 'yes' as never } : {})))).toContain(message);
});

test('a dry run only watches', () => {
  expect(deny([{ sources: [FRONTEND] }], () => ({ dryRun: true })).metadata).toEqual({ name: 'deny-reviews', namespace: 'shop', annotations: { 'istio.io/dry-run': 'true' } });
});

test('an audit is written as it is said, and refuses nothing, so it may look at whatever it likes', () => {
  const shop = new Shop();
  new AuditPolicy(shop.chart, 'policy', { scope: PolicyScope.namespace('shop'), rules: [{ sources: [PolicySource.anyone().butNot(FRONTEND)], operations: [{ methods: ['DELETE'] }] }] });
  expect(shop.find('AuthorizationPolicy', 'audit-in-shop').spec).toEqual({
    action: 'AUDIT',
    rules: [{ from: [{ source: { notPrincipals: ['cluster.local/ns/shop/sa/frontend'] } }], to: [{ operation: { methods: ['DELETE'] } }] }],
  });
  expect(errorOf(() => new AuditPolicy(shop.chart, 'none', { scope: PolicyScope.namespace('shop'), rules: [] }))).toContain('An audit without rules audits nothing.');
});
