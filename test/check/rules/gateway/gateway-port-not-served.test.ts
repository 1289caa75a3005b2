import { said } from '../said';

function found(port: number, service: string, pod = ''): number {
  return said('MESH3202', `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: partners }
  servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: [./partners.example.com] }]
---
apiVersion: v1
kind: Pod
metadata: { name: partners, namespace: ingress, labels: { istio: partners } }
spec: { ${pod} containers: [{ name: istio-proxy, image: proxy:1, ports: [{ name: web, containerPort: 8080 }] }] }
---
${service}
`).length;
}

const service = (ports: string, namespace = 'ingress') => `
apiVersion: v1
kind: Service
metadata: { name: partners, namespace: ${namespace} }
spec: { selector: { istio: partners }, ports: [${ports}] }
`;

test('a port and a target port are reachable, by number and by name', () => {
  expect(found(80, service('{ name: http, port: 80, targetPort: 8080 }'))).toBe(0);
  expect(found(8080, service('{ name: http, port: 80, targetPort: 8080 }'))).toBe(0);
  expect(found(8080, service('{ name: http, port: 80, targetPort: web }'))).toBe(0);
  expect(found(8443, service('{ name: http, port: 80, targetPort: 8080 }'))).toBe(1);
});

test('a Service of another namespace does not reach the pods', () => {
  expect(found(80, service('{ name: http, port: 80 }', 'shop'))).toBe(1);
});

test('pods on the network of their node need no Service', () => {
  expect(found(9000, service('{ name: http, port: 80 }'), 'hostNetwork: true,')).toBe(0);
});
