import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { hostAndPort, ServiceEntryPort, serviceEntryPorts } from '../../facts/service-entry-ports';
import { visibilitiesMeet, Visibility, visibilityOf } from '../../facts/visibility';
import { defineRule } from '../../rule';

/** What only one of two can say; endpoints of one namespace add up. */
const DECIDED_BY_ONE = ['resolution', 'location', 'addresses', 'subjectAltNames'] as const;

export const serviceEntriesForOneHost = defineRule({
  code: 'MESH3510',
  slug: 'service-entries-for-one-host',
  title: 'Two ServiceEntries say different things about one host and port',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1211'],
  sees: 'mesh',
  why: 'A client knows one service by one host: that of its own namespace if there is one, else whichever comes first. What the other says, such as where the host is and how its address is found, is lost.',
  fix: 'Declare the host once, for all who need it, or export each to other namespaces (exportTo).',
  links: ['https://istio.io/latest/docs/reference/config/networking/service-entry/'],
  examples: {
    valid: [{
      title: 'the same twice',
      yaml: ['shop', 'web'].map((namespace) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: ${namespace} }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: DNS
`).join(''),
    }, {
      title: 'a namespace has its own',
      yaml: ['shop', 'web'].map((namespace, i) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: ${namespace} }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  ${['resolution: DNS', 'resolution: NONE\n  exportTo: ["."]'][i]}
`).join(''),
    }],
    invalid: [{
      title: 'by DNS, and wherever the client goes',
      yaml: ['shop', 'web'].map((namespace, i) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: ${namespace} }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: ${['DNS', 'NONE'][i]}
`).join(''),
    }],
  },
  kinds: [Kind.SERVICE_ENTRY],
  check(object, { mesh, report }) {
    if (mesh.isReplaced(object)) return;
    const spec = specOf<ServiceEntrySpec>(object);
    const { hosts = [], ports = [] } = spec;
    const all = mesh.fact(serviceEntryPorts);
    for (let i = 0; i < hosts.length; i++) {
      for (const { number, protocol = '' } of ports) {
        const entries = all.get(hostAndPort(hosts[i], number));
        if (entries === undefined || entries.length < 2) continue;
        const visibility = visibilityOf(spec.exportTo, object.namespace);
        for (const other of entries) {
          // That the protocols differ is said by another rule.
          if (other.object === object || other.protocol !== protocol.toUpperCase() || !areRivals(object.namespace, visibility, other)) continue;
          const field = DECIDED_BY_ONE.find((one) => JSON.stringify(said(spec, one)) !== JSON.stringify(said(other.spec, one)));
          if (field === undefined) continue;
          report({
            path: `spec.hosts[${i}]`,
            message: `ServiceEntry ${other.object.namespace}/${other.object.name} declares ${hosts[i]} on port ${number} too, with another ${field}: clients take one of the two.`,
          });
          return;
        }
      }
    }
  },
});

/** What holds where nothing is written. */
function said(spec: ServiceEntrySpec, field: typeof DECIDED_BY_ONE[number]): unknown {
  const value = spec[field];
  if (value === undefined) return field === 'resolution' ? 'NONE' : field === 'location' ? 'MESH_EXTERNAL' : [];
  return Array.isArray(value) ? [...value].sort() : value;
}

/** Whether some client sees both, and neither is of its own namespace alone. */
function areRivals(namespace: string, visibility: Visibility, { object, visibility: others }: ServiceEntryPort): boolean {
  if (object.namespace === namespace) return visibilitiesMeet(visibility, others);
  if (visibility.everywhere) return others.everywhere || others.namespaces.some((one) => one !== object.namespace && one !== namespace);
  return visibility.namespaces.some((one) => one !== namespace && one !== object.namespace && (others.everywhere || others.namespaces.includes(one)));
}
