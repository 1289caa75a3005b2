import { MeshFacts } from './mesh-facts';
import { ServiceFacts, ServicePort } from './services';
import { servicesOfWorkloads } from './services-of-workload';
import { Workload } from './workloads';

/** A port of a workload, as a Service leads to it. */
export interface WorkloadPort {
  /** The workload's own port; undefined if a name does not resolve. */
  readonly number: number | undefined;
  readonly service: ServiceFacts;
  readonly port: ServicePort;
}

/** The ports of a workload that Services in sight lead to. Without one, Istio knows nothing of its ports. */
export function portsOf(mesh: MeshFacts, workload: Workload): readonly WorkloadPort[] {
  return mesh.fact(portsOfWorkloads).get(workload) ?? NONE;
}

const NONE: readonly never[] = [];

function portsOfWorkloads(mesh: MeshFacts): ReadonlyMap<Workload, readonly WorkloadPort[]> {
  const found = new Map<Workload, readonly WorkloadPort[]>();
  for (const [workload, services] of mesh.fact(servicesOfWorkloads)) {
    found.set(workload, services.flatMap((service) => service.ports.map((port) => ({ number: targetPortOf(port, workload), service, port }))));
  }
  return found;
}

/** The port of the workload that a port of its Service leads to. */
export function targetPortOf({ targetPort, number }: ServicePort, workload: Workload): number | undefined {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return number;
  if (typeof targetPort === 'number') return targetPort;
  for (const { ports } of workload.containers) {
    for (const port of ports) if (port.name === targetPort) return port.containerPort;
  }
  for (const { ports } of workload.initContainers) {
    for (const port of ports) if (port.name === targetPort) return port.containerPort;
  }
  return undefined;
}
