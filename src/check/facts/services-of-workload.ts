import { MeshFacts } from './mesh-facts';
import { ServiceFacts, services } from './services';
import { Workload, workloads } from './workloads';

/** The Kubernetes Services that select each workload: `mesh.fact(servicesOfWorkloads)`. */
export function servicesOfWorkloads(mesh: MeshFacts): ReadonlyMap<Workload, readonly ServiceFacts[]> {
  const found = new Map<Workload, ServiceFacts[]>();
  const all = mesh.fact(workloads);
  if (all.all.length === 0) return found;
  for (const service of mesh.fact(services).all) {
    if (service.kind !== 'Service' || service.selector === undefined) continue;
    for (const workload of all.selected(service.namespace, service.selector)) {
      const others = found.get(workload);
      if (others) others.push(service);
      else found.set(workload, [service]);
    }
  }
  return found;
}
