import { placedAnnotations } from '../../facts/annotations';
import { POD_KINDS } from '../../facts/workloads';
import { defineRule } from '../../rule';

const EXCLUDES: ReadonlySet<string> = new Set([
  'traffic.sidecar.istio.io/excludeInboundPorts', 'traffic.sidecar.istio.io/excludeOutboundPorts',
  'traffic.sidecar.istio.io/excludeOutboundIPRanges', 'traffic.sidecar.istio.io/excludeInterfaces', 'ambient.istio.io/bypass-inbound-capture',
]);

export const trafficExcludedFromMesh = defineRule({
  code: 'MESH3613',
  slug: 'traffic-excluded-from-mesh',
  title: 'Some traffic of a workload passes by its proxy',
  severity: 'info',
  preset: 'strict',
  aliases: [],
  sees: 'object',
  why: 'What is excluded has no mTLS, and no policy, route or metric of the mesh sees it. Inbound ports are open to everyone in the cluster, also with STRICT.',
  fix: 'Exclude single ports that need it, and guard inbound ones by a NetworkPolicy.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations'],
  examples: {
    valid: [{
      title: 'all traffic goes through the proxy',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { traffic.sidecar.istio.io/includeOutboundIPRanges: "*" } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'an inbound port',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "9080" } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    for (const { name, value, on, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (on !== 'Pod' || !EXCLUDES.has(name) || value === '' || value === 'false') continue;
      report({ path, message: `${name}: "${value}" takes this traffic past the proxy.` });
    }
  },
});
