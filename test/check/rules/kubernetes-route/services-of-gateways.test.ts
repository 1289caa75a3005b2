import { said, virtualService } from '../said';

function gateway(className: string, more = '', annotations = '{}'): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: egress, namespace: shop, annotations: ${annotations} }
spec: { gatewayClassName: ${className}, listeners: [{ name: http, port: 80, protocol: HTTP }]${more} }
`;
}

const OWN_CLASS = `---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: edge }
spec: { controllerName: istio.io/gateway-controller }
`;

function route(service: string, port = 80): string {
  return `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: out, namespace: shop }
spec: { parentRefs: [{ name: egress }], rules: [{ backendRefs: [{ name: ${service}, port: ${port} }] }] }
`;
}

describe('the Service that istiod makes for a Gateway of the Gateway API is there', () => {
  test.each([
    ['of its own class', gateway('istio'), 'egress-istio', 0],
    ['not under the bare name', gateway('istio'), 'egress', 1],
    ['a waypoint, under the bare name', gateway('istio-waypoint'), 'egress', 0],
    ['an east-west gateway', gateway('istio-east-west'), 'egress', 0],
    ['of another class of the same controller', gateway('edge') + OWN_CLASS, 'egress-edge', 0],
    ['another controller', gateway('nginx'), 'egress-nginx', 1],
    ['a remote control plane\'s', gateway('istio-remote'), 'egress-istio-remote', 1],
    ['under the name that it is given', gateway('istio', '', '{ gateway.istio.io/name-override: out }'), 'out', 0],
    ['with an address of its own', gateway('istio', ', addresses: [{ value: 10.0.0.1 }]'), 'egress-istio', 0],
    ['not where it uses one that is there', gateway('istio', ', addresses: [{ type: Hostname, value: gateway.ingress }]'), 'egress-istio', 1],
  ])('%s', (_title, yaml, service, findings) => {
    expect(said('MESH3125', yaml + route(service))).toHaveLength(findings);
  });

  test('with the ports of the listeners, and the one for its status', () => {
    expect(said('MESH3125', gateway('istio') + route('egress-istio', 15021))).toEqual([]);
    expect(said('MESH3125', gateway('istio') + route('egress-istio', 443)).map(({ message }) => message))
      .toEqual(['Service shop/egress-istio has no port 443, only 15021, 80.']);
  });

  test('with whatever ports, where ListenerSets may add some', () => {
    expect(said('MESH3125', gateway('istio', ', allowedListeners: { namespaces: { from: All } }') + route('egress-istio', 443))).toEqual([]);
  });

  test('for a VirtualService too', () => {
    const to = (host: string) => virtualService('out', `{ hosts: [api.example.com], http: [{ route: [{ destination: { host: ${host} } }] }] }`);
    expect(said('MESH3101', gateway('istio') + to('egress-istio'))).toEqual([]);
    expect(said('MESH3101', gateway('istio') + to('egress'))).toHaveLength(1);
  });
});
