import { MeshFacts, specOf } from './mesh-facts';
import { Visibility, visibilityOf } from './visibility';
import { ServiceEntrySpec } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** One host on one port, as a ServiceEntry declares it. */
export interface ServiceEntryPort {
  readonly object: MeshObject;
  readonly spec: ServiceEntrySpec;
  /** In capital letters; empty if none is said. */
  readonly protocol: string;
  readonly visibility: Visibility;
}

/** What ServiceEntries declare, by host and port: `mesh.fact(serviceEntryPorts)`. */
export function serviceEntryPorts(mesh: MeshFacts): ReadonlyMap<string, readonly ServiceEntryPort[]> {
  const found = new Map<string, ServiceEntryPort[]>();
  for (const object of mesh.ofKind(Kind.SERVICE_ENTRY)) {
    if (mesh.isReplaced(object)) continue;
    const spec = specOf<ServiceEntrySpec>(object);
    const { hosts = [], ports = [] } = spec;
    const visibility = visibilityOf(spec.exportTo, object.namespace);
    for (const host of hosts) {
      for (const { number, protocol = '' } of ports) {
        const entry = { object, spec, protocol: protocol.toUpperCase(), visibility };
        const key = hostAndPort(host, number);
        const others = found.get(key);
        if (others) others.push(entry);
        else found.set(key, [entry]);
      }
    }
  }
  return found;
}

export function hostAndPort(host: string, port: number): string {
  return `${host}:${port}`;
}
