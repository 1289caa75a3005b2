import { documents } from '../documents';
import { said } from '../said';

const STRICT = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }`;

const deployment = (annotations = '', container = '', namespace = 'shop') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { app: cart }, annotations: { ${annotations} } }
    spec: { containers: [{ name: cart, ports: [{ name: web, containerPort: 8080 }]${container} }] }`;

const paths = (...parts: string[]) => said('MESH3306', documents(...parts)).map(({ path }) => path);

test('a probe is taken care of by Istio, unless it is told not to', () => {
  const probe = ', readinessProbe: { httpGet: { port: web, path: /ready } }';
  expect(paths(STRICT, deployment('', probe))).toEqual([]);
  expect(paths(STRICT, deployment('sidecar.istio.io/rewriteAppHTTPProbers: "false"', probe))).toEqual(['spec.template.spec.containers[0].readinessProbe']);
});

test('so are scrapes, unless the mesh does not join metrics', () => {
  const scraped = deployment('prometheus.io/scrape: "true", prometheus.io/port: "8080"');
  const config = (merge: boolean) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "enablePrometheusMerge: ${merge}" }`;
  expect(paths(STRICT, scraped, config(true))).toEqual([]);
  expect(paths(STRICT, scraped, config(false))).toHaveLength(1);
});

test('a port that leads past the sidecar is open', () => {
  const service = `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { type: NodePort, selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: web }] }`;
  expect(paths(STRICT, service, deployment())).toEqual(['spec.ports[0]']);
  expect(paths(STRICT, service, deployment('traffic.sidecar.istio.io/excludeInboundPorts: "15, 8080"'))).toEqual([]);
  expect(paths(STRICT, service, deployment('traffic.sidecar.istio.io/includeInboundPorts: "9090"'))).toEqual([]);
  const namespace = (injection: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: ${injection} } }`;
  expect(paths(STRICT, service, deployment(), namespace('enabled'))).toEqual(['spec.ports[0]']);
  expect(paths(STRICT, service, deployment(), namespace('disabled'))).toEqual([]);
});

test('a NetworkPolicy for a namespace of the mesh, for all namespaces, or for nobody in particular names no outsider', () => {
  const policy = (peer: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec: { podSelector: { matchLabels: { app: cart } }, ingress: [{ from: [${peer}], ports: [{ port: web }] }] }`;
  const namespace = (injection: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: legacy, labels: { istio-injection: ${injection}, team: old } }`;
  const named = policy('{ namespaceSelector: { matchLabels: { team: old } } }');
  expect(paths(STRICT, deployment(), named, namespace('disabled'))).toEqual(['spec.ingress[0].from[0]']);
  expect(paths(STRICT, deployment(), named, namespace('enabled'))).toEqual([]);
  expect(paths(STRICT, deployment(), policy('{ namespaceSelector: {} }'), namespace('disabled'))).toEqual([]);
  expect(paths(STRICT, deployment(), policy('{ ipBlock: { cidr: 10.0.0.0/8 } }'), namespace('disabled'))).toEqual([]);
});

test('malformed objects say nothing', () => {
  for (const spec of ['7', '[]', '{ podSelector: 3, ingress: [1, { from: [null, { namespaceSelector: { matchLabels: 3 } }] }] }']) {
    expect(paths(STRICT, deployment(), `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec: ${spec}`)).toEqual([]);
  }
  expect(paths(STRICT, deployment(), `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: { name: x }
webhooks: [3, { clientConfig: { service: [] } }]`)).toEqual([]);
});
