import { isHostLabel } from './host-name';

/** A port's name as Istio's own kinds take it: letters of both cases, unlike in Kubernetes. */
export function isPortName(name: string): boolean {
  return isHostLabel(name);
}
