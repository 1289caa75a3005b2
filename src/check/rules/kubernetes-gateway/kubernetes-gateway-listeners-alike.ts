import { Kind } from '../../../manifest/kinds';
import { kubernetesGateways } from '../../facts/kubernetes-gateways';
import { defineRule } from '../../rule';

export const kubernetesGatewayListenersAlike = defineRule({
  code: 'MESH3213',
  slug: 'kubernetes-gateway-listeners-alike',
  title: 'Two listeners of a Kubernetes Gateway are the same',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1503'],
  sees: 'object',
  why: 'Listeners must differ in port, protocol or host; the API server refuses the Gateway, or Istio marks both as conflicted and serves neither.',
  fix: 'Merge the listeners, or give them different hosts.',
  links: ['https://gateway-api.sigs.k8s.io/reference/spec/#gateway', 'https://kiali.io/docs/features/validations/#kia1503'],
  examples: {
    valid: [{
      title: 'two hosts on one port',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: shop, port: 80, protocol: HTTP, hostname: shop.example.com }, { name: blog, port: 80, protocol: HTTP, hostname: blog.example.com }]
`,
    }],
    invalid: [{
      title: 'one host twice',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: shop, port: 80, protocol: HTTP, hostname: shop.example.com }, { name: again, port: 80, protocol: HTTP, hostname: shop.example.com }]
`,
    }],
  },
  kinds: [Kind.K8S_GATEWAY],
  check(object, { mesh, report }) {
    const { listeners } = mesh.fact(kubernetesGateways).get(object)!;
    const seen = new Map<string, string>();
    listeners.forEach(({ name, port, protocol, hostname }, i) => {
      const key = `${port} ${protocol} ${hostname}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, name);
      else report({ path: `spec.listeners[${i}]`, message: `The listener ${name} is the same as ${first}: ${protocol} on port ${port} for ${hostname || 'any host'}.` });
    });
  },
});
