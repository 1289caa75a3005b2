import { ANNOTATED_KINDS, placedAnnotations } from '../../facts/annotations';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

/** Those that Istio's CNI plugin sets by itself. */
const SET_BY_CNI: ReadonlySet<string> = new Set([
  'sidecar.istio.io/interceptionMode', 'traffic.sidecar.istio.io/includeInboundPorts',
  'traffic.sidecar.istio.io/excludeInboundPorts', 'traffic.sidecar.istio.io/includeOutboundIPRanges',
]);
const PODS: ReadonlySet<string> = new Set(POD_KINDS);

export const alphaAnnotation = defineRule({
  code: 'MESH4003',
  slug: 'alpha-annotation',
  title: 'An annotation is of alpha status',
  severity: 'info',
  // Nearly every annotation of Istio is, also those that everyone uses; istioctl has the check and does not run it.
  preset: 'strict',
  aliases: ['IST0136'],
  sees: 'object',
  why: 'Istio promises nothing about it: it may change or go in any release.',
  fix: 'Look for a setting of the installation or a kind of Istio\'s that does the same; else look at the release notes before an upgrade.',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0136/'],
  examples: {
    valid: [{
      title: 'a beta annotation',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { proxy.istio.io/config: '{ concurrency: 2 }' } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'an alpha annotation',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { sidecar.istio.io/proxyCPU: 100m } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: ANNOTATED_KINDS,
  check(object, { mesh, report }) {
    for (const { name, known, on, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (known?.status !== 'alpha') continue;
      if (on === 'Pod' && PODS.has(object.groupKind) && SET_BY_CNI.has(name)) {
        if (!mesh.fact(workloads).of(object)?.initContainers.some((container) => container.name === 'istio-init')) continue;
      }
      report({ path, message: `${name} is of alpha status.` });
    }
  },
});
