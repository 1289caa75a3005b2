import { NEVER_INJECTED } from './namespaces';
import { MeshObject } from '../../manifest/mesh-object';

/** Services of Istio itself and of Kubernetes, whose ports istioctl does not judge. */
export function isOfIstioItself({ namespace, labels }: MeshObject): boolean {
  return labels.istio !== undefined || labels.release === 'istio' || MANAGERS.has(labels['gateway.istio.io/managed'] ?? '') || NEVER_INJECTED.has(namespace);
}

const MANAGERS: ReadonlySet<string> = new Set(
  ['istio.io-gateway-controller', 'istio.io-mesh-controller', 'istio.io-eastwest-controller']);
