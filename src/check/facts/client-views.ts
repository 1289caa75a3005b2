import { isGatewayWorkload } from './gateway-workloads';
import { MeshFacts } from './mesh-facts';
import { dataPlaneOf } from './namespaces';
import { ServiceFacts } from './services';
import { showsRulesFor, showsService, SidecarFacts, sidecars } from './sidecars';
import { VirtualServiceFacts, virtualServices } from './virtual-services';
import { isVisibleIn } from './visibility';
import { workloads } from './workloads';

/** What the Sidecars of a namespace let its clients see. */
export class ClientViews {
  private readonly views = new Map<string, readonly SidecarFacts[]>();

  constructor(private readonly mesh: MeshFacts) {}

  /**
   * A Sidecar that hides all of the services, where those of every client of the namespace do; of every client of one
   * service account, if that is given. Undefined where some client sees one of them, or where nobody knows of clients.
   */
  public hiding(client: string, services: readonly ServiceFacts[], serviceAccount?: string): SidecarFacts | undefined {
    const views = this.of(client, serviceAccount);
    if (views.length === 0 || services.length === 0) return undefined;
    for (const sidecar of views) {
      for (const service of services) {
        if (showsService(sidecar, client, service) || this.isDestination(sidecar, client, service)) return undefined;
      }
    }
    return views[0];
  }

  /** The same for the rules of a VirtualService. */
  public hidingRules(client: string, rules: VirtualServiceFacts): SidecarFacts | undefined {
    const views = this.of(client);
    if (views.length === 0) return undefined;
    for (const sidecar of views) if (takesRules(sidecar, client, rules)) return undefined;
    return views[0];
  }

  /** Whether a Sidecar shows rules that lead to a service: then it is seen too. */
  private isDestination(sidecar: SidecarFacts, client: string, service: ServiceFacts): boolean {
    const leading = this.mesh.fact(rulesByDestination).get(service.host);
    return leading !== undefined && leading.some((rules) => isVisibleIn(rules.visibility, client) && takesRules(sidecar, client, rules));
  }

  /** Each Sidecar that holds for some client; none if a client sees everything, or none is known. */
  private of(client: string, serviceAccount?: string): readonly SidecarFacts[] {
    const key = serviceAccount === undefined ? client : `${client}\n${serviceAccount}`;
    let views = this.views.get(key);
    if (views === undefined) this.views.set(key, views = this.find(client, serviceAccount));
    return views;
  }

  private find(client: string, serviceAccount?: string): readonly SidecarFacts[] {
    const known = this.mesh.fact(sidecars);
    if (known.all.length === 0) return NONE;
    const found = new Set<SidecarFacts>();
    for (const workload of this.mesh.fact(workloads).in(client)) {
      if (serviceAccount !== undefined && workload.serviceAccount !== serviceAccount) continue;
      // No Sidecar holds for gateways.
      if (isGatewayWorkload(this.mesh, workload)) return NONE;
      const plane = dataPlaneOf(this.mesh, workload);
      if (plane === 'ambient') return NONE;
      if (plane === 'none') continue;
      const sidecar = known.holdingFor(workload);
      if (sidecar?.egress === undefined) return NONE;
      found.add(sidecar);
    }
    return [...found];
  }
}

const NONE: readonly never[] = [];

function takesRules(sidecar: SidecarFacts, client: string, { hosts, namespace }: VirtualServiceFacts): boolean {
  return hosts.some((host) => showsRulesFor(sidecar, client, { host, namespace }));
}

/** `mesh.fact(clientViews)` */
export function clientViews(mesh: MeshFacts): ClientViews {
  return new ClientViews(mesh);
}

function rulesByDestination(mesh: MeshFacts): ReadonlyMap<string, readonly VirtualServiceFacts[]> {
  const found = new Map<string, VirtualServiceFacts[]>();
  for (const rules of mesh.fact(virtualServices).all) {
    if (!rules.onMesh) continue;
    for (const host of new Set(rules.destinations.map((destination) => destination.host))) {
      const others = found.get(host);
      if (others) others.push(rules);
      else found.set(host, [rules]);
    }
  }
  return found;
}
