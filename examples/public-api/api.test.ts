import { App } from 'cdk8s';
import { Jwks } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { PublicApiChart } from './api';

const yaml = synthesize();
const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((manifest) => manifest !== null);

function synthesize(): string {
  const app = new App();
  new PublicApiChart(app, 'api', { jwks: Jwks.uri('https://id.example.com/.well-known/jwks.json'), office: ['198.51.100.0/24'] });
  return app.synthYaml();
}

function spec(kind: string, name: string, namespace: string): any {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name && object.metadata.namespace === namespace);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${namespace}/${name} among ${objects.map((o) => `${o.kind} ${o.metadata.namespace}/${o.metadata.name}`).join(', ')}`);
  return found[0].spec;
}

test('synthesizing twice writes the same bytes', () => {
  expect(synthesize()).toEqual(yaml);
});

test('tokens are verified at the gateway and at the services, with the same audience', () => {
  const rules = [['public', 'edge'], ['default', 'api']].map(([name, namespace]) => spec('RequestAuthentication', name, namespace).jwtRules);
  expect(rules[0]).toEqual([{
    issuer: 'https://id.example.com',
    jwksUri: 'https://id.example.com/.well-known/jwks.json',
    audiences: ['https://api.example.com'],
    fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }],
    forwardOriginalToken: true,
    outputClaimToHeaders: [{ claim: 'sub', header: 'x-user' }],
  }]);
  expect(rules[1]).toEqual(rules[0]);
});

test('without a token, the catalog can be read, and browsers ask what they may send', () => {
  const [all, ...preflights] = spec('AuthorizationPolicy', 'require-token-public', 'edge').rules;
  expect(all.to).toEqual([
    { operation: { notPaths: ['/catalog', '/catalog/*'], notMethods: ['OPTIONS'] } }, { operation: { notMethods: ['GET', 'HEAD', 'OPTIONS'] } },
  ]);
  expect(preflights.map(({ when }: any) => when[0].key)).toEqual(['request.headers[origin]', 'request.headers[access-control-request-method]']);
});

test('users of the group beta get the orders of tomorrow, before others get those of today', () => {
  const http = spec('VirtualService', 'api-example-com', 'api').http;
  const to = (rule: any) => [rule.route[0].destination.host.split('.')[0], rule.match?.map(({ headers }: any) => headers)];
  const beta = { '@request.auth.claims[groups]': { exact: 'beta' } };
  expect(http.map(to).filter(([name]: any) => name.startsWith('orders'))).toEqual([
    ['orders-next', [beta]], ['orders', [undefined]], ['orders-next', [beta]], ['orders', [undefined]],
  ]);
});

test('the back office is for the office alone', () => {
  expect(spec('AuthorizationPolicy', 'ip-allow-list-public', 'edge')).toMatchObject({
    action: 'DENY',
    rules: [{ from: [{ source: { notIpBlocks: ['198.51.100.0/24'] } }], to: [{ operation: { hosts: ['backoffice.example.com', 'backoffice.example.com:*'] } }] }],
  });
  expect(spec('Service', 'public', 'edge').externalTrafficPolicy).toBe('Local');
});

test('every service says who may call it, and the rest is closed', () => {
  expect(spec('PeerAuthentication', 'default', 'api').mtls).toEqual({ mode: 'STRICT' });
  for (const name of ['catalog', 'orders', 'orders-next', 'backoffice']) {
    const policies = objects.filter(({ kind, spec: { selector } = {} as any }) => kind === 'AuthorizationPolicy' && selector?.matchLabels.app === name);
    expect([name, policies.map((policy) => policy.spec.action ?? 'ALLOW')]).toEqual([name, ['ALLOW']]);
  }
  expect(objects.filter(({ kind, metadata, spec: policy }) => kind === 'AuthorizationPolicy' && metadata.namespace === 'api' && Object.keys(policy ?? {}).length === 0)).toHaveLength(1);
});
