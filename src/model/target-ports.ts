import { checkList } from './given';
import { MeshPort } from './mesh-port';
import { MeshService } from './mesh-service';
import { MESH_SERVICES } from './mesh-service-registry';
import { IMeshTarget } from './mesh-target';
import { MeshWorkload } from './mesh-workload';
import type { PolicyScope } from './policy-scope';
import { howToSayProtocol } from './service-ports';
import { describeValue } from '../semantics/describe-value';
import { PortProtocol } from '../semantics/port-protocol';

/**
 * The pods' ports that a rule for a target is about; undefined for every port of a workload.
 *
 * `ports` are those of the Service for a MeshService and the pods' own for a workload. Where none
 * are given, a MeshService means all of its ports, or its HTTP ports in a rule about requests.
 *
 * @param http what makes it a rule about requests (`methods`, `paths`), if it is one
 */
export function targetPorts(target: IMeshTarget, ports: readonly number[] | undefined, http: string | undefined): number[] | undefined {
  if (!(target instanceof MeshService)) {
    if (http !== undefined) refuseStreams(target, ports, http);
    return ports && distinct(ports);
  }
  return distinct(servicePorts(target, ports, http).map((port) => target._ports.target(port.number)));
}

/** The ports that a policy names: a waypoint sees those of the Service, whatever stands before pods sees the pods'. */
export function policyPorts(scope: PolicyScope, ports: readonly number[] | undefined, http: string | undefined): number[] | undefined {
  const target = scope._target;
  if (!target) return ports && [...ports];
  return scope._atWaypoint ? givenPorts(target, ports, http) : targetPorts(target, ports, http);
}

/** The same as people give them: those of the Service for a MeshService. */
export function givenPorts(target: IMeshTarget, ports: readonly number[] | undefined, http: string | undefined): number[] | undefined {
  return target instanceof MeshService ? distinct(servicePorts(target, ports, http).map(({ number }) => number)) : targetPorts(target, ports, http);
}

function servicePorts(service: MeshService, ports: readonly number[] | undefined, http: string | undefined): MeshPort[] {
  const meant = ports === undefined ? everyPort(service, http) : ports.map((number) => portOf(service, number));
  for (const port of meant) {
    if (port.protocol === PortProtocol.UDP) {
      throw new Error(`port ${port.toString()} of ${service.name} is UDP, which never passes the proxy: no policy can allow or refuse it. Leave it out.`);
    }
    if (http !== undefined && !port.isHttp) throw new Error(notHttp(port, service.name, http));
  }
  return meant;
}

function everyPort(service: MeshService, http: string | undefined): MeshPort[] {
  const streams = service.ports.filter((port) => port.protocol !== PortProtocol.UDP);
  if (streams.length === 0) throw new Error(`${service.name} has no port that a policy could allow (it has ${service._ports.list()}).`);
  if (http === undefined) return streams;
  const requests = streams.filter((port) => port.isHttp);
  if (requests.length > 0) return requests;
  throw new Error(notHttp(streams.find((port) => port.protocol === PortProtocol.AUTOMATIC) ?? streams[0], service.name, http));
}

function portOf(service: MeshService, number: number): MeshPort {
  const port = service._ports.find(number);
  if (!port) throw new Error(`there is no port ${number} of ${service.name}, which has ${service._ports.list()}. Give the Service's port, not the pod's.`);
  return port;
}

function notHttp(port: MeshPort, name: string, http: string): string {
  return port.protocol === PortProtocol.AUTOMATIC
    ? `${http} need requests that the proxy reads, and it only guesses what port ${port.toString()} of ${name} speaks. ${howToSayProtocol(port)}`
    : `${http} need requests that the proxy reads, and port ${port.toString()} of ${name} carries none: Istio would drop the rule. Leave out ${http}, or allow another port.`;
}

/** A workload's ports say no protocol, but the services in front of it may. */
function refuseStreams(target: IMeshTarget, ports: readonly number[] | undefined, http: string): void {
  if (!(target instanceof MeshWorkload)) return;
  for (const service of MESH_SERVICES.of(target).filter((candidate) => fronts(candidate, target))) {
    for (const { port, targetPortName } of service._ports.all) {
      if (targetPortName === undefined && ports?.includes(port.targetPort) && !port.isHttp && port.protocol !== PortProtocol.AUTOMATIC) {
        throw new Error(notHttp(port, service.name, http));
      }
    }
  }
}

/** Whether a service leads to a workload. */
export function fronts(service: MeshService, workload: MeshWorkload): boolean {
  return service.namespace === workload.namespace
    && service.workloads.some((other) => other === workload || (other.rendered !== undefined && other.rendered === workload.rendered));
}

/** A port number as people give it; throws for what no port is. */
export function checkPorts(ports: readonly number[] | undefined): void {
  if (ports === undefined) return;
  checkList('ports', ports, '[80]');
  if (ports.length === 0) throw new Error('`ports` is empty, and an empty list means every port to Istio. Name at least one, or leave it out.');
  for (const port of ports) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`port ${describeValue(port)} is none: a port is a whole number from 1 to 65535.`);
  }
}

/** The same where ports have to be named. */
export function checkNamedPorts(ports: readonly number[]): void {
  checkList('ports', ports, '[80]');
  checkPorts(ports);
}

function distinct(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
