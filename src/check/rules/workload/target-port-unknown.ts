import { Kind } from '../../../manifest/kinds';
import { serviceFacts } from '../../facts/service-facts';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

/** What the injector adds by itself. */
const OF_PROXY: ReadonlySet<string> = new Set(['http-envoy-prom', 'status-port']);

export const targetPortUnknown = defineRule({
  code: 'MESH3627',
  slug: 'target-port-unknown',
  title: 'A Service leads to a named port that no container has',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0701'],
  sees: 'namespace',
  why: 'Kubernetes finds no address for the port, so requests to it get 503.',
  fix: 'Name a port of the container so, or give `targetPort` a number.',
  links: ['https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports', 'https://kiali.io/docs/features/validations/#kia0701'],
  examples: {
    valid: [{
      title: 'a port of the container; a number',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: web }, { name: http-admin, port: 81, targetPort: 9901 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1, ports: [{ name: web, containerPort: 9080 }] }] }
`,
    }],
    invalid: [{
      title: 'another name',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata: { labels: { app: reviews } }
    spec: { containers: [{ name: reviews, image: reviews:1, ports: [{ name: web, containerPort: 9080 }] }] }
`,
    }],
  },
  kinds: [Kind.SERVICE],
  check(object, { mesh, missing }) {
    const service = mesh.fact(serviceFacts).get(object);
    if (service === undefined) return; // another of its name replaces it
    const { ports, selector, namespace } = service;
    if (selector === undefined || !ports.some(({ targetPort }) => typeof targetPort === 'string')) return;
    const selected = mesh.fact(workloads).selected(namespace, selector).filter(({ isVirtualMachine }) => !isVirtualMachine);
    if (selected.length === 0) return;
    ports.forEach(({ targetPort }, i) => {
      if (typeof targetPort !== 'string' || /^\d*$/.test(targetPort) || OF_PROXY.has(targetPort)) return;
      if (selected.some((workload) => hasPort(workload, targetPort))) return;
      missing({
        path: `spec.ports[${i}].targetPort`,
        namespace,
        message: `No container of ${selected.slice(0, 3).map(({ title }) => title).join(', ')} has a port named ${targetPort}.`,
      });
    });
  },
});

function hasPort(workload: Workload, name: string): boolean {
  return workload.containers.some(({ ports }) => ports.some((port) => port.name === name))
    || workload.initContainers.some(({ ports }) => ports.some((port) => port.name === name));
}
