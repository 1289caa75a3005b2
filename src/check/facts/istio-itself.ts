import { Labels } from './workloads';

/** Services of Istio itself, whose ports istioctl does not judge. */
export function isOfIstioItself(labels: Labels): boolean {
  return labels.istio !== undefined || labels.release === 'istio' || MANAGERS.has(labels['gateway.istio.io/managed'] ?? '');
}

const MANAGERS: ReadonlySet<string> = new Set(
  ['istio.io-gateway-controller', 'istio.io-mesh-controller', 'istio.io-eastwest-controller']);
