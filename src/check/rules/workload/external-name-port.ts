import { Kind } from '../../../manifest/kinds';
import { PortProtocol } from '../../../semantics/port-protocol';
import { isOfIstioItself } from '../../facts/istio-itself';
import { serviceFacts } from '../../facts/service-facts';
import { defineRule } from '../../rule';

export const externalNamePort = defineRule({
  code: 'MESH3626',
  slug: 'external-name-port',
  title: 'A port of an ExternalName Service is TCP or has no protocol',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0150'],
  sees: 'object',
  why: 'For TCP the proxy knows a Service by its address, and this one has none: its listener takes all traffic of that port number, also to other places.',
  fix: 'Name the port by what it speaks: `http-…`, `https-…`, `tls-…`.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0150/'],
  examples: {
    valid: [{
      title: 'HTTPS',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: payments, namespace: shop }
spec: { type: ExternalName, externalName: api.payments.example.com, ports: [{ name: https, port: 443 }] }
`,
    }],
    invalid: [{
      title: 'TCP, and no name',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: payments, namespace: shop }
spec: { type: ExternalName, externalName: api.payments.example.com, ports: [{ name: tcp, port: 443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: ledger, namespace: shop }
spec: { type: ExternalName, externalName: api.ledger.example.com, ports: [{ port: 443 }] }
`,
    }],
  },
  kinds: [Kind.SERVICE],
  check(object, { mesh, report }) {
    // A Service that another of its name replaces has none.
    const service = mesh.fact(serviceFacts).get(object);
    if (!service?.external || isOfIstioItself(object)) return;
    service.ports.forEach(({ name, number, protocol }, i) => {
      if (protocol !== PortProtocol.AUTOMATIC && name !== 'tcp') return;
      report({ path: `spec.ports[${i}].name`, message: `Port ${number} of the ExternalName Service ${object.name} is ${name === 'tcp' ? 'TCP' : 'of no named protocol'}.` });
    });
  },
});
