import { isInjected } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const imageAutoNotInjected = defineRule({
  code: 'MESH3604',
  slug: 'image-auto-not-injected',
  title: 'A proxy with `image: auto` that the injector will not fill in',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0146', 'IST0147'],
  sees: 'mesh',
  why: '`auto` stands for the image that the injector fills in. Without injection the node pulls an image named `auto`, and the pod does not start.',
  fix: 'Label the pod template `sidecar.istio.io/inject: "true"` (or `istio.io/rev: <revision>`), in a Namespace that does not opt out.',
  links: ['https://istio.io/latest/docs/setup/additional-setup/gateway/', 'https://istio.io/latest/docs/reference/config/analysis/ist0146/'],
  examples: {
    valid: [{
      title: 'a gateway with the label on its pods',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: ingress }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: public-gateway, namespace: ingress }
spec:
  selector: { matchLabels: { istio: public-gateway } }
  template:
    metadata:
      labels: { istio: public-gateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`,
    }],
    invalid: [{
      title: 'no label, in a Namespace without injection',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: ingress }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: public-gateway, namespace: ingress }
spec:
  selector: { matchLabels: { istio: public-gateway } }
  template:
    metadata:
      labels: { istio: public-gateway }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report, missing }) {
    const workload = mesh.fact(workloads).of(object);
    const proxy = workload?.containers.find(({ name, image }) => name === 'istio-proxy' && image === 'auto');
    if (workload === undefined || proxy === undefined) return;
    const injected = isInjected(mesh, workload);
    if (injected) return;
    const found = { path: `${proxy.path}.image`, message: `The image of istio-proxy is to be filled in, and no injector does that for ${workload.title}.` };
    if (injected === undefined) missing(found);
    else report(found);
  },
});
