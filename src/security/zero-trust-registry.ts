import { IConstruct } from 'constructs';
import type { ZeroTrustNamespace } from './zero-trust-namespace';

const REGISTRIES = new WeakMap<IConstruct, Map<string, ZeroTrustNamespace>>();

/** All zero-trust namespaces of an App: two for one namespace would overwrite each other's objects. */
export function registerZeroTrust(zeroTrust: ZeroTrustNamespace): void {
  const known = REGISTRIES.get(zeroTrust.node.root) ?? new Map<string, ZeroTrustNamespace>();
  REGISTRIES.set(zeroTrust.node.root, known);
  const other = known.get(zeroTrust.namespace);
  if (other) {
    throw new Error(
      `[${zeroTrust.node.path}] and [${other.node.path}] are both a ZeroTrustNamespace for ${zeroTrust.namespace}, and would overwrite each other's objects. `
      + 'Make it once and hand it to whatever allows something.');
  }
  known.set(zeroTrust.namespace, zeroTrust);
}

export function zeroTrustOf(construct: IConstruct, namespace: string): ZeroTrustNamespace | undefined {
  return REGISTRIES.get(construct.node.root)?.get(namespace);
}
