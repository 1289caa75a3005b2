import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Certificate } from './engines/certificate';

/** The pods of an egress gateway and their Service, as Helm installs them. */
const EGRESS_GATEWAY = `
apiVersion: v1
kind: Service
metadata: { name: istio-egressgateway, namespace: istio-egress }
spec:
  selector: { istio: egressgateway }
  ports: [{ name: http, port: 80, targetPort: 8080 }, { name: https, port: 443, targetPort: 8443 }]
---
apiVersion: v1
kind: Pod
metadata: { name: istio-egressgateway, namespace: istio-egress, labels: { istio: egressgateway } }
spec: { containers: [{ name: istio-proxy, image: proxyv2 }] }
`;

const OF_OTHERS: Readonly<Record<string, () => string[]>> = {
  'egress': () => [EGRESS_GATEWAY],
  'public-api': () => ['api', 'backoffice'].map((name) => secret('edge', `${name}-cert`, `${name}.example.com`)),
};

/** What the cluster has that an example takes for granted, as YAML: a gateway of the platform team, keys that stand in no code. */
export function inTheCluster(example: string): string {
  return (OF_OTHERS[example]?.() ?? []).join('---\n');
}

/** A key that was made for it and a certificate for the host: what is no certificate is an error by itself. */
function secret(namespace: string, name: string, host: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-secret-'));
  try {
    const { keyFile, certFile } = new Certificate(directory, `DNS:${host}`);
    return stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace },
      type: 'kubernetes.io/tls',
      // As the API server keeps it: analyzers do not look at stringData.
      data: { 'tls.key': readFileSync(keyFile, 'base64'), 'tls.crt': readFileSync(certFile, 'base64') },
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
