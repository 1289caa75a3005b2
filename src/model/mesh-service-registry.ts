import { IConstruct } from 'constructs';
import type { MeshService } from './mesh-service';

const REGISTRIES = new WeakMap<IConstruct, MeshService[]>();

/** All services of an App: two owners of one host would overwrite each other's configuration. */
export function registerService(service: MeshService): void {
  const root = service.node.root;
  let services = REGISTRIES.get(root);
  if (!services) {
    services = [];
    REGISTRIES.set(root, services);
    const all = services;
    root.node.addValidation({ validate: () => doubledHosts(all) });
  }
  services.push(service);
}

/** The services of the App that a construct belongs to. */
export function servicesOf(construct: IConstruct): readonly MeshService[] {
  return REGISTRIES.get(construct.node.root) ?? [];
}

/** Found at validation, as a Service's name may be Lazy. */
function doubledHosts(services: readonly MeshService[]): string[] {
  const owners = new Map<string, MeshService>();
  return services.flatMap((service) => {
    const owner = owners.get(service.host);
    if (!owner) {
      owners.set(service.host, service);
      return [];
    }
    return [`[${service.node.path}] and [${owner.node.path}] are both a MeshService for the host ${service.host}. `
      + 'Make it once and hand it to every construct that contributes to it.'];
  });
}
