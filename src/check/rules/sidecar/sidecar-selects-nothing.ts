import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { sidecars } from '../../facts/sidecars';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const sidecarSelectsNothing = defineRule({
  code: 'MESH3503',
  slug: 'sidecar-selects-nothing',
  title: 'A Sidecar selects no workload of its namespace',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA0004'],
  sees: 'namespace',
  why: 'The Sidecar does nothing. The workloads that it was meant for see the services that the Sidecar of their namespace shows them, or all of them.',
  fix: "Write labels that the pods have, those of the Deployment's template, in the namespace of the pods.",
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#WorkloadSelector'],
  examples: {
    valid: [{
      title: 'a Deployment has the labels',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: reviews, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews } }, egress: [{ hosts: ["./*"] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'nothing has them',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: reviews, namespace: shop }
spec: { workloadSelector: { labels: { app: review } }, egress: [{ hosts: ["./*"] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, missing }) {
    const { hasLabels, labels, namespace } = mesh.fact(sidecars).of(object);
    if (!hasLabels) return;
    const known = mesh.fact(workloads);
    if (known.selected(namespace, labels).length > 0) return;
    // Whoever sees no workload there at all has nothing to say about it.
    if (known.in(namespace).length === 0 && !mesh.isComplete(namespace)) return;
    missing({
      path: 'spec.workloadSelector.labels',
      namespace,
      message: `No workload with the labels ${Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(', ')} runs in namespace ${namespace}.`,
    });
  },
});
