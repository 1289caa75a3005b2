import { effectivePolicies } from './effective-policies';
import { MeshPort } from './mesh-port';
import type { MeshService } from './mesh-service';
import { routes } from './route-validation';
import { howToSayProtocol } from './service-ports';
import { streamKindOf } from './stream-routes';
import { streams } from './stream-validation';
import { PortProtocol } from '../semantics/port-protocol';

/** What can only be said once every contributor has spoken and every name is known. */
export function validateService(service: MeshService): string[] {
  const checks = [
    ports, httpOnOtherPorts, unknownPorts, unknownSubsets, headless, effectivePolicies, workloadsElsewhere, routes, streams,
  ];
  return checks.flatMap((check) => check(service));
}

function ports(service: MeshService): string[] {
  return service._ports.mistakes;
}

/** Rules and HTTP pools do nothing where the proxy reads no requests. */
function httpOnOtherPorts(service: MeshService): string[] {
  const all = service.ports;
  if (all.some((port) => port.isHttp)) return [];
  const nothingWritten = !service._routeLayers.isEmpty && !all.some(streamKindOf);
  const what = service._routeLayers.needRequests || nothingWritten ? 'HTTP rules (timeouts, retries, weights or matches)'
    : service._trafficLayers.usesHttpPool() ? 'HTTP connection pool settings' : undefined;
  return what === undefined ? [] : [
    `${what} are set for ${service.name}, but its ports are ${service._ports.list()}. ${remedy(all)}`,
  ];
}

function remedy(all: readonly MeshPort[]): string {
  const automatic = all.find((port) => port.protocol === PortProtocol.AUTOMATIC);
  return automatic
    ? `The proxy only guesses what port ${automatic.number} speaks. ${howToSayProtocol(automatic)}`
    : 'They do nothing there: leave them out (RequestTimeout.none(), no retries, no preset, no `alwaysCanary`), and use the `tcp` settings of the connection pool.';
}

function unknownPorts(service: MeshService): string[] {
  const inRules = service._routeLayers.ports;
  return [...new Set([...inRules, ...service._trafficLayers.ports])].flatMap((number) => {
    const port = service._ports.find(number);
    if (!port) return [`port ${number} is not a port of ${service.name}, which has ${service._ports.list()}.`];
    if (port.isHttp || !(inRules.includes(number) || service._trafficLayers.usesHttpPool(number))) return [];
    return [`HTTP settings are given for port ${port.toString()} of ${service.name}. ${remedy([port])}`];
  });
}

function unknownSubsets(service: MeshService): string[] {
  const known = service._subsets.all.map(({ name }) => name).join(', ') || 'none';
  const named = [...service._trafficLayers.subsets, ...service._routeLayers.subsets, ...service._streamRoutes.subsets];
  return named
    .filter(({ subset }) => !service._subsets.has(subset))
    .map(({ subset, owner }) => `[${owner.node.path}] names the subset "${subset}" of ${service.name}; its subsets are: ${known}. A CanaryRollout on this MeshService defines those of its versions, addSubset(name, labels) any other.`);
}

function headless(service: MeshService): string[] {
  if (!service._headless) return [];
  const why = `${service.name} is headless (clusterIP: None): clients pick a pod by themselves and the proxy sends to just that pod`;
  return [
    ...service._subsets.all.map(({ name, owner }) => `[${owner.node.path}] ${why}, so the subset "${name}" cannot be chosen. Give the Service a cluster IP.`),
    ...service._trafficLayers.balanced.map((owner) => `[${owner.node.path}] ${why}, so load balancing has no say. Give the Service a cluster IP, or leave it out.`),
    ...service._trafficLayers.ejecting.map((owner) => `[${owner.node.path}] ${why}, ejected or not, so outlier detection does nothing. Give the Service a cluster IP, or leave it out.`),
  ];
}

function workloadsElsewhere(service: MeshService): string[] {
  return service.workloads
    .filter((workload) => workload.namespace !== service.namespace)
    .map((workload) => `the workload ${workload.name} is in namespace ${workload.namespace}, the service ${service.name} in ${service.namespace}: a Service selects pods of its own namespace only.`);
}
