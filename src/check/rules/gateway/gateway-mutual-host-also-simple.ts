import { Kind } from '../../../manifest/kinds';
import { isHostWithin, isWildcarded } from '../../../semantics/host-name';
import { gatewayServers, ServerOfGateway } from '../../facts/gateway-servers';
import { GatewayInMesh, gateways, hostOfServer } from '../../facts/gateways';
import { MeshFacts } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const gatewayMutualHostAlsoSimple = defineRule({
  code: 'MESH3210',
  slug: 'gateway-mutual-host-also-simple',
  title: 'A host that wants client certificates is also covered by a wildcard that wants none',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'A client may shake hands as another host of the wildcard, without a certificate, and then ask for the protected host in its requests: Istio routes by the Host header.',
  fix: 'Keep the wildcard off the domain of the protected host, or answer 421 where the host of the handshake and of the request differ.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#gateway-configuration'],
  examples: {
    valid: [{
      title: 'MUTUAL in a domain of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: ["./*.example.com"]
      tls: { mode: SIMPLE, serverCertificate: /etc/certs/tls.crt, privateKey: /etc/certs/tls.key }
    - port: { number: 443, name: https-partners, protocol: HTTPS }
      hosts: [./api.partners.example.org]
      tls: { mode: MUTUAL, serverCertificate: /etc/certs/tls.crt, privateKey: /etc/certs/tls.key, caCertificates: /etc/certs/ca.crt }
`,
    }],
    invalid: [{
      title: 'MUTUAL below a wildcard with SIMPLE',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: ["./*.example.com"]
      tls: { mode: SIMPLE, serverCertificate: /etc/certs/tls.crt, privateKey: /etc/certs/tls.key }
    - port: { number: 443, name: https-partners, protocol: HTTPS }
      hosts: [./partners.example.com]
      tls: { mode: MUTUAL, serverCertificate: /etc/certs/tls.crt, privateKey: /etc/certs/tls.key, caCertificates: /etc/certs/ca.crt }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach(({ tls, hosts, port }, i) => {
      if (tls?.mode !== 'MUTUAL' || port === undefined) return;
      hosts?.forEach((host, j) => {
        const open = mesh.fact(wildcardsWithoutClientCertificate).find((other) => covers(mesh, other, gateway, port.number, hostOfServer(host)));
        if (open === undefined) return;
        report({
          path: `spec.servers[${i}].hosts[${j}]`,
          message: `${hostOfServer(host)} wants client certificates, and ${open.server.gateway === gateway ? `spec.servers[${open.server.index}]` : open.server.gateway.fullName} serves ${open.host} on port ${port.number} without them.`,
        });
      });
    });
  },
});

interface Wildcard { readonly server: ServerOfGateway; readonly host: string; readonly port: number }

function covers(mesh: MeshFacts, { server, host, port }: Wildcard, gateway: GatewayInMesh, ownPort: number, ownHost: string): boolean {
  return port === ownPort && isHostWithin(ownHost, host) && mesh.fact(gateways).meet(gateway, server.gateway);
}

/** Wildcards that end TLS without asking for a client's certificate: few in any mesh. */
function wildcardsWithoutClientCertificate(mesh: MeshFacts): readonly Wildcard[] {
  const found: Wildcard[] = [];
  for (const servers of mesh.fact(gatewayServers).byPort.values()) {
    for (const server of servers) {
      const { tls, hosts, port } = server.gateway.servers[server.index];
      if (tls === undefined || tls.httpsRedirect || (tls.mode !== 'SIMPLE' && tls.mode !== 'OPTIONAL_MUTUAL')) continue;
      for (const host of hosts ?? []) if (isWildcarded(hostOfServer(host))) found.push({ server, host: hostOfServer(host), port: port.number });
    }
  }
  return found;
}
