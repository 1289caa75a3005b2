import { Kind } from '../../../manifest/kinds';
import { gatewayServers, othersMeeting, portKey } from '../../facts/gateway-servers';
import { gateways, listenerKind, ListenerKind } from '../../facts/gateways';
import { defineRule } from '../../rule';

const WORDS: Record<ListenerKind, string> = { http: 'HTTP in the clear', tcp: 'TCP in the clear', tls: 'TLS' };

export const gatewayPortProtocolsClash = defineRule({
  code: 'MESH3208',
  slug: 'gateway-port-protocols-clash',
  title: 'One port of a gateway is to speak two protocols',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0145'],
  sees: 'mesh',
  why: 'A port has one listener: the server of the older Gateway decides what it speaks, and servers that speak something else, or a second one for TCP in the clear, are left out without a word.',
  fix: 'Give each protocol its own port.',
  links: ['https://istio.io/latest/docs/reference/config/networking/gateway/#Server'],
  examples: {
    valid: [{
      title: 'TLS for two hosts on one port, HTTP on another',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./shop.example.com]
      tls: { mode: PASSTHROUGH }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./blog.example.com]
      tls: { mode: PASSTHROUGH }
`,
    }],
    invalid: [{
      title: 'HTTP and TLS on port 443',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: http, protocol: HTTP }
      hosts: [./shop.example.com]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: blog }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./blog.example.com]
      tls: { mode: PASSTHROUGH }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      if (server.port === undefined) return;
      const kind = listenerKind(server);
      const within = gateway.servers.findIndex((other, j) =>
        j < i && other.port?.number === server.port.number && (other.bind ?? '') === (server.bind ?? '') && clashes(kind, listenerKind(other)));
      if (within >= 0) {
        report({ path: `spec.servers[${i}].port`, message: `Port ${server.port.number} is to speak ${WORDS[kind]} here, and ${WORDS[listenerKind(gateway.servers[within])]} in spec.servers[${within}].` });
        return;
      }
      for (const other of KINDS) {
        if (!clashes(kind, other)) continue;
        const candidates = mesh.fact(gatewayServers).byPort.get(portKey(server.port.number, server.bind, other));
        const others = othersMeeting(mesh, gateway, candidates, () => true);
        if (others.length === 0) continue;
        report({
          path: `spec.servers[${i}].port`,
          message: `Port ${server.port.number} is to speak ${WORDS[kind]} here, and ${WORDS[other]} in ${others.join(', ')}, on the same workload.`,
        });
        return;
      }
    });
  },
});

const KINDS: readonly ListenerKind[] = ['http', 'tcp', 'tls'];

function clashes(one: ListenerKind, other: ListenerKind): boolean {
  return one !== other || one === 'tcp';
}
