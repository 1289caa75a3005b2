import { IConstruct } from 'constructs';
import type { ZeroTrustNamespace } from './zero-trust-namespace';
import { AppRegistry } from '../model/app-registry';

const ZERO_TRUST = new AppRegistry<ZeroTrustNamespace>(() => []);

/** All zero-trust namespaces of an App: two for one namespace would overwrite each other's objects. */
export function registerZeroTrust(zeroTrust: ZeroTrustNamespace): void {
  const other = zeroTrustOf(zeroTrust, zeroTrust.namespace);
  if (other) {
    throw new Error(
      `[${zeroTrust.node.path}] and [${other.node.path}] are both a ZeroTrustNamespace for ${zeroTrust.namespace}, and would overwrite each other's objects. `
      + 'Make it once and hand it to whatever allows something.');
  }
  ZERO_TRUST.register(zeroTrust, zeroTrust);
}

export function zeroTrustOf(construct: IConstruct, namespace: string): ZeroTrustNamespace | undefined {
  return ZERO_TRUST.of(construct).find((zeroTrust) => zeroTrust.namespace === namespace);
}
