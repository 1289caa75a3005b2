import { SidecarSpec } from '../../../manifest/generated/istio-specs';
import { arrayOr, member, stringOr } from '../../../manifest/json';
import { isIpAddress } from '../../../semantics/ip-address';
import { serviceYaml } from '../../example-objects';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { dataPlaneOf } from '../../facts/namespaces';
import { services } from '../../facts/services';
import { sidecars } from '../../facts/sidecars';
import { virtualServices } from '../../facts/virtual-services';
import { POD_KINDS, Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const MESH = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.0.0
          env:
            - { name: PAYMENTS_URL, value: "https://api.payments.example.com/v1" }
            - { name: CATALOG_URL, value: "http://catalog:8080" }
${serviceYaml('catalog', 'shop', '[{ name: http, port: 8080 }]')}`;

export const registryOnlyUnknownDependency = defineRule({
  code: 'MESH3514',
  slug: 'registry-only-unknown-dependency',
  title: 'An application is told of a host that REGISTRY_ONLY keeps it from',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'mesh',
  why: 'Under REGISTRY_ONLY a sidecar lets through only what the mesh knows: requests to another host are answered with 502, or their connections are cut.',
  fix: 'Declare the host in a ServiceEntry. An environment variable that is not for requests of the application itself may be silenced.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/'],
  examples: {
    valid: [{
      title: 'a ServiceEntry declares the host',
      yaml: `${MESH}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec:
  hosts: [api.payments.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: DNS
`,
    }],
    invalid: [{ title: 'nothing declares it', yaml: MESH }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, missing }) {
    const workload = mesh.fact(workloads).of(object);
    if (workload === undefined || !isRegistryOnly(mesh, workload)) return;
    if (dataPlaneOf(mesh, workload) !== 'sidecar' || isGatewayWorkload(mesh, workload)) return;
    const known = mesh.fact(services);
    for (const { name, json, path } of workload.containers) {
      if (name === 'istio-proxy') continue;
      arrayOr(member(json, 'env')).forEach((variable, i) => {
        const host = externalHost(stringOr(member(variable, 'value')));
        if (host === undefined || known.serving(host, workload.namespace)) return;
        // Of a Service the name may be shorter than the whole.
        const [service, namespace] = host.split('.');
        if (known.named(service).some((one) => one.namespace === namespace)) return;
        if (mesh.fact(virtualServices).onMesh.find(host, () => true)) return;
        missing({
          path: `${path}.env[${i}].value`,
          message: `${stringOr(member(variable, 'name')) ?? 'A variable'} names ${host}, which no Service or ServiceEntry has, and REGISTRY_ONLY holds for ${workload.title}.`,
        });
      });
    }
  },
});

function isRegistryOnly(mesh: MeshFacts, workload: Workload): boolean {
  const policy: SidecarSpec['outboundTrafficPolicy'] = mesh.fact(sidecars).holdingFor(workload)?.spec.outboundTrafficPolicy;
  return policy === undefined ? mesh.fact(meshConfig).outboundTrafficPolicy === 'REGISTRY_ONLY' : policy.mode !== 'ALLOW_ANY';
}

const URL_OF_HOST = /^(?:https?|wss?|grpcs?):\/\/(?:[^/@\s]*@)?([A-Za-z0-9.-]+)(?::\d+)?(?:[/?#]|$)/;

/** The host of a URL, if it is more than a name within the namespace, and not the machine itself. */
function externalHost(value: string | undefined): string | undefined {
  const host = value === undefined ? undefined : URL_OF_HOST.exec(value)?.[1].toLowerCase();
  return host === undefined || !host.includes('.') || host.startsWith('localhost.') || isIpAddress(host) ? undefined : host;
}
