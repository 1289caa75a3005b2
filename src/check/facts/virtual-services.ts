import { fullHost } from './full-host';
import { HostIndex } from './host-index';
import { MeshFacts, specOf } from './mesh-facts';
import { Visibility, visibilityOf } from './visibility';
import { VirtualServiceSpec } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** How VirtualServices name all sidecars. */
export const MESH = 'mesh';

export interface VirtualServiceFacts {
  readonly object: MeshObject;
  readonly namespace: string;
  readonly spec: VirtualServiceSpec;
  /** Full, in the order of the spec, and perhaps wildcards. */
  readonly hosts: readonly string[];
  readonly visibility: Visibility;
  /** Whether the sidecars take it: it names no gateway, or `mesh`. */
  readonly onMesh: boolean;
  /** `namespace/name` of its gateways, without the mesh. */
  readonly gateways: readonly string[];
  /** It has no host: it is only a part of others. */
  readonly isDelegate: boolean;
}

/** All VirtualServices, by where they apply. */
export class VirtualServices {
  /** Those of the mesh, by host. */
  public readonly onMesh = new HostIndex<VirtualServiceFacts>();
  private readonly byGateway = new Map<string, VirtualServiceFacts[]>();
  private readonly byObject = new Map<MeshObject, VirtualServiceFacts>();

  constructor(public readonly all: readonly VirtualServiceFacts[]) {
    for (const one of all) {
      this.byObject.set(one.object, one);
      if (one.onMesh) for (const host of one.hosts) this.onMesh.add(host, one);
      for (const gateway of one.gateways) {
        const others = this.byGateway.get(gateway);
        if (others) others.push(one);
        else this.byGateway.set(gateway, [one]);
      }
    }
  }

  public of(object: MeshObject): VirtualServiceFacts {
    return this.byObject.get(object)!;
  }

  /** Those that name a gateway. */
  public at(gateway: string): readonly VirtualServiceFacts[] {
    return this.byGateway.get(gateway) ?? [];
  }
}

/** `mesh.fact(virtualServices)` */
export function virtualServices(mesh: MeshFacts): VirtualServices {
  return new VirtualServices(mesh.ofKind(Kind.VIRTUAL_SERVICE).map((object): VirtualServiceFacts => {
    const { namespace } = object;
    const spec = specOf<VirtualServiceSpec>(object);
    const { hosts = [], gateways = [] } = spec;
    return {
      object,
      namespace,
      spec,
      hosts: hosts.map((host) => fullHost(host, namespace)),
      visibility: visibilityOf(spec.exportTo, namespace),
      onMesh: hosts.length > 0 && (gateways.length === 0 || gateways.includes(MESH)),
      gateways: gateways.filter((gateway) => gateway !== MESH).map((gateway) => gatewayName(gateway, namespace)),
      isDelegate: hosts.length === 0,
    };
  }));
}

/** A gateway as a VirtualService names it, in full. */
export function gatewayName(gateway: string, namespace: string): string {
  if (gateway.includes('/')) return gateway.startsWith('./') ? namespace + gateway.slice(1) : gateway;
  // An old form that still counts: `public.istio-ingress.svc.cluster.local`.
  const [name, itsNamespace = namespace] = gateway.split('.', 2);
  return `${itsNamespace}/${name}`;
}
