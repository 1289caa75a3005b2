import { Kind } from '../../../manifest/kinds';
import { KubernetesGateway, kubernetesGateways, Listener } from '../../facts/kubernetes-gateways';
import { MeshFacts } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const kubernetesGatewaysShareAddress = defineRule({
  code: 'MESH3212',
  slug: 'kubernetes-gateways-share-address',
  title: 'Two Kubernetes Gateways listen at one address for the same host and port',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1501', 'KIA1502'],
  sees: 'mesh',
  why: 'They share the proxies behind the address. Of two listeners with the same host and port one gets the requests, and the routes of the other do nothing.',
  fix: 'Leave host and port to one Gateway, or drop `addresses`, so that each Gateway gets proxies of its own.',
  links: ['https://gateway-api.sigs.k8s.io/reference/spec/#gateway', 'https://kiali.io/docs/features/validations/#kia1501', 'https://kiali.io/docs/features/validations/#kia1502'],
  examples: {
    valid: [{
      title: 'each with proxies of its own',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop-too, namespace: blog }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
`,
    }, {
      title: 'one address, two hosts',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: gateway.ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: blog, namespace: blog }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: gateway.ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: blog.example.com }]
---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: ingress }
spec: { selector: { istio: gateway }, ports: [{ name: http, port: 80 }] }
`,
    }],
    invalid: [{
      title: 'one address, one host',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: gateway.ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop-too, namespace: blog }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: gateway.ingress.svc.cluster.local }]
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: ingress }
spec: { selector: { istio: gateway }, ports: [{ name: http, port: 80 }] }
`,
    }],
  },
  kinds: [Kind.K8S_GATEWAY],
  check(object, { mesh, report }) {
    const { addresses, listeners } = mesh.fact(kubernetesGateways).get(object)!;
    if (addresses.length === 0 || mesh.isReplaced(object)) return;
    const all = mesh.fact(listenersByAddress);
    listeners.forEach((listener, i) => {
      for (const address of addresses) {
        const others = all.get(keyOf(address, listener)) ?? NONE;
        const other = others.length < 2 ? undefined : others.find((gateway) => gateway.object !== object);
        if (other === undefined) continue;
        report({
          path: `spec.listeners[${i}]`,
          message: `${other.object.namespace}/${other.object.name} listens at ${address} too, for ${listener.hostname || 'any host'} on port ${listener.port}.`,
        });
        return;
      }
    });
  },
});

const NONE: readonly KubernetesGateway[] = [];

function keyOf(address: string, { port, hostname }: Listener): string {
  return `${address}\n${port}\n${hostname}`;
}

function listenersByAddress(mesh: MeshFacts): ReadonlyMap<string, readonly KubernetesGateway[]> {
  const found = new Map<string, KubernetesGateway[]>();
  for (const gateway of mesh.fact(kubernetesGateways).values()) {
    if (gateway.addresses.length === 0 || mesh.isReplaced(gateway.object)) continue;
    for (const address of gateway.addresses) {
      for (const listener of gateway.listeners) {
        const key = keyOf(address, listener);
        const there = found.get(key);
        if (there === undefined) found.set(key, [gateway]);
        else if (!there.includes(gateway) && there.length < 2) there.push(gateway);
      }
    }
  }
  return found;
}
