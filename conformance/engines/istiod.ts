import { ControlPlane } from './control-plane';
import { GoModule } from './go-module';
import { KubernetesObject } from './kubernetes-object';
import { Program } from './program';
import { until } from './until';

const WEBHOOK_PORT = 15017;
const READY_WITHIN = 60;

/** The CRDs of the Istio that is judged by. */
export function istioCrds(): KubernetesObject[] {
  return new GoModule('istiod', 'istio.io/api').crds('kubernetes/customresourcedefinitions.gen.yaml');
}

/** What a mesh's API server asks about every Istio object: nothing gets past it, and when it does not answer, nothing is written. */
function webhook(pem: string): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'engines-istiod' },
    webhooks: [{
      name: 'validation.istio.io',
      clientConfig: { url: `https://127.0.0.1:${WEBHOOK_PORT}/validate`, caBundle: Buffer.from(pem).toString('base64') },
      rules: [{
        operations: ['CREATE', 'UPDATE'],
        apiGroups: ['security.istio.io', 'networking.istio.io', 'telemetry.istio.io', 'extensions.istio.io'],
        apiVersions: ['*'],
        resources: ['*'],
      }],
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    }],
  };
}

/** An object that the CRD takes and istiod refuses. */
const REFUSED: KubernetesObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'refused', namespace: 'istio-system' },
  spec: { hosts: ['refused'], http: [{ route: [{ destination: { host: 'a' }, weight: 0 }, { destination: { host: 'b' }, weight: 0 }] }] },
};

/** Starts istiod, has the API server ask it, and waits until it is seen to refuse. */
export async function startIstiod({ client, certificate, kubeconfig }: ControlPlane): Promise<void> {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } });
  const { certFile, keyFile, caFile } = certificate;
  new Program('pilot-discovery', [
    'discovery', `--kubeconfig=${kubeconfig}`, `--httpsAddr=127.0.0.1:${WEBHOOK_PORT}`, '--httpAddr=127.0.0.1:8080', '--grpcAddr=127.0.0.1:15010',
    '--secureGRPCAddr=', '--monitoringAddr=127.0.0.1:15014', '--ctrlz_address=127.0.0.1',
    `--tlsCertFile=${certFile}`, `--tlsKeyFile=${keyFile}`, `--caCertFile=${caFile}`,
  ], { POD_NAMESPACE: 'istio-system', POD_NAME: 'istiod-0', REVISION: 'default' });
  await client.apply(webhook(certificate.pem));
  await until('istiod to refuse what it has to', READY_WITHIN, async (note) => {
    try {
      await client.apply(REFUSED);
      note('the API server took what istiod has to refuse');
    } catch (error) {
      note((error as Error).message);
      return (error as Error).message.includes('denied the request') || undefined;
    }
    return undefined;
  });
}
