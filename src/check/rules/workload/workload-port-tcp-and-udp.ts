import { arrayOr, Json, member, stringOr } from '../../../manifest/json';
import { MeshObject } from '../../../manifest/mesh-object';
import { dataPlaneOf } from '../../facts/namespaces';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { POD_KINDS, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const workloadPortTcpAndUdp = defineRule({
  code: 'MESH3621',
  slug: 'workload-port-tcp-and-udp',
  title: 'Services offer one port of a workload by TCP and by UDP',
  severity: 'warning',
  preset: 'istio',
  // Proxies do not touch UDP, so there is nothing to mix up.
  severityIn: { recommended: 'off', strict: 'info' },
  aliases: ['IST0116'],
  sees: 'namespace',
  why: 'istioctl takes it for a clash. Proxies handle TCP only: UDP passes by them, without mTLS and without policies.',
  fix: 'Give UDP a port of its own, so that policies by port do not seem to cover it.',
  links: ['https://istio.io/latest/docs/ops/deployment/application-requirements/', 'https://istio.io/latest/docs/reference/config/analysis/ist0116/'],
  examples: {
    valid: [{
      title: 'two ports',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: resolver, namespace: shop }
spec:
  selector: { matchLabels: { app: resolver } }
  template:
    metadata: { labels: { app: resolver } }
    spec: { containers: [{ name: resolver, image: resolver:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: resolver, namespace: shop }
spec:
  selector: { app: resolver }
  ports: [{ name: tcp-dns, port: 53 }, { name: udp-dns, port: 5353, protocol: UDP }]
`,
    }],
    invalid: [{
      title: 'port 53 by both',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: resolver, namespace: shop }
spec:
  selector: { matchLabels: { app: resolver } }
  template:
    metadata: { labels: { app: resolver } }
    spec: { containers: [{ name: resolver, image: resolver:1 }] }
---
apiVersion: v1
kind: Service
metadata: { name: resolver, namespace: shop }
spec:
  selector: { app: resolver }
  ports: [{ name: tcp-dns, port: 53 }, { name: udp-dns, port: 53, protocol: UDP }]
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    const workload = mesh.fact(workloads).of(object);
    const services = workload && mesh.fact(servicesOfWorkloads).get(workload);
    if (services === undefined || !services.some(({ object: service }) => portsOf(service).some((port) => transportOf(port) !== 'TCP'))) return;
    if (dataPlaneOf(mesh, workload!) !== 'sidecar') return;
    const byPort = new Map<number, Map<string, string>>();
    for (const { object: service } of services) {
      for (const port of portsOf(service)) {
        const number = member(port, 'port');
        if (typeof number !== 'number') continue;
        const said = byPort.get(number) ?? new Map<string, string>();
        byPort.set(number, said);
        if (!said.has(transportOf(port))) said.set(transportOf(port), service.name);
      }
    }
    for (const [port, said] of byPort) {
      if (said.size < 2) continue;
      report({ path: '', message: `Port ${port} of ${workload!.title} is offered by ${[...said].map(([transport, name]) => `${transport} in ${name}`).join(' and by ')}.` });
    }
  },
});

function portsOf(service: MeshObject): readonly Json[] {
  return arrayOr(member(member(service.json, 'spec'), 'ports'));
}

function transportOf(port: Json): string {
  return stringOr(member(port, 'protocol')) ?? 'TCP';
}
