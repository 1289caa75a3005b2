import { member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { GatewayInMesh, gateways } from '../../facts/gateways';
import { ISTIO_SYSTEM } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { ServiceFacts, services } from '../../facts/services';
import { hasLabels, Workload } from '../../facts/workloads';
import { defineRule } from '../../rule';

/** The ports of the Service in front of Istio's own ingress gateway, as charts and profiles install it, and their targets. */
const DEFAULT_INGRESS_PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443, 15012, 15017, 15021, 15443, 31400]);

export const gatewayPortNotServed = defineRule({
  code: 'MESH3202',
  slug: 'gateway-port-not-served',
  title: 'A Gateway opens a port that its Service does not offer',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0162'],
  sees: 'mesh',
  why: 'The proxy listens, but the load balancer in front of it does not forward that port, so clients get no connection.',
  fix: 'Use the number of a port or target port of the gateway\'s Service, or add the port to the Service.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0162/'],
  examples: {
    valid: [{
      title: 'a port of the default ingress gateway',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
`,
    }, {
      title: 'the target port of a Service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: partner-gateway }
  servers:
    - port: { number: 8080, name: http, protocol: HTTP }
      hosts: [./partners.example.com]
---
apiVersion: v1
kind: Service
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { istio: partner-gateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
---
apiVersion: v1
kind: Service
metadata: { name: partner-gateway-admin, namespace: ingress }
spec:
  selector: { istio: partner-gateway }
  ports: [{ name: tcp-admin, port: 15000 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { matchLabels: { istio: partner-gateway } }
  template:
    metadata:
      labels: { istio: partner-gateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`,
    }],
    invalid: [{
      title: 'the Service offers 80 and 443 only',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: partner-gateway }
  servers:
    - port: { number: 9443, name: https, protocol: HTTPS }
      hosts: [./partners.example.com]
      tls: { mode: PASSTHROUGH }
---
apiVersion: v1
kind: Service
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { istio: partner-gateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: partner-gateway, namespace: ingress }
spec:
  selector: { matchLabels: { istio: partner-gateway } }
  template:
    metadata:
      labels: { istio: partner-gateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec:
      containers: [{ name: istio-proxy, image: auto }]
`,
    }, {
      title: 'the default ingress gateway does not offer 9090',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 9090, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, missing }) {
    const gateway = mesh.fact(gateways).of(object);
    const { workloads } = gateway;
    if (workloads.length === 0 && !gateway.selectsDefaultIngress) return;
    const found = workloads.length === 0 ? undefined : reachablePorts(mesh, gateway);
    // The Service that the installation brings along may be out of sight, as its pods mostly are.
    const ports = found !== 'any' && found?.size === 0 && workloads.some(isDefaultIngress) ? undefined : found;
    if (ports === 'any') return;
    gateway.servers.forEach(({ port }, i) => {
      if (port === undefined || port.number === 0 || (ports ?? DEFAULT_INGRESS_PORTS).has(port.number)) return;
      const offered = ports === undefined
        ? 'the ingress gateway of the installation offers 80, 443, 15021, 15443 and 31400 unless told otherwise'
        : ports.size === 0 ? 'no Service selects its workloads' : `the Services of its workloads offer ${[...ports].sort((a, b) => a - b).join(', ')}`;
      // Another Service for the same pods may be out of sight.
      missing({
        path: `spec.servers[${i}].port.number`,
        namespace: workloads[0]?.namespace ?? ISTIO_SYSTEM,
        message: `The Gateway opens port ${port.number}, and ${offered}.`,
      });
    });
  },
});

/** Ports and target ports of the Services for the gateway's workloads; any, where workloads are reached without a Service. */
function reachablePorts(mesh: MeshFacts, { workloads }: GatewayInMesh): ReadonlySet<number> | 'any' {
  const ports = new Set<number>();
  const byNamespace = mesh.fact(servicesByNamespace);
  for (const workload of workloads) {
    if (workload.isVirtualMachine || workload.spec.hostNetwork === true || hasHostPort(workload)) return 'any';
    for (const service of byNamespace.get(workload.namespace) ?? []) {
      if (service.selector !== undefined && !hasLabels(workload.labels, service.selector)) continue;
      for (const { number, targetPort } of service.ports) {
        ports.add(number);
        if (typeof targetPort === 'number') {ports.add(targetPort);} else if (typeof targetPort === 'string') {
          for (const container of workload.containers) {
            for (const port of container.ports) if (port.name === targetPort) ports.add(port.containerPort);
          }
        }
      }
    }
  }
  return ports;
}

/** A pod of the ingress gateway that the installation brings along. */
function isDefaultIngress({ namespace, labels }: Workload): boolean {
  return namespace === ISTIO_SYSTEM && labels.istio === 'ingressgateway';
}

function hasHostPort(workload: Workload): boolean {
  return workload.containers.some(({ json }) => {
    const ports = member(json, 'ports');
    return Array.isArray(ports) && ports.some((port) => member(port, 'hostPort') !== undefined);
  });
}

function servicesByNamespace(mesh: MeshFacts): ReadonlyMap<string, readonly ServiceFacts[]> {
  const byNamespace = new Map<string, ServiceFacts[]>();
  for (const service of mesh.fact(services).all) {
    if (service.kind !== 'Service') continue;
    const there = byNamespace.get(service.namespace);
    if (there) there.push(service);
    else byNamespace.set(service.namespace, [service]);
  }
  return byNamespace;
}
