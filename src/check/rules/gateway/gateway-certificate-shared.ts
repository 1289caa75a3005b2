import { Kind } from '../../../manifest/kinds';
import { gatewayServers, othersMeeting } from '../../facts/gateway-servers';
import { credentialsOf, gateways } from '../../facts/gateways';
import { defineRule } from '../../rule';

export const gatewayCertificateShared = defineRule({
  code: 'MESH3205',
  slug: 'gateway-certificate-shared',
  title: 'Several Gateways present the same certificate',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0138', 'TIS0303'],
  sees: 'mesh',
  why: 'A browser reuses an HTTP/2 connection for every host that its certificate covers. The request for the second host then arrives at the first Gateway, which answers 404.',
  fix: 'Serve all hosts of the certificate by one server of one Gateway (`*.example.com`), or give each Gateway its own certificate.',
  links: [
    'https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate',
    'https://istio.io/latest/docs/reference/config/analysis/ist0138/',
  ],
  examples: {
    valid: [{
      title: 'a certificate for each Gateway',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: ingress }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [shop/shop.example.com]
      tls: { mode: SIMPLE, credentialName: shop-tls }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: ingress }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [blog/blog.example.com]
      tls: { mode: SIMPLE, credentialName: blog-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: istio-system }
spec: { secretName: shop-tls, dnsNames: [shop.example.com], issuerRef: { name: letsencrypt } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: blog, namespace: istio-system }
spec: { secretName: blog-tls, dnsNames: [blog.example.com], issuerRef: { name: letsencrypt } }
`,
    }],
    invalid: [{
      title: 'one wildcard certificate for two Gateways',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: shop, namespace: ingress }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [shop/shop.example.com]
      tls: { mode: SIMPLE, credentialName: wildcard-tls }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: blog, namespace: ingress }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [blog/blog.example.com]
      tls: { mode: SIMPLE, credentialName: wildcard-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: wildcard, namespace: istio-system }
spec: { secretName: wildcard-tls, dnsNames: ["*.example.com"], issuerRef: { name: letsencrypt } }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      for (const { name, path } of credentialsOf(server)) {
        const others = othersMeeting(mesh, gateway, mesh.fact(gatewayServers).byCredential.get(name), () => true);
        if (others.length === 0) continue;
        report({
          path: `spec.servers[${i}].tls.${path}`,
          message: `The certificate ${name} is presented by ${others.join(', ')} too, on the same workload.`,
        });
      }
    });
  },
});
