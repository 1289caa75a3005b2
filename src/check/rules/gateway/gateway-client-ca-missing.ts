import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { credentialsOf, gateways } from '../../facts/gateways';
import { secretKeys, secrets, secretValue } from '../../facts/secrets';
import { defineRule } from '../../rule';

const SUFFIX = '-cacert';

export const gatewayClientCaMissing = defineRule({
  code: 'MESH3216',
  slug: 'gateway-client-ca-missing',
  title: 'A Gateway wants client certificates and has no authority to check them with',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'The proxy waits for the certificates of the authority and does not open the server before they come: TLS handshakes fail.',
  fix: 'Add `ca.crt` (or `cacert`) to the Secret, or create a second Secret whose name ends in `-cacert`.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/#configure-a-mutual-tls-ingress-gateway'],
  examples: {
    valid: [{
      title: 'a second Secret with the authority, made by another',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [./partners.example.com]
      tls: { mode: MUTUAL, credentialName: partners-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: partners, namespace: istio-system }
spec: { secretName: partners-tls, dnsNames: [partners.example.com], issuerRef: { name: letsencrypt } }
---
apiVersion: v1
kind: Secret
metadata: { name: partners-tls-cacert, namespace: istio-system }
stringData: { ca.crt: "-----BEGIN CERTIFICATE-----" }
`,
    }],
    invalid: [{
      title: 'the authority under a name that Istio does not look for',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: partners, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [./partners.example.com]
      tls: { mode: MUTUAL, credentialName: partners-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: partners, namespace: istio-system }
spec: { secretName: partners-tls, dnsNames: [partners.example.com], issuerRef: { name: letsencrypt } }
---
apiVersion: v1
kind: Secret
metadata: { name: partners-tls-cacert, namespace: istio-system }
stringData: { ca.pem: "-----BEGIN CERTIFICATE-----" }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report, missing }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      const { tls } = server;
      if (tls?.mode !== 'MUTUAL' && tls?.mode !== 'OPTIONAL_MUTUAL') return;
      if (tls.caCertificates || tls.caCertCredentialName) return;
      const namespace = gateway.workloadNamespace;
      if (namespace === undefined) return;
      const known = mesh.fact(secrets);
      for (const { name, path } of credentialsOf(server)) {
        const at = `spec.servers[${i}].tls.${path}`;
        // Once there is a second Secret, the first is not looked at.
        const second = known.find(namespace, `${name}${SUFFIX}`);
        if (second !== undefined) {
          if (hasAuthority(second)) continue;
          report({
            path: at,
            message: `${tls.mode} needs an authority, and the Secret ${namespace}/${second.name} has no ca.crt; it has ${secretKeys(second).join(', ') || 'nothing'}.`,
          });
          continue;
        }
        const first = known.find(namespace, name);
        // Whatever is made later may hold anything.
        if (first === undefined || hasAuthority(first) || known.exists(namespace, `${name}${SUFFIX}`)) continue;
        missing({
          path: at,
          namespace,
          message: `${tls.mode} needs an authority: the Secret ${namespace}/${name} has no ca.crt, and there is no Secret ${name}${SUFFIX}.`,
        });
      }
    });
  },
});

function hasAuthority(secret: MeshObject): boolean {
  return secretValue(secret, 'cacert') !== undefined || secretValue(secret, 'ca.crt') !== undefined;
}
