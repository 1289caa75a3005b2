import { creationOrder } from './creation-order';
import { meshConfig } from './mesh-config';
import { MeshFacts, specOf } from './mesh-facts';
import { dataPlaneOf, namespaces } from './namespaces';
import { Labels, Workload, workloads } from './workloads';
import { SidecarSpec } from '../../manifest/generated/istio-specs';
import { stringMap } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';
import { hostsOverlap, isHostWithin } from '../../semantics/host-name';

/** One `namespace/host` of an egress listener. */
export interface EgressHost {
  /** `*` for all, `.` for the client's own. */
  readonly namespace: string;
  readonly host: string;
  /** `~namespace/host`: never shown. */
  readonly excluded: boolean;
}

export interface SidecarFacts {
  readonly object: MeshObject;
  readonly namespace: string;
  readonly spec: SidecarSpec;
  /** Empty for all workloads. */
  readonly labels: Labels;
  readonly hasLabels: boolean;
  /** Of each listener; undefined if all is shown. */
  readonly egress: readonly (readonly EgressHost[])[] | undefined;
}

/** What a client looks for: a service, or the rules for its host. */
export interface Shown {
  readonly host: string;
  readonly namespace: string;
}

/** All Sidecars, and which of them holds for whom: one with a selector, then the namespace's, then the mesh's. */
export class Sidecars {
  private readonly byObject = new Map<MeshObject, SidecarFacts>();
  private readonly wide = new Map<string, SidecarFacts[]>();
  private selecting?: Map<Workload, SidecarFacts[]>;

  constructor(private readonly mesh: MeshFacts, public readonly all: readonly SidecarFacts[], private readonly root: string) {
    for (const sidecar of all) {
      this.byObject.set(sidecar.object, sidecar);
      if (sidecar.hasLabels || mesh.isReplaced(sidecar.object)) continue;
      const others = this.wide.get(sidecar.namespace);
      if (others) others.push(sidecar);
      else this.wide.set(sidecar.namespace, [sidecar]);
    }
  }

  public of(object: MeshObject): SidecarFacts {
    return this.byObject.get(object)!;
  }

  /** Those of a namespace without a selector; only the oldest counts. */
  public forAllOf(namespace: string): readonly SidecarFacts[] {
    return this.wide.get(namespace) ?? NONE;
  }

  /** Those whose labels select a workload; only the oldest counts. */
  public selectingOnly(workload: Workload): readonly SidecarFacts[] {
    return (this.selecting ??= this.select()).get(workload) ?? NONE;
  }

  /** The one that holds in a namespace for workloads that none selects. */
  public ofNamespace(namespace: string): SidecarFacts | undefined {
    return this.forAllOf(namespace)[0] ?? this.forAllOf(this.root)[0];
  }

  /** The one that holds for a workload; undefined if it sees all that is exported to it. */
  public holdingFor(workload: Workload): SidecarFacts | undefined {
    return this.selectingOnly(workload)[0] ?? this.ofNamespace(workload.namespace);
  }

  private select(): Map<Workload, SidecarFacts[]> {
    const selecting = new Map<Workload, SidecarFacts[]>();
    const known = this.mesh.fact(workloads);
    for (const sidecar of this.all) {
      if (!sidecar.hasLabels || this.mesh.isReplaced(sidecar.object)) continue;
      for (const workload of known.selected(sidecar.namespace, sidecar.labels)) {
        const others = selecting.get(workload);
        if (others) others.push(sidecar);
        else selecting.set(workload, [sidecar]);
      }
    }
    return selecting;
  }
}

const NONE: readonly never[] = [];

/** `mesh.fact(sidecars)` */
export function sidecars(mesh: MeshFacts): Sidecars {
  const oldestFirst = [...mesh.ofKind(Kind.SIDECAR)].sort(creationOrder);
  return new Sidecars(mesh, oldestFirst.map((object): SidecarFacts => {
    const spec = specOf<SidecarSpec>(object);
    const labels = stringMap(spec.workloadSelector?.labels);
    const listeners = spec.egress ?? [];
    return {
      object,
      namespace: object.namespace,
      spec,
      labels,
      hasLabels: Object.keys(labels).length > 0,
      egress: listeners.length === 0 ? undefined : listeners.map(({ hosts = [] }) => hosts.flatMap((host) => egressHost(host) ?? [])),
    };
  }), mesh.fact(meshConfig).rootNamespace);
}

/** Undefined for what is no `namespace/host`. */
export function egressHost(written: string): EgressHost | undefined {
  const slash = written.indexOf('/');
  if (slash < 0) return undefined;
  const place = written.slice(0, slash);
  const excluded = place.startsWith('~');
  return { namespace: excluded ? place.slice(1) || '*' : place, host: written.slice(slash + 1), excluded };
}

/** Whether a client in a namespace sees a service through its Sidecar, on some port. */
export function showsService({ egress }: SidecarFacts, client: string, { host, namespace }: Shown): boolean {
  return egress === undefined || egress.some((listener) => shows(listener, client, namespace, host, isHostWithin));
}

/** Whether the proxies of a namespace take the rules of a VirtualService; then they know all its destinations too. */
export function showsRulesFor({ egress }: SidecarFacts, client: string, { host, namespace }: Shown): boolean {
  return egress === undefined || egress.some((listener) => shows(listener, client, namespace, host, hostsOverlap));
}

function shows(
  listener: readonly EgressHost[], client: string, namespace: string, host: string, covers: (host: string, wanted: string) => boolean,
): boolean {
  let shown = false;
  for (const wanted of listener) {
    const place = wanted.namespace === '.' ? client : wanted.namespace;
    if (place !== '*' && place !== namespace) continue;
    if (wanted.excluded) {
      if (isHostWithin(host, wanted.host)) return false;
    } else if (!shown) {
      shown = covers(host, wanted.host);
    }
  }
  return shown;
}

/** What Istio's agent on the node writes to pods whose traffic it takes into the ambient mesh. */
const REDIRECTED = 'ambient.istio.io/redirection';

/** Whether a workload is in the ambient mesh, so that no Sidecar means anything to it; false if that is not known. */
export function isAmbient(mesh: MeshFacts, workload: Workload): boolean {
  if (Object.hasOwn(workload.annotations, REDIRECTED)) return workload.annotations[REDIRECTED] === 'enabled';
  return dataPlaneOf(mesh, workload) === 'ambient';
}

/** Whether any namespace in sight is in the ambient mesh: `mesh.fact(hasAmbientNamespace)`. */
export function hasAmbientNamespace(mesh: MeshFacts): boolean {
  for (const { ambient } of mesh.fact(namespaces).values()) if (ambient) return true;
  return false;
}

/** Whether a namespace is in the ambient mesh, and gives no pod a sidecar that does not ask for it; false if that is not known. */
export function isAmbientNamespace(mesh: MeshFacts, namespace: string): boolean {
  const known = mesh.fact(namespaces).get(namespace);
  return known !== undefined && known.ambient && !known.injects;
}
