import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { arrayOr, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts, specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const serviceEntryAddressesRequired = defineRule({
  code: 'MESH3508',
  slug: 'service-entry-addresses-required',
  title: 'A ServiceEntry for TCP has no addresses',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0134'],
  sees: 'mesh',
  why: 'A TCP connection carries no host name, so a sidecar knows the service by its address alone. Without one the service takes every connection to its port that nothing else claims, whatever host it is for.',
  fix: 'Write the addresses, name the protocol if it is not plain TCP (HTTP, TLS, HTTPS carry the host), or let the sidecars give the service an address: proxyMetadata ISTIO_META_DNS_CAPTURE and ISTIO_META_DNS_AUTO_ALLOCATE, both "true".',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0134/', 'https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/'],
  examples: {
    valid: [{
      title: 'the address of the database, and a protocol that carries the host',
      yaml: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: database, namespace: shop }
spec:
  hosts: [database.example.com]
  addresses: [10.20.0.7]
  ports: [{ number: 5432, name: tcp-postgres, protocol: TCP }]
  location: MESH_EXTERNAL
  resolution: STATIC
  endpoints: [{ address: 10.20.0.7 }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec:
  hosts: [api.payments.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: DNS
`,
    }, {
      title: 'the sidecars give it an address',
      yaml: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    defaultConfig:
      proxyMetadata:
        ISTIO_META_DNS_CAPTURE: "true"
        ISTIO_META_DNS_AUTO_ALLOCATE: "true"
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: database, namespace: shop }
spec:
  hosts: [database.example.com]
  ports: [{ number: 5432, name: tcp-postgres, protocol: TCP }]
  location: MESH_EXTERNAL
  resolution: DNS
`,
    }],
    invalid: [{
      title: 'TCP by name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: database, namespace: shop }
spec:
  hosts: [database.example.com]
  ports: [{ number: 5432, name: tcp-postgres, protocol: TCP }]
  location: MESH_EXTERNAL
  resolution: DNS
`,
    }, {
      title: 'no protocol means TCP here, whatever the name says',
      yaml: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec:
  hosts: [api.payments.example.com]
  ports: [{ number: 443, name: https }]
  location: MESH_EXTERNAL
  resolution: DNS
`,
    }],
  },
  kinds: [Kind.SERVICE_ENTRY],
  check(object, { mesh, missing }) {
    const { addresses = [], ports = [] } = specOf<ServiceEntrySpec>(object);
    if (addresses.length > 0 || ports.length === 0) return;
    if (arrayOr(member(member(object.json, 'status'), 'addresses')).length > 0) return;
    ports.forEach(({ number, protocol = '' }, i) => {
      if (protocol !== '' && protocol.toUpperCase() !== 'TCP') return;
      if (mesh.fact(sidecarsAllocateAddresses)) return;
      missing({
        path: `spec.ports[${i}]`,
        message: protocol === ''
          ? `Port ${number} names no protocol, which means TCP, and the ServiceEntry has no addresses.`
          : `Port ${number} is plain TCP, and the ServiceEntry has no addresses.`,
      });
    });
  },
});

/** Whether the configuration of the mesh turns on the DNS proxy of the sidecars with addresses of its own. */
function sidecarsAllocateAddresses(mesh: MeshFacts): boolean {
  const metadata = member(member(mesh.fact(meshConfig).json, 'defaultConfig'), 'proxyMetadata');
  return member(metadata, 'ISTIO_META_DNS_CAPTURE') === 'true'
    && (member(metadata, 'ISTIO_META_DNS_AUTO_ALLOCATE') === 'true' || member(metadata, 'PILOT_ENABLE_IP_AUTOALLOCATE') === 'true');
}
