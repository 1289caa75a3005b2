import { IConstruct } from 'constructs';
import { TokenExemption } from './jwt-exemption';
import { ambientMeshOf } from '../model/ambient-mesh';
import { MeshPort } from '../model/mesh-port';
import { MeshService } from '../model/mesh-service';
import { MESH_SERVICES } from '../model/mesh-service-registry';
import { IMeshTarget } from '../model/mesh-target';
import { MeshWorkload } from '../model/mesh-workload';
import { PolicyScope } from '../model/policy-scope';
import { fronts } from '../model/target-ports';
import { PortProtocol } from '../semantics/port-protocol';

/*
 * Ports that carry no requests. On those, Istio leaves out what a rule says of tokens, and a rule that refuses whoever has
 * none refuses everyone.
 */

/** The ports of a MeshService that its own policy is not about. */
export function streamExemptions(target: IMeshTarget | undefined, exemptions: readonly TokenExemption[]): TokenExemption[] {
  if (!(target instanceof MeshService)) return [];
  const ports = streamPorts(target).map(({ number }) => number).filter((number) => !exemptions.some((one) => onlyPorts(one).includes(number)));
  return ports.length > 0 ? [{ ports }] : [];
}

/** Services whose connections would all be refused. */
export function streamsWithoutExemption(owner: IConstruct, scope: PolicyScope, exemptions: readonly TokenExemption[]): string[] {
  if (scope._target instanceof MeshService || (scope._gateway !== undefined && !scope._atWaypoint)) return [];
  const exempted = new Set(exemptions.flatMap(onlyPorts));
  return MESH_SERVICES.of(owner).filter((service) => (scope._atWaypoint ? isBehind(service, scope) : isIn(service, scope))).flatMap((service) => {
    const ports = streamPorts(service)
      .map(({ number }) => (scope._atWaypoint ? number : service._ports.target(number)))
      .filter((port) => !exempted.has(port));
    return ports.length === 0 ? [] : [
      `${service.name} [${service.node.path}] has connections without requests on port ${ports.join(', ')}${scope._atWaypoint ? '' : ' of its pods'}, where nobody can bring a token: all of them would be refused. `
      + `Say \`exemptions: [{ ports: [${ports.join(', ')}] }]\`, or name the workloads that tokens are for.`,
    ];
  });
}

function streamPorts(service: MeshService): MeshPort[] {
  return service.ports.filter(({ isHttp, protocol }) => !isHttp && protocol !== PortProtocol.UDP && protocol !== PortProtocol.AUTOMATIC);
}

/** What is excepted whatever the request is. */
function onlyPorts({ ports = [], paths, methods }: TokenExemption): readonly number[] {
  return paths === undefined && methods === undefined ? ports : [];
}

/** Whether a Service is known to use a waypoint. */
function isBehind(service: MeshService, { _gateway: name, _namespace: namespace }: PolicyScope): boolean {
  if (service._isExternalHost) return false;
  const waypoint = ambientMeshOf(service).waypointOf(service.namespace, service.name);
  return waypoint !== undefined && waypoint !== 'unknown' && waypoint.name === name && waypoint.namespace === namespace;
}

function isIn(service: MeshService, { _target: target, _namespace: namespace, _isMesh: isMesh }: PolicyScope): boolean {
  if (target) return target instanceof MeshWorkload && fronts(service, target);
  return isMesh || service.namespace === namespace;
}
