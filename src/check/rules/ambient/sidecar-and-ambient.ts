import { Kind } from '../../../manifest/kinds';
import { DATAPLANE_MODE_LABEL, INJECT_LABEL, INJECTION_LABEL, namespaces, REVISION_LABEL } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const sidecarAndAmbient = defineRule({
  code: 'MESH3905',
  slug: 'sidecar-and-ambient',
  title: 'Labels ask for a sidecar and for the ambient mesh at once',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1311', 'KIA1314', 'KIA1315'],
  sees: 'object',
  why: 'The sidecar wins: ztunnel leaves pods with a sidecar alone. Whoever reads the label takes the workloads to be in ambient, where other rules hold for policies and routes.',
  fix: 'Keep one of the two labels.',
  links: ['https://istio.io/latest/docs/ambient/architecture/data-plane/', 'https://istio.io/latest/docs/ambient/usage/add-workloads/'],
  examples: {
    valid: [{
      title: 'a namespace of the ambient mesh',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient } }
`,
    }],
    invalid: [{
      title: 'a namespace with both',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio-injection: enabled } }
`,
    }, {
      title: 'a pod with both',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, labels: { app: reviews, istio.io/dataplane-mode: ambient, sidecar.istio.io/inject: "true" } }
spec: { containers: [{ name: reviews, image: "registry.example.com/reviews:1.0.0" }] }
`,
    }],
  },
  kinds: [Kind.NAMESPACE, ...POD_KINDS],
  check(object, { mesh, report }) {
    if (object.groupKind === Kind.NAMESPACE) {
      const known = mesh.fact(namespaces).get(object.name);
      if (known?.ambient && known.injection === 'enabled') {
        report({
          path: `metadata.labels["${DATAPLANE_MODE_LABEL}"]`,
          message: `Namespace ${object.name} is labelled ${DATAPLANE_MODE_LABEL}=ambient and ${INJECTION_LABEL}=enabled: its pods get sidecars and are not in ambient.`,
        });
      }
      return;
    }
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined || workload.labels[DATAPLANE_MODE_LABEL] !== 'ambient') return;
    const asks = workload.labels[INJECT_LABEL] === 'true' ? `${INJECT_LABEL}=true`
      : workload.labels[INJECT_LABEL] === undefined && workload.labels[REVISION_LABEL] ? `${REVISION_LABEL}=${workload.labels[REVISION_LABEL]}` : undefined;
    if (asks === undefined) return;
    report({
      path: workload.path(`metadata.labels["${DATAPLANE_MODE_LABEL}"]`),
      message: `${workload.title} is labelled ${DATAPLANE_MODE_LABEL}=ambient and ${asks}: it gets a sidecar and is not in ambient.`,
    });
  },
});
