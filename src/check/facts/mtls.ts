import { creationOrder } from './creation-order';
import { meshConfig } from './mesh-config';
import { MeshFacts, specOf } from './mesh-facts';
import { Workload, workloads } from './workloads';
import { PeerAuthenticationSpec } from '../../manifest/generated/istio-specs';
import { stringMap } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** What a sidecar takes: only mTLS, both, or only what is not mTLS. */
export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE';

/** How a server came to its mode. */
export interface EffectiveMtls {
  readonly mode: MtlsMode;
  /** The PeerAuthentication that says so; undefined for Istio's own default. */
  readonly policy?: MeshObject;
  /** Whether the policy is for the workload itself, so that none that is out of sight can matter. */
  readonly isOwn: boolean;
}

const DEFAULT: EffectiveMtls = { mode: 'PERMISSIVE', isOwn: false };

/** Which mode holds for whom: the workload's policy over its namespace's over the mesh's over PERMISSIVE. */
export class MtlsModes {
  private readonly wide = new Map<string, MeshObject>();
  private readonly own = new Map<Workload, MeshObject>();
  private readonly modes = new Map<Workload, EffectiveMtls>();

  constructor(mesh: MeshFacts, private readonly root: string) {
    const all = mesh.fact(workloads);
    // Of several for the same, the oldest counts.
    for (const object of [...mesh.ofKind(Kind.PEER_AUTHENTICATION)].sort(creationOrder)) {
      if (mesh.isReplaced(object)) continue;
      const labels = stringMap(specOf<PeerAuthenticationSpec>(object).selector?.matchLabels);
      if (Object.keys(labels).length === 0) {
        if (!this.wide.has(object.namespace)) this.wide.set(object.namespace, object);
      } else if (object.namespace !== root) {
        for (const workload of all.selected(object.namespace, labels)) if (!this.own.has(workload)) this.own.set(workload, object);
      }
    }
  }

  /** What holds in a namespace for workloads without a policy of their own. */
  public ofNamespace(namespace: string): EffectiveMtls {
    const own = namespace === this.root ? undefined : this.wide.get(namespace);
    const mode = own && modeOf(own);
    if (mode !== undefined) return { mode, policy: own, isOwn: false };
    const forAll = this.wide.get(this.root);
    const inherited = forAll && modeOf(forAll);
    return inherited === undefined ? DEFAULT : { mode: inherited, policy: forAll, isOwn: false };
  }

  /** The mode of a workload, or of one of its own ports (not those of a Service). */
  public of(workload: Workload, port?: number): EffectiveMtls {
    if (port !== undefined) {
      const own = this.own.get(workload);
      const portMode = own && specOf<PeerAuthenticationSpec>(own).portLevelMtls?.[String(port)]?.mode;
      if (portMode !== undefined && portMode !== 'UNSET') return { mode: portMode, policy: own, isOwn: true };
    }
    let mode = this.modes.get(workload);
    if (mode === undefined) this.modes.set(workload, mode = this.find(workload));
    return mode;
  }

  private find(workload: Workload): EffectiveMtls {
    const own = this.own.get(workload);
    const mode = own && modeOf(own);
    return mode === undefined ? this.ofNamespace(workload.namespace) : { mode, policy: own, isOwn: true };
  }
}

function modeOf(object: MeshObject): MtlsMode | undefined {
  const mode = specOf<PeerAuthenticationSpec>(object).mtls?.mode;
  return mode === 'UNSET' ? undefined : mode;
}

/** `mesh.fact(mtlsModes)` */
export function mtlsModes(mesh: MeshFacts): MtlsModes {
  return new MtlsModes(mesh, mesh.fact(meshConfig).rootNamespace);
}

/** `PeerAuthentication shop/default asks for STRICT`, for messages. */
export function becauseOf({ mode, policy }: EffectiveMtls): string {
  return policy === undefined ? `${mode} is Istio's default` : `PeerAuthentication ${policy.namespace}/${policy.name} asks for ${mode}`;
}
