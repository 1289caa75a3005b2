import { member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { PortProtocol } from '../../../semantics/port-protocol';
import { isOfIstioItself } from '../../facts/istio-itself';
import { serviceFacts } from '../../facts/service-facts';
import { defineRule } from '../../rule';

export const portNameWithoutProtocol = defineRule({
  code: 'MESH3624',
  slug: 'port-name-without-protocol',
  title: 'A port of a Service does not say its protocol',
  severity: 'info',
  preset: 'istio',
  aliases: ['IST0118', 'KIA0601'],
  sees: 'object',
  why: 'The proxy looks at the first bytes of each connection and guesses. Policies and routes on requests may not hold, and protocols in which the server speaks first hang.',
  fix: 'Start the name with the protocol (`http`, `http2-api`, `grpc-…`, `tcp-…`, `tls-…`), or set `appProtocol`.',
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/', 'https://istio.io/latest/docs/reference/config/analysis/ist0118/'],
  examples: {
    valid: [{
      title: 'by name, by appProtocol',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ name: http-web, port: 80 }, { name: web2, port: 81, appProtocol: http }] }
`,
    }],
    invalid: [{
      title: 'no name',
      yaml: `
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { selector: { app: reviews }, ports: [{ port: 80 }] }
`,
    }],
  },
  kinds: [Kind.SERVICE],
  check(object, { mesh, report }) {
    if (isOfIstioItself(object) || member(member(object.json, 'spec'), 'type') === 'ExternalName') return;
    // A Service that another of its name replaces has no facts.
    mesh.fact(serviceFacts).get(object)?.ports.forEach(({ name, number, protocol }, i) => {
      if (protocol !== PortProtocol.AUTOMATIC) return;
      report({
        path: `spec.ports[${i}]`,
        message: name === '' ? `Port ${number} has no name, so its protocol is guessed.` : `The name ${name} of port ${number} starts with no protocol, so it is guessed.`,
      });
    });
  },
});
