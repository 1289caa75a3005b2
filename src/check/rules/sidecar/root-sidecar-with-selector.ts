import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { meshConfig } from '../../facts/mesh-config';
import { sidecars } from '../../facts/sidecars';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const rootSidecarWithSelector = defineRule({
  code: 'MESH3506',
  slug: 'root-sidecar-with-selector',
  title: 'A Sidecar of the root namespace selects workloads that run elsewhere',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1006'],
  sees: 'mesh',
  why: 'Only a Sidecar without a selector holds for the whole mesh from the root namespace. With one it looks at the workloads of the root namespace alone, unlike policies do.',
  fix: 'Drop workloadSelector, so that it holds wherever a namespace has no Sidecar of its own, or move it to the namespace of the workloads.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  examples: {
    valid: [{
      title: 'the default of the mesh, and one beside the workload that it is for',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: istio-system }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: reviews, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews } }, egress: [{ hosts: ["./*"] }] }
${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'labels of two namespaces',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: collectors, namespace: istio-system }
spec: { workloadSelector: { labels: { app: collector } }, egress: [{ hosts: ["./*"] }] }
${deploymentYaml('collector', 'istio-system')}${deploymentYaml('collector', 'shop')}`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, report }) {
    const { hasLabels, labels, namespace } = mesh.fact(sidecars).of(object);
    if (!hasLabels || namespace !== mesh.fact(meshConfig).rootNamespace) return;
    const elsewhere = mesh.fact(workloads).selectedAnywhere(labels).find((workload) => workload.namespace !== namespace);
    if (elsewhere === undefined) return;
    report({
      path: 'spec.workloadSelector',
      message: `The Sidecar selects workloads of the root namespace ${namespace} only: it does nothing for ${elsewhere.title}, which has these labels too.`,
    });
  },
});
