import { deploymentYaml, serviceYaml } from '../../../../src/check/example-objects';
import { said } from '../said';

const sidecar = (name: string, namespace: string, spec: string) => `---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;

const allowing = (source: string) => `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, rules: [{ from: [{ source: ${source} }] }] }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}${deploymentYaml('productpage', 'web')}`;

const WEB = '{ namespaces: [web] }';
const OWN = '{ egress: [{ hosts: ["./*"] }] }';

describe('MESH3501: two Sidecars for one workload', () => {
  const both = sidecar('a', 'shop', '{ workloadSelector: { labels: { app: reviews } } }')
    + sidecar('b', 'shop', '{ workloadSelector: { labels: { version: v1 } } }');

  test('both are told, with the one that counts', () => {
    expect(said('MESH3501', both + deploymentYaml('reviews', 'shop')).map(({ name, message }) => [name, message.includes('this one')]))
      .toEqual([['a', true], ['b', false]]);
  });

  test('in ambient neither counts, which another rule says', () => {
    const ambient = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }\n';
    expect(said('MESH3501', both + deploymentYaml('reviews', 'shop') + ambient)).toEqual([]);
    expect(said('MESH3504', both + deploymentYaml('reviews', 'shop') + ambient)).toHaveLength(2);
  });
});

describe('MESH3511: a caller that is allowed and cannot see the service', () => {
  test('the Sidecar of the workload comes before that of its namespace', () => {
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'web', OWN))).toHaveLength(1);
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'web', OWN)
      + sidecar('productpage', 'web', '{ workloadSelector: { labels: { app: productpage } }, egress: [{ hosts: ["shop/*"] }] }'))).toEqual([]);
  });

  test('the Sidecar of the root namespace holds where there is no other', () => {
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'istio-system', OWN))).toHaveLength(1);
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'istio-system', OWN)
      + sidecar('default', 'web', '{ egress: [{ hosts: ["*/reviews.shop.svc.cluster.local"] }] }'))).toEqual([]);
  });

  test('a namespace is hidden again by an exclusion', () => {
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'web', '{ egress: [{ hosts: ["*/*"] }] }'))).toEqual([]);
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'web', '{ egress: [{ hosts: ["*/*", "~shop/*"] }] }'))).toHaveLength(1);
  });

  test('an identity is looked up among the workloads of its namespace', () => {
    const hidden = sidecar('default', 'web', OWN);
    expect(said('MESH3511', allowing('{ principals: ["cluster.local/ns/web/sa/default"] }') + hidden)).toHaveLength(1);
    expect(said('MESH3511', allowing('{ principals: ["cluster.local/ns/web/sa/other"] }') + hidden)).toEqual([]);
  });

  test('gateways have no Sidecar', () => {
    const gateway = deploymentYaml('ingress', 'web').replace('app: ingress, version: v1 } }\n    spec', 'app: ingress, istio: ingressgateway } }\n    spec');
    expect(said('MESH3511', allowing(WEB) + sidecar('default', 'web', OWN) + gateway)).toEqual([]);
  });

  test('nor has anybody in ambient', () => {
    expect(said('MESH3511', `${allowing(WEB)}${sidecar('default', 'web', OWN)}---
apiVersion: v1
kind: Namespace
metadata: { name: web, labels: { istio.io/dataplane-mode: ambient } }
`)).toEqual([]);
  });
});

describe('MESH3505: hosts that a Sidecar names', () => {
  const named = (host: string) => said('MESH3505', sidecar('default', 'web', `{ egress: [{ hosts: ["${host}"] }] }`) + serviceYaml('reviews', 'shop'));

  test('any namespace will do where it is left open', () => {
    expect(named('*/reviews.shop.svc.cluster.local')).toEqual([]);
    expect(named('*/*.shop.svc.cluster.local')).toEqual([]);
    expect(named('*/*.web.svc.cluster.local')).toHaveLength(1);
  });

  test('the namespace is what the service stands in', () => {
    expect(named('web/reviews.shop.svc.cluster.local').map(({ fix }) => fix)).toEqual(['Write shop/reviews.shop.svc.cluster.local.']);
  });

  test('what is kept out need not be there', () => {
    expect(named('~shop/ratings.shop.svc.cluster.local')).toEqual([]);
  });
});

describe('MESH3510: two ServiceEntries for one host', () => {
  const entry = (name: string, namespace: string, rest: string) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: ${namespace} }
spec: { hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], ${rest} }
`;

  test('endpoints of one namespace add up', () => {
    expect(said('MESH3510', entry('a', 'shop', 'resolution: STATIC, endpoints: [{ address: 10.0.0.1 }]')
      + entry('b', 'shop', 'resolution: STATIC, endpoints: [{ address: 10.0.0.2 }]'))).toEqual([]);
  });

  test('a third namespace sees both', () => {
    const two = (one: string, other: string) => said('MESH3510', entry('a', 'shop', `resolution: DNS${one}`) + entry('b', 'web', `resolution: NONE${other}`));
    expect(two(', exportTo: [shop, jobs]', ', exportTo: [jobs]')).toHaveLength(2);
    expect(two(', exportTo: [shop, web]', ', exportTo: [web]')).toEqual([]);
  });
});

describe('MESH3514: URLs of an application under REGISTRY_ONLY', () => {
  const told = (url: string) => said('MESH3514', `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
${sidecar('default', 'shop', '{ outboundTrafficPolicy: { mode: REGISTRY_ONLY } }')}---
apiVersion: v1
kind: Pod
metadata: { name: checkout, namespace: shop }
spec: { containers: [{ name: checkout, image: "registry.example.com/checkout:1.0.0", env: [{ name: URL, value: "${url}" }] }] }
${serviceYaml('reviews', 'shop')}`);

  test('a Service goes by more names than one', () => {
    for (const url of ['http://reviews', 'http://reviews.shop:80/x', 'http://reviews.shop.svc', 'http://reviews.shop.svc.cluster.local/']) expect(told(url)).toEqual([]);
  });

  test('only a URL with a host outside is a dependency', () => {
    for (const text of ['http://10.0.0.1/', 'http://127.0.0.1:8080', 'api.example.com', 'see https://api.example.com']) expect(told(text)).toEqual([]);
    expect(told('https://user:secret@api.example.com:8443/v1').map(({ message }) => message.includes('names api.example.com,'))).toEqual([true]);
  });
});
