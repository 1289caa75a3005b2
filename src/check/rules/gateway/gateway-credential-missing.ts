import { Kind } from '../../../manifest/kinds';
import { credentialsOf, gateways } from '../../facts/gateways';
import { secrets } from '../../facts/secrets';
import { defineRule } from '../../rule';

export const gatewayCredentialMissing = defineRule({
  code: 'MESH3203',
  slug: 'gateway-credential-missing',
  title: 'A Gateway names a Secret that is not where its workload is',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'TIS0304'],
  sees: 'mesh',
  why: 'Without its certificate the port does not open: TLS handshakes fail. Secrets are read from the namespace of the gateway\'s pods, not from that of the Gateway.',
  fix: 'Create the Secret in the namespace of the gateway\'s pods, or correct `credentialName`.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/', 'https://istio.io/latest/docs/reference/config/analysis/ist0101/'],
  examples: {
    valid: [{
      title: 'a Certificate that makes the Secret where the ingress gateway runs',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [./shop.example.com]
      tls: { mode: SIMPLE, credentialName: shop-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: istio-system }
spec:
  secretName: shop-tls
  dnsNames: [shop.example.com]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`,
    }],
    invalid: [{
      title: 'the Secret stands beside the Gateway, not beside the pods',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [./shop.example.com]
      tls: { mode: SIMPLE, credentialName: shop-tls }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: shop, namespace: shop }
spec:
  secretName: shop-tls
  dnsNames: [shop.example.com]
  issuerRef: { name: letsencrypt, kind: ClusterIssuer }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, missing }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      for (const { name, path } of credentialsOf(server)) {
        // Names with a scheme are read elsewhere, or are none.
        if (name.includes('://')) continue;
        const namespace = gateway.workloadNamespace;
        if (namespace === undefined) continue;
        const slash = name.indexOf('/');
        const [where, secret] = slash < 0 ? [namespace, name] : [name.slice(0, slash), name.slice(slash + 1)];
        const known = mesh.fact(secrets);
        if (known.exists(where, secret) || (gateway.workloads.some((workload) => known.exists(workload.namespace, secret)))) continue;
        const elsewhere = known.namespacesWith(secret);
        missing({
          path: `spec.servers[${i}].tls.${path}`,
          namespace: where,
          message: `There is no Secret ${secret} in ${where}, where the gateway's workload runs.`
            + (elsewhere.length > 0 ? ` There is one in ${elsewhere.slice(0, 3).join(', ')}, where it is not looked for.` : ''),
        });
      }
    });
  },
});
