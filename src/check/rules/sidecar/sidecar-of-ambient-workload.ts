import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { dataPlaneOf } from '../../facts/namespaces';
import { isAmbient, isAmbientNamespace, sidecars } from '../../facts/sidecars';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const AMBIENT = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }`;

export const sidecarOfAmbientWorkload = defineRule({
  code: 'MESH3504',
  slug: 'sidecar-of-ambient-workload',
  title: 'A Sidecar is for workloads of the ambient mesh',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0167'],
  sees: 'namespace',
  why: 'A Sidecar configures sidecars, and workloads of the ambient mesh have none: neither ztunnel nor a waypoint reads it.',
  fix: 'Drop the Sidecar. What it kept away is said in ambient by AuthorizationPolicies of the destinations, and by NetworkPolicies.',
  links: ['https://istio.io/latest/docs/ambient/architecture/data-plane/', 'https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  examples: {
    valid: [{
      title: 'the namespace gives its pods sidecars',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
`,
    }],
    invalid: [{
      title: 'for a namespace of the ambient mesh',
      yaml: `${AMBIENT}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
`,
    }, {
      title: 'for a workload of the ambient mesh',
      yaml: `${AMBIENT}
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: reviews, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews } }, egress: [{ hosts: ["./*"] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, report }) {
    const { hasLabels, labels, namespace } = mesh.fact(sidecars).of(object);
    const known = mesh.fact(workloads);
    if (hasLabels) {
      const workload = known.selected(namespace, labels).find((one) => isAmbient(mesh, one));
      if (workload) {
        report({ path: 'spec.workloadSelector', message: `The Sidecar selects ${workload.title}, which is in the ambient mesh and has no sidecar.` });
      }
      return;
    }
    if (!isAmbientNamespace(mesh, namespace)) return;
    // Pods may still ask for a sidecar one by one.
    if (known.in(namespace).some((one) => dataPlaneOf(mesh, one) === 'sidecar')) return;
    report({ path: '', message: `The Sidecar is for namespace ${namespace}, which is in the ambient mesh: its workloads have no sidecars.` });
  },
});
