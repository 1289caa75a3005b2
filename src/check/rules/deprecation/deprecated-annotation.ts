import { ANNOTATED_KINDS, placedAnnotations } from '../../facts/annotations';
import { defineRule } from '../../rule';

const INSTEAD: Readonly<Record<string, string>> = {
  'sidecar.istio.io/inject': 'the label of the same name',
  'sidecar.istio.io/discoveryAddress': '`discoveryAddress` in `proxy.istio.io/config`',
  'sidecar.istio.io/extraStatTags': '`extraStatTags` in `proxy.istio.io/config`, or a Telemetry',
  'sidecar.istio.io/statsInclusionPrefixes': '`proxyStatsMatcher` in `proxy.istio.io/config`',
  'sidecar.istio.io/statsInclusionRegexps': '`proxyStatsMatcher` in `proxy.istio.io/config`',
  'sidecar.istio.io/statsInclusionSuffixes': '`proxyStatsMatcher` in `proxy.istio.io/config`',
  'traffic.sidecar.istio.io/kubevirtInterfaces': '`istio.io/reroute-virtual-interfaces`',
};

export const deprecatedAnnotation = defineRule({
  code: 'MESH4002',
  slug: 'deprecated-annotation',
  title: 'An annotation is deprecated',
  severity: 'info',
  preset: 'istio',
  aliases: ['IST0135'],
  sees: 'object',
  why: 'Istio may stop reading it in any release, without a word.',
  fix: 'Use what stands in for it.',
  links: ['https://istio.io/latest/docs/reference/config/annotations/', 'https://istio.io/latest/docs/reference/config/analysis/ist0135/'],
  examples: {
    valid: [{
      title: 'the label; the annotation beside it for old releases',
      yaml: `
apiVersion: v1
kind: Pod
metadata:
  name: reviews
  namespace: shop
  labels: { sidecar.istio.io/inject: "false" }
  annotations: { sidecar.istio.io/inject: "false" }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'the annotation alone',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { sidecar.istio.io/inject: "false" }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: ANNOTATED_KINDS,
  check(object, { mesh, report }) {
    for (const { name, known, labels, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      // Whoever has the label too knows, and keeps both for old releases.
      if (!known?.deprecated || (name === 'sidecar.istio.io/inject' && labels[name] !== undefined)) continue;
      const instead = INSTEAD[name];
      report({ path, message: `${name} is deprecated.`, fix: instead === undefined ? undefined : `Use ${instead}.` });
    }
  },
});
