import { RuleContext } from './rule-context';
import { MESH_SERVICES } from '../../model/mesh-service-registry';
import { PortProtocol } from '../../semantics/port-protocol';

/** A port under a policy of which it is known that it carries no requests, in words. */
export function knownStream({ owner, scope }: RuleContext): string | undefined {
  const target = scope._target;
  for (const service of MESH_SERVICES.of(owner)) {
    if (!scope._isMesh && service.namespace !== scope._namespace) continue;
    if (target && !service.workloads.some((workload) => workload === target)) continue;
    const port = service.ports.find(({ isHttp, protocol }) => !isHttp && protocol !== PortProtocol.AUTOMATIC && protocol !== PortProtocol.UDP);
    if (port) return `port ${port.toString()} of ${service.name}`;
  }
  return undefined;
}
