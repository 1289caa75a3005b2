import { MeshFacts } from './mesh-facts';
import { Labels, Workload } from './workloads';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export const INJECTION_LABEL = 'istio-injection';
export const REVISION_LABEL = 'istio.io/rev';
export const INJECT_LABEL = 'sidecar.istio.io/inject';
export const DATAPLANE_MODE_LABEL = 'istio.io/dataplane-mode';

/** Where the injector never looks, whatever the labels. */
export const NEVER_INJECTED: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** What a Namespace says about the mesh. */
export interface NamespaceInMesh {
  readonly object: MeshObject;
  readonly labels: Labels;
  /** `istio-injection`, whatever its value. */
  readonly injection?: string;
  /** `istio.io/rev`. */
  readonly revision?: string;
  /** Whether the injector adds a sidecar to pods that say nothing. */
  readonly injects: boolean;
  /** Whether pods that get no sidecar are in the ambient mesh. */
  readonly ambient: boolean;
}

/** The Namespaces in sight, by name: `mesh.fact(namespaces)`. */
export function namespaces(mesh: MeshFacts): ReadonlyMap<string, NamespaceInMesh> {
  const byName = new Map<string, NamespaceInMesh>();
  for (const object of mesh.ofKind(Kind.NAMESPACE)) {
    const { labels } = object;
    const injection = label(labels, INJECTION_LABEL);
    const revision = label(labels, REVISION_LABEL);
    byName.set(object.name, {
      object,
      labels,
      injection,
      revision,
      // Any value of istio-injection but `enabled` keeps both kinds of webhook away.
      injects: (injection === undefined ? revision !== undefined && revision !== '' : injection === 'enabled') && !NEVER_INJECTED.has(object.name),
      ambient: label(labels, DATAPLANE_MODE_LABEL) === 'ambient',
    });
  }
  return byName;
}

/** How a workload takes part in the mesh; undefined where that depends on a Namespace that is out of sight. */
export type DataPlane = 'sidecar' | 'ambient' | 'none';

export function dataPlaneOf(mesh: MeshFacts, workload: Workload): DataPlane | undefined {
  if (workload.isVirtualMachine) return 'sidecar';
  if (workload.container('istio-proxy')) return 'sidecar';
  const injected = isInjected(mesh, workload);
  if (injected) return 'sidecar';
  const mode = label(workload.labels, DATAPLANE_MODE_LABEL);
  // Pods on the network of their node are never captured.
  if (mode === 'none' || workload.spec.hostNetwork === true) return 'none';
  const namespace = mesh.fact(namespaces).get(workload.namespace);
  if (mode === 'ambient' || namespace?.ambient) return 'ambient';
  return namespace === undefined ? undefined : 'none';
}

/** Whether the injector adds a sidecar; undefined where that depends on a Namespace that is out of sight. */
export function isInjected(mesh: MeshFacts, { labels, annotations, namespace: name, spec, isVirtualMachine }: Workload): boolean | undefined {
  if (isVirtualMachine || NEVER_INJECTED.has(name) || spec.hostNetwork === true) return false;
  const said = label(labels, INJECT_LABEL);
  // The webhook's selector sees the label; only the injector behind it sees the annotation, and it can but decline.
  if (said === 'false' || (said === undefined && label(annotations, INJECT_LABEL) === 'false')) return false;
  const namespace = mesh.fact(namespaces).get(name);
  if (namespace?.injection !== undefined) return namespace.injects;
  if (namespace?.injects || said === 'true' || label(labels, REVISION_LABEL) !== undefined) return true;
  return namespace === undefined ? undefined : false;
}

function label(labels: Labels, name: string): string | undefined {
  return Object.hasOwn(labels, name) ? labels[name] : undefined;
}
