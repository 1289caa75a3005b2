import { Kind } from '../../../manifest/kinds';
import { kubernetesGateways } from '../../facts/kubernetes-gateways';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

export const gatewayClassUnknown = defineRule({
  code: 'MESH3214',
  slug: 'gateway-class-unknown',
  title: 'A Kubernetes Gateway is of a class that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1504'],
  sees: 'mesh',
  why: 'No controller takes the Gateway up: it gets no proxies and no address.',
  fix: 'Use `istio` (`istio-waypoint` for waypoints), or create the GatewayClass.',
  links: ['https://gateway-api.sigs.k8s.io/reference/spec/#gateway', 'https://kiali.io/docs/features/validations/#kia1504'],
  examples: {
    valid: [{
      title: 'a class that Istio brings along',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
`,
    }, {
      title: 'a class of its own',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: edge
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: edge }
spec: { controllerName: istio.io/gateway-controller }
`,
    }],
    invalid: [{
      title: 'a name in the plural',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  gatewayClassName: istios
  listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }]
`,
    }],
  },
  kinds: [Kind.K8S_GATEWAY],
  check(object, { mesh, missing }) {
    const { className } = mesh.fact(kubernetesGateways).get(object)!;
    if (className === '' || OF_ISTIO.has(className) || mesh.find(Kind.GATEWAY_CLASS, '', className) !== undefined) return;
    const near = nearestTo(className, OF_ISTIO);
    missing({
      path: 'spec.gatewayClassName',
      message: `There is no GatewayClass ${className}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    });
  },
});

/** The classes that istiod creates. */
const OF_ISTIO: ReadonlySet<string> = new Set(
  ['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west', 'istio-agentgateway', 'istio-agentgateway-waypoint']);
