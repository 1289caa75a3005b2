import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { credentialsOf, gateways } from '../../facts/gateways';
import { MeshFacts } from '../../facts/mesh-facts';
import { secretKeys, secrets, secretValue } from '../../facts/secrets';
import { defineRule } from '../../rule';

export const gatewayCredentialUnusable = defineRule({
  code: 'MESH3204',
  slug: 'gateway-credential-unusable',
  title: 'A Gateway names a Secret that holds no usable certificate',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0161'],
  sees: 'mesh',
  why: 'The proxy refuses the certificate, and TLS handshakes on that port fail.',
  fix: 'Give the Secret a valid certificate under `tls.crt` and its key under `tls.key` (or `cert` and `key`).',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0161/'],
  examples: {
    valid: [{
      title: 'no credential to read',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  selector: { istio: ingressgateway }
  servers:
    - port: { number: 443, name: tls, protocol: TLS }
      hosts: [./shop.example.com]
      tls: { mode: PASSTHROUGH }
`,
    }],
    invalid: [{
      title: 'no keys that Istio looks for',
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
apiVersion: v1
kind: Secret
metadata: { name: shop-tls, namespace: istio-system }
stringData: { certificate.pem: "-----BEGIN CERTIFICATE-----" }
`,
    }],
  },
  kinds: [Kind.GATEWAY],
  check(object, { mesh, report }) {
    const gateway = mesh.fact(gateways).of(object);
    gateway.servers.forEach((server, i) => {
      for (const { name, path } of credentialsOf(server)) {
        const namespace = gateway.workloadNamespace;
        if (namespace === undefined) continue;
        const secret = mesh.fact(secrets).find(namespace, name);
        const problem = secret && problemOf(secret, mesh);
        if (problem) report({ path: `spec.servers[${i}].tls.${path}`, message: `The Secret ${namespace}/${name} ${problem}.` });
      }
    });
  },
});

function problems(): Map<MeshObject, string | null> {
  return new Map();
}

function problemOf(secret: MeshObject, mesh: MeshFacts): string | null {
  const known = mesh.fact(problems);
  let problem = known.get(secret);
  if (problem === undefined) known.set(secret, problem = read(secret, mesh.now));
  return problem;
}

function read(secret: MeshObject, now: Date): string | null {
  for (const [certificateKey, privateKey] of [['cert', 'key'], ['tls.crt', 'tls.key']]) {
    const certificate = secretValue(secret, certificateKey);
    const key = secretValue(secret, privateKey);
    if (certificate && key) return certificateProblem(certificate, certificateKey, now) ?? keyProblem(certificate, key, privateKey);
  }
  const keys = secretKeys(secret);
  return `has no values under both tls.crt and tls.key (or cert and key); ${keys.length === 0 ? 'it is empty' : `it has ${keys.slice(0, 5).join(', ')}`}`;
}

function certificateProblem(pem: Buffer, key: string, now: Date): string | null {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return `holds no certificate in PEM under ${key}`;
  }
  if (now > new Date(certificate.validTo)) return `holds a certificate that expired on ${certificate.validTo}`;
  if (now < new Date(certificate.validFrom)) return `holds a certificate that is not valid before ${certificate.validFrom}`;
  return null;
}

function keyProblem(certificate: Buffer, pem: Buffer, key: string): string | null {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(pem)) ? null : `holds a key under ${key} that does not belong to its certificate`;
  } catch {
    return `holds no private key in PEM under ${key}`;
  }
}
