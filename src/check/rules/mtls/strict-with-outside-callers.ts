import { deploymentYaml, serviceYaml } from '../../example-objects';
import { becauseOf, mtlsModes } from '../../facts/mtls';
import { dataPlaneOf } from '../../facts/namespaces';
import { KINDS_WITH_OUTSIDE_CALLERS, outsideCalls } from '../../facts/outside-callers';
import { defineRule } from '../../rule';

export const strictWithOutsideCallers = defineRule({
  code: 'MESH3306',
  slug: 'strict-with-outside-callers',
  title: 'Only mTLS is taken where callers from outside of the mesh are declared',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Whoever has no sidecar speaks no mTLS. Under STRICT its connections are reset, without a status and without an entry in any log of the caller.',
  fix: 'Let that one port take both, by `portLevelMtls: { "<port>": { mode: PERMISSIVE } }` in a PeerAuthentication for the workload; or lead the callers through a gateway, or give them a sidecar.',
  links: [
    'https://istio.io/latest/docs/tasks/security/authentication/mtls-migration/',
    'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
    'https://istio.io/latest/docs/ops/integrations/prometheus/#tls-settings',
  ],
  examples: {
    valid: [{
      title: 'the port that Prometheus scrapes takes both',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, portLevelMtls: { "9102": { mode: PERMISSIVE } } }
${scraped()}`,
    }, {
      title: "Istio joins the application's metrics to its own, which are served in plaintext",
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
${scraped('')}`,
    }, {
      title: 'the load balancer leads to a gateway',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: edge }
spec: { mtls: { mode: STRICT } }
---
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: edge }
spec: { type: LoadBalancer, selector: { app: gateway }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: edge }
spec:
  selector: { matchLabels: { app: gateway } }
  template:
    metadata: { labels: { app: gateway, sidecar.istio.io/inject: "true" }, annotations: { inject.istio.io/templates: gateway } }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
`,
    }],
    invalid: [{
      title: 'Prometheus scrapes the application itself',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
${scraped()}`,
    }, {
      title: 'a load balancer in front of a STRICT application',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: istio-system }
spec: { mtls: { mode: STRICT } }
${serviceYaml('cart', 'shop').replace('spec:', 'spec:\n  type: LoadBalancer')}${deploymentYaml('cart', 'shop')}`,
    }, {
      title: 'an admission webhook, which the API server calls',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: policies }
spec: { mtls: { mode: STRICT } }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: policies }
webhooks: [{ name: check.policies.example, clientConfig: { service: { name: checker, namespace: policies } } }]
${serviceYaml('checker', 'policies', '[{ name: https, port: 443, targetPort: 8443 }]')}${deploymentYaml('checker', 'policies')}`,
    }, {
      title: 'a NetworkPolicy lets in a namespace without sidecars',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, mtls: { mode: STRICT } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: legacy } } }], ports: [{ port: 8080 }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy, labels: { istio-injection: disabled } }
${deploymentYaml('cart', 'shop')}`,
    }],
  },
  kinds: KINDS_WITH_OUTSIDE_CALLERS,
  check(object, { mesh, report, missing }) {
    const said = new Set<string>();
    for (const { workload, port, path, caller } of outsideCalls(mesh, object)) {
      if (said.has(path) || dataPlaneOf(mesh, workload) === 'none') continue;
      const server = mesh.fact(mtlsModes).of(workload, port);
      if (server.mode !== 'STRICT') continue;
      said.add(path);
      const found = { path, message: `${caller} port ${port} of ${workload.title}, speaks no mTLS, and nothing else is taken there: ${becauseOf(server)}.` };
      // A policy for the workload alone, out of sight, may say otherwise.
      if (server.isOwn) report(found);
      else missing({ ...found, namespace: workload.namespace });
    }
  },
});

function scraped(merge = 'prometheus.istio.io/merge-metrics: "false", '): string {
  return deploymentYaml('cart', 'shop').replace('metadata: { labels', `metadata: { annotations: { ${merge}prometheus.io/scrape: "true", prometheus.io/port: "9102" }, labels`);
}
