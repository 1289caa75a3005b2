import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { hostAndPort, serviceEntryPorts } from '../../facts/service-entry-ports';
import { visibilitiesMeet, visibilityOf } from '../../facts/visibility';
import { defineRule } from '../../rule';

export const serviceEntryProtocolsClash = defineRule({
  code: 'MESH3509',
  slug: 'service-entry-protocols-clash',
  title: 'Two ServiceEntries give one host and port different protocols',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0177', 'KIA1212'],
  sees: 'mesh',
  why: 'A proxy makes one listener or route of the two, by the protocol of whichever it takes: the other is read as what it is not, so that TLS goes through as HTTP, or routes and metrics of HTTP are lost.',
  fix: 'Give both the same protocol, declare the host once, or export each to other namespaces (exportTo).',
  links: ['https://istio.io/latest/docs/reference/config/networking/service-entry/'],
  examples: {
    valid: [{
      title: 'each for its own namespace',
      yaml: ['shop', 'web'].map((namespace, i) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: ${namespace} }
spec:
  hosts: [api.example.com]
  ports: [{ number: 8443, name: api, protocol: ${['HTTPS', 'HTTP'][i]} }]
  location: MESH_EXTERNAL
  resolution: DNS
  exportTo: ["."]
`).join(''),
    }],
    invalid: [{
      title: 'both for the whole mesh',
      yaml: ['shop', 'web'].map((namespace, i) => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: ${namespace} }
spec:
  hosts: [api.example.com]
  ports: [{ number: 8443, name: api, protocol: ${['HTTPS', 'HTTP'][i]} }]
  location: MESH_EXTERNAL
  resolution: DNS
`).join(''),
    }],
  },
  kinds: [Kind.SERVICE_ENTRY],
  check(object, { mesh, report }) {
    if (mesh.isReplaced(object)) return;
    const { hosts = [], ports = [], exportTo } = specOf<ServiceEntrySpec>(object);
    const all = mesh.fact(serviceEntryPorts);
    for (let i = 0; i < ports.length; i++) {
      const protocol = (ports[i].protocol ?? '').toUpperCase();
      for (const host of hosts) {
        const entries = all.get(hostAndPort(host, ports[i].number));
        if (entries === undefined || entries.length < 2) continue;
        const visibility = visibilityOf(exportTo, object.namespace);
        const other = entries.find((entry) => entry.object !== object
          && entry.protocol !== protocol && visibilitiesMeet(visibility, entry.visibility));
        if (other === undefined) continue;
        report({
          path: `spec.ports[${i}].protocol`,
          message: `Port ${ports[i].number} of ${host} is ${protocol || 'of no named protocol'} here and ${other.protocol || 'of no named protocol'} in ServiceEntry ${other.object.namespace}/${other.object.name}.`,
        });
        break;
      }
    }
  },
});
