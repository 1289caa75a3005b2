import type { ZeroTrustNamespace } from './zero-trust-namespace';
import { calledHosts, callsFrom } from '../model/called-hosts';
import { DECLARED_CALLS } from '../model/declared-calls';
import { MeshService } from '../model/mesh-service';

/** Declared calls that deny-all refuses, as nothing could be written for pods that nobody knows. */
export function unknownTargets(guard: ZeroTrustNamespace): string[] {
  return DECLARED_CALLS.of(guard)
    .filter(({ target }) => target instanceof MeshService && target.namespace === guard.namespace && !target._isExternalHost && !target._knowsPods)
    .map(({ caller, target }) =>
      `${caller.callerName} → ${target.name} is declared, but the pods of ${target.name} [${target.node.path}] are not known, so no policy allows it, and deny-all refuses it. Give its \`workload\`, `
      + `for example MeshWorkload.fromLabels(this, 'pods', { name: '${target.name}', namespace: '${target.namespace}', labels: { app: '${target.name}' } }).`);
}

/** Declared calls to another namespace that the Sidecar cannot let out, as nobody can tell the host. */
export function unknownHosts(guard: ZeroTrustNamespace): string[] {
  if (!guard.sidecar) return [];
  return callsFrom(guard, guard.namespace)
    .filter((call) => call.letOut && call.target.namespace !== guard.namespace && calledHosts([call]).length === 0)
    .map(({ caller, target }) =>
      `${caller.callerName} is declared to call the pods of ${target.name} [${target.node.path}] in ${target.namespace}, and no MeshService of this App stands in front of them, so nobody knows the host to let out. `
      + `Make one: MeshService.fromName(this, 'service', { name: '${target.name}', namespace: '${target.namespace}', ports: [MeshPort.http(80)], workload }).`);
}
