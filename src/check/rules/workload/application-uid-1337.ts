import { member } from '../../../manifest/json';
import { dataPlaneOf } from '../../facts/namespaces';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

/** The user of the proxy, whose traffic is never redirected. */
const PROXY_UID = 1337;
const PROXIES: ReadonlySet<string> = new Set(['istio-proxy', 'istio-operator']);

export const applicationUid1337 = defineRule({
  code: 'MESH3620',
  slug: 'application-uid-1337',
  title: 'An application runs as the user of the proxy',
  severity: 'warning',
  preset: 'istio',
  severityIn: { recommended: 'error', strict: 'error' },
  aliases: ['IST0144'],
  sees: 'namespace',
  why: 'Traffic of user 1337 is taken for the sidecar\'s own and not redirected: the application\'s requests leave without mTLS, routes and policies.',
  fix: 'Use another `runAsUser`.',
  links: ['https://istio.io/latest/docs/ops/deployment/application-requirements/', 'https://istio.io/latest/docs/reference/config/analysis/ist0144/'],
  examples: {
    valid: [{
      title: 'another user; a gateway, which is nothing but a proxy',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { securityContext: { runAsUser: 1000 }, containers: [{ name: reviews, image: reviews:1 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: shop }
spec:
  selector: { matchLabels: { istio: gateway } }
  template:
    metadata: { labels: { istio: gateway, sidecar.istio.io/inject: "true" } }
    spec: { securityContext: { runAsUser: 1337 }, containers: [{ name: istio-proxy, image: auto }] }
`,
    }],
    invalid: [{
      title: 'in the pod, in a container',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec:
      securityContext: { runAsUser: 1337 }
      containers: [{ name: reviews, image: reviews:1 }]
---
apiVersion: v1
kind: Pod
metadata: { name: ratings, namespace: shop }
spec: { containers: [{ name: ratings, image: ratings:1, securityContext: { runAsUser: 1337 } }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined) return;
    const ofPod = member(member(workload.spec, 'securityContext'), 'runAsUser') === PROXY_UID;
    const container = workload.containers.find(({ name, json }) =>
      !PROXIES.has(name) && (ofPod || member(member(json, 'securityContext'), 'runAsUser') === PROXY_UID));
    if (container === undefined || object.labels.istio !== undefined || object.labels.release === 'istio') return;
    if (dataPlaneOf(mesh, workload) === 'none') return;
    const own = member(member(container.json, 'securityContext'), 'runAsUser');
    if (own !== undefined && own !== PROXY_UID) return;
    report({
      path: own === PROXY_UID ? `${container.path}.securityContext.runAsUser` : workload.path('spec.securityContext.runAsUser'),
      message: `The container ${container.name} of ${workload.title} runs as user ${PROXY_UID}.`,
    });
  },
});
