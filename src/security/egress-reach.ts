import { ApiObject } from 'cdk8s';
import type { AllowRule } from './allow-rule';
import type { ZeroTrustNamespace } from './zero-trust-namespace';
import { zeroTrustOf } from './zero-trust-registry';
import { callerNamespaces } from '../model/called-hosts';
import { IMeshCaller } from '../model/identity';
import { resolveLazy } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';
import { MeshWorkload } from '../model/mesh-workload';
import { SidecarHostEntry, entryOf, letsSee } from '../model/sidecar-hosts';

/** By these, in a selector, gateways are known; a Sidecar does not hold for them. */
const GATEWAY_LABELS = ['istio', 'istio.io/gateway-name', 'gateway.networking.k8s.io/gateway-name'];

/** Allows into another namespace than the caller's, whose own Sidecar in this App does not let the call out. */
export function heldBack(rules: readonly AllowRule[]): string[] {
  const written = new Map<ApiObject, SidecarHostEntry[]>();
  const letOut = (sidecar: ApiObject) => {
    const entries = written.get(sidecar) ?? entriesOf(sidecar);
    written.set(sidecar, entries);
    return entries;
  };
  return rules.flatMap(({ title, caller, target }) => {
    if (!(target instanceof MeshService) || caller === undefined || isGateway(caller)) return [];
    return [...callerNamespaces(caller)].flatMap((namespace) => {
      const owner = namespace === target.namespace ? undefined : zeroTrustOf(target, namespace);
      if (!owner?.sidecar || letOut(owner.sidecar).some((entry) => letsSee(entry, entryOf(target))) || hasOtherSidecar(owner)) return [];
      return [
        `allow ${title}: the sidecars of ${namespace} know only the hosts that [${owner.node.path}] names, and ${target.host} is none of them, so the call never leaves ${namespace}. `
        + `Add allowEgress for ${target.name} [${target.node.path}] at [${owner.node.path}].`,
      ];
    });
  });
}

/** As the Sidecar is written, patches of the user included. */
function entriesOf(sidecar: ApiObject): SidecarHostEntry[] {
  const listeners: { hosts?: string[] }[] = sidecar.toJson().spec?.egress ?? [{ hosts: ['*/*'] }];
  return listeners.flatMap(({ hosts }) => hosts ?? []).map((text) => {
    const [namespace, host] = text.split('/');
    return { namespace, host };
  });
}

/** A Sidecar that the user writes for some of the pods says more than ours. */
function hasOtherSidecar(owner: ZeroTrustNamespace): boolean {
  return owner.node.root.node.findAll().some((construct) => ApiObject.isApiObject(construct) && construct !== owner.sidecar
    && construct.kind === 'Sidecar' && construct.apiGroup === 'networking.istio.io' && resolveLazy(construct.metadata.namespace) === owner.namespace);
}

function isGateway(caller: IMeshCaller): boolean {
  const workloads = caller instanceof MeshService ? caller.workloads : caller instanceof MeshWorkload ? [caller] : [];
  return workloads.length > 0 && workloads.every((workload) => {
    const facts = workload._podFacts();
    const labels = facts?.labels ?? workload.selector;
    return facts?.proxy.gateway || GATEWAY_LABELS.some((label) => label in labels);
  });
}
