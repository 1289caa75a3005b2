import { Kind } from '../../../manifest/kinds';
import { gateways } from '../../facts/gateways';
import { defineRule } from '../../rule';

export const gatewaySelectsNothing = defineRule({
  code: 'MESH3201',
  slug: 'gateway-selects-nothing',
  title: 'A Gateway selects no workload',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA0302', 'TIS0302'],
  sees: 'mesh',
  why: 'No proxy takes up the configuration, so its ports stay closed and everything routed through it is unreachable.',
  fix: 'Give `spec.selector` the labels of the gateway\'s pods, those of the pod template, not those of the Deployment or the Service.',
  links: ['https://istio.io/latest/docs/reference/config/networking/gateway/', 'https://istio.io/latest/docs/reference/config/analysis/ist0101/'],
  examples: {
    valid: [{
      title: 'the labels of the pods of a gateway',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: partner-gateway }
  servers:
    - port: { number: 8080, name: http, protocol: HTTP }
      hosts: [./partners.example.com]
---
apiVersion: v1
kind: Service
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { istio: partner-gateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { matchLabels: { istio: partner-gateway } }
  template:
    metadata:
      labels: { istio: partner-gateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`,
    }, {
      title: 'the ingress gateway that the installation brings along',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
`,
    }],
    invalid: [{
      title: 'a label that no pod has',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingress-gateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, missing }) {
    const gateway = mesh.fact(gateways).of(object);
    if (gateway.workloads.length > 0 || gateway.selectsDefaultIngress || gateway.isDeployedByIstio) return;
    missing({ path: 'spec.selector', message: `No workload has the labels ${gateway.selectorKey}.` });
  },
});
