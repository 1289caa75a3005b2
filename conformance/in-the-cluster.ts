import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

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

/** What Istio's installation puts into a cluster of the mesh. */
const CONTROL_PLANE = `
apiVersion: v1
kind: Service
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec:
  selector: { app: istiod }
  ports: [{ name: grpc-xds, port: 15010 }, { name: https-dns, port: 15012 }, { name: https-webhook, port: 443, targetPort: 15017 }]
---
apiVersion: v1
kind: Service
metadata: { name: istio-eastwestgateway, namespace: istio-system, labels: { istio: eastwestgateway, topology.istio.io/network: east-net } }
spec:
  type: LoadBalancer
  selector: { istio: eastwestgateway }
  ports:
    # As the API server fills it in: analyzers look at no other port.
    - { name: tls, port: 15443, targetPort: 15443, protocol: TCP }
    - { name: tls-istiod, port: 15012, targetPort: 15012, protocol: TCP }
    - { name: tls-webhook, port: 15017, targetPort: 15017, protocol: TCP }
---
apiVersion: v1
kind: Pod
metadata: { name: istio-eastwestgateway, namespace: istio-system, labels: { istio: eastwestgateway } }
spec: { containers: [{ name: istio-proxy, image: proxyv2 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: istiod, namespace: istio-system, labels: { app: istiod } }
spec: { containers: [{ name: discovery, image: pilot }] }
`;

/** The gateway of the release `istio-ingressgateway`, and a service of another team. */
const INSTALLED = `
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-ingress }
spec:
  selector: { app: istio-ingressgateway, istio: ingressgateway }
  ports: [{ name: http2, port: 80, protocol: TCP }, { name: https, port: 443, protocol: TCP }]
---
apiVersion: v1
kind: Pod
metadata: { name: istio-ingressgateway, namespace: istio-ingress, labels: { app: istio-ingressgateway, istio: ingressgateway } }
spec: { containers: [{ name: istio-proxy, image: proxyv2 }] }
---
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec: { selector: { app: frontend }, ports: [{ name: http, port: 80, protocol: TCP }] }
`;

const OF_OTHERS: Readonly<Record<string, () => string[]>> = {
  'egress': () => [EGRESS_GATEWAY],
  'install': () => [INSTALLED, secret('istio-ingress', 'shop-cert', 'shop.example.com')],
  'multi-cluster': () => [CONTROL_PLANE],
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
    const [keyFile, certFile] = ['key.pem', 'certificate.pem'].map((file) => join(directory, file));
    const subject = ['-subj', '/CN=example', '-addext', `subjectAltName=DNS:${host}`];
    const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    execFileSync('openssl', ['req', ...made, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: ['ignore', 'ignore', 'pipe'] });
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
