import { ISTIO_ANNOTATIONS, IstioAnnotation } from './istio-annotations';
import { MeshFacts } from './mesh-facts';
import { Labels, POD_KINDS, workloads } from './workloads';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** An annotation in a name space of Istio's, where it stands. */
export interface PlacedAnnotation {
  readonly name: string;
  readonly value: string;
  /** Undefined if Istio has none of that name. */
  readonly known: IstioAnnotation | undefined;
  /** The kind it stands on: `Pod` in a pod template. */
  readonly on: string;
  readonly inTemplate: boolean;
  readonly path: string;
  /** The labels beside it. */
  readonly labels: Labels;
}

/** Where Istio looks for annotations among what is not its own. */
export const ANNOTATED_KINDS: readonly string[] = [Kind.NAMESPACE, Kind.SERVICE, ...POD_KINDS];

/** Set by Istio itself. */
const BOOKKEEPING: ReadonlySet<string> = new Set(['sidecar.istio.io/status', 'gateway.istio.io/controller-version', 'istio.io/rev']);

/** Istio's annotations on Namespaces, Services, workloads and in pod templates: `mesh.fact(placedAnnotations)`. */
export function placedAnnotations(mesh: MeshFacts): ReadonlyMap<MeshObject, readonly PlacedAnnotation[]> {
  const placed = new Map<MeshObject, PlacedAnnotation[]>();
  const all = mesh.fact(workloads);
  for (const kind of ANNOTATED_KINDS) {
    for (const object of mesh.ofKind(kind)) {
      const found: PlacedAnnotation[] = [];
      collect(object.annotations, object.labels, object.kind, 'metadata.annotations', found);
      const workload = all.of(object);
      if (workload && !workload.isPod) {
        collect(workload.annotations, workload.labels, 'Pod', `${workload.templatePath}.metadata.annotations`, found);
      }
      if (found.length > 0) placed.set(object, found);
    }
  }
  return placed;
}

function collect(annotations: Labels, labels: Labels, on: string, path: string, found: PlacedAnnotation[]): void {
  for (const name of Object.keys(annotations)) {
    const slash = name.indexOf('/');
    if (slash < 0 || !isOfIstio(name, slash) || BOOKKEEPING.has(name)) continue;
    found.push({
      name, value: annotations[name], known: ISTIO_ANNOTATIONS.get(name), on, inTemplate: path !== 'metadata.annotations', path: `${path}["${name}"]`, labels,
    });
  }
}

function isOfIstio(name: string, slash: number): boolean {
  return name === 'kubernetes.io/ingress.class'
    || (name.startsWith('istio.io', slash - 8) && (slash === 8 || name[slash - 9] === '.'));
}
