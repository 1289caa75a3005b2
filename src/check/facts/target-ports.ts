import { MeshFacts } from './mesh-facts';
import { ServiceFacts, ServicePort } from './services';
import { servicesOfWorkloads } from './services-of-workload';
import { Workload } from './workloads';

/** A port of a Service that leads to a port of a workload. */
export interface PortToWorkload {
  readonly service: ServiceFacts;
  readonly port: ServicePort;
}

/** The ports of Services by the number or name of the workload's port that they lead to. */
export function portsByTarget(mesh: MeshFacts, workload: Workload): ReadonlyMap<string, readonly PortToWorkload[]> | undefined {
  const services = mesh.fact(servicesOfWorkloads).get(workload);
  if (services === undefined || (services.length === 1 && services[0].ports.length < 2)) return undefined;
  const byTarget = new Map<string, PortToWorkload[]>();
  for (const service of services) {
    for (const port of service.ports) {
      const target = String(port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '' ? port.number : port.targetPort);
      const others = byTarget.get(target);
      if (others) others.push({ service, port });
      else byTarget.set(target, [{ service, port }]);
    }
  }
  return byTarget;
}
