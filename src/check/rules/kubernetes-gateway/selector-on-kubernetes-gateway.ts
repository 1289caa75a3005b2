import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { GATEWAY_NAME_LABEL } from '../../facts/gateways';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const selectorOnKubernetesGateway = defineRule({
  code: 'MESH3211',
  slug: 'selector-on-kubernetes-gateway',
  title: 'A policy reaches for a Kubernetes Gateway by selector',
  severity: 'warning',
  preset: 'istio',
  // istiod does apply it to gateways unless told otherwise; to waypoints it does not.
  severityIn: { recommended: 'info', strict: 'warning' },
  aliases: ['IST0166'],
  sees: 'namespace',
  why: 'Labels of pods that Istio runs for a Gateway are its own affair. By default istiod still honours such selectors, except on waypoints; an installation may turn that off, and the policy is then left out without a word.',
  fix: 'Use `targetRefs` with the name of the Gateway.',
  links: ['https://istio.io/latest/docs/reference/config/type/workload-selector/#PolicyTargetReference', 'https://istio.io/latest/docs/reference/config/analysis/ist0166/'],
  examples: {
    valid: [{
      title: 'targetRefs',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: public, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: public }]
  rules: [{ to: [{ operation: { methods: [GET] } }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }] }
`,
    }],
    invalid: [{
      title: 'the label of its pods',
      yaml: `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: public, namespace: shop }
spec:
  selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }
  rules: [{ to: [{ operation: { methods: [GET] } }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, hostname: shop.example.com }] }
`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY, Kind.REQUEST_AUTHENTICATION, Kind.TELEMETRY, Kind.WASM_PLUGIN, Kind.TRAFFIC_EXTENSION],
  check(object, { mesh, report }) {
    const spec = member(object.json, 'spec');
    const selector = member(spec, 'selector');
    if (selector === undefined || member(spec, 'targetRef') !== undefined || member(spec, 'targetRefs') !== undefined) return;
    const labels = stringMap(member(selector, 'matchLabels'));
    const named = labels[GATEWAY_NAME_LABEL];
    const gateway = named !== undefined && mesh.find(Kind.K8S_GATEWAY, object.namespace, named) !== undefined ? named
      : mesh.fact(workloads).selected(object.namespace, labels).find((workload) => workload.labels[GATEWAY_NAME_LABEL] !== undefined)
        ?.labels[GATEWAY_NAME_LABEL];
    if (gateway === undefined) return;
    report({ path: 'spec.selector', message: `The selector reaches the pods of the Kubernetes Gateway ${gateway}.` });
  },
});
