import { MeshFacts } from './mesh-facts';
import { ServiceFacts, services } from './services';
import { MeshObject } from '../../manifest/mesh-object';

/** Kubernetes Services by their objects: `mesh.fact(serviceFacts)`. */
export function serviceFacts(mesh: MeshFacts): ReadonlyMap<MeshObject, ServiceFacts> {
  const byObject = new Map<MeshObject, ServiceFacts>();
  for (const service of mesh.fact(services).all) if (service.kind === 'Service') byObject.set(service.object, service);
  return byObject;
}
