import { MeshFacts, specOf } from './mesh-facts';
import { Labels } from './workloads';
import { TelemetrySpec } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** A Telemetry with whom it is for. */
export interface TelemetryInMesh {
  readonly object: MeshObject;
  readonly spec: TelemetrySpec;
  /** For all of its namespace (of the mesh, in the root namespace): neither selector nor target. */
  readonly forAll: boolean;
  /** Labels of the workloads it is for; undefined if it selects by no label. */
  readonly selector: Labels | undefined;
}

export class Telemetries {
  private readonly byObject = new Map<MeshObject, TelemetryInMesh>();
  private readonly forAll = new Map<string, readonly TelemetryInMesh[]>();

  constructor(
    public readonly byNamespace: ReadonlyMap<string, readonly TelemetryInMesh[]>,
    private readonly isReplaced: (object: MeshObject) => boolean,
  ) {
    for (const there of byNamespace.values()) for (const telemetry of there) this.byObject.set(telemetry.object, telemetry);
  }

  public of(object: MeshObject): TelemetryInMesh {
    return this.byObject.get(object)!;
  }

  /** Those for all of a namespace, without those that a later one of their name replaces. */
  public forAllOf(namespace: string): readonly TelemetryInMesh[] {
    return this.forAll.get(namespace) ?? this.collect(namespace);
  }

  private collect(namespace: string): readonly TelemetryInMesh[] {
    const found = (this.byNamespace.get(namespace) ?? []).filter(({ object, forAll }) => forAll && !this.isReplaced(object));
    this.forAll.set(namespace, found);
    return found;
  }
}

/** Telemetries by namespace: `mesh.fact(telemetries)`. */
export function telemetries(mesh: MeshFacts): Telemetries {
  const byNamespace = new Map<string, TelemetryInMesh[]>();
  for (const object of mesh.ofKind(Kind.TELEMETRY)) {
    const spec = specOf<TelemetrySpec>(object);
    const labels = spec.selector?.matchLabels;
    const selector = labels && Object.keys(labels).length > 0 ? labels : undefined;
    const targeted = spec.targetRef !== undefined || (spec.targetRefs?.length ?? 0) > 0;
    const entry = { object, spec, forAll: selector === undefined && !targeted, selector: targeted ? undefined : selector };
    const there = byNamespace.get(object.namespace);
    if (there) there.push(entry);
    else byNamespace.set(object.namespace, [entry]);
  }
  return new Telemetries(byNamespace, (object) => mesh.isReplaced(object));
}

/** The providers that a Telemetry names, with what they are to do. */
export function providersIn(spec: TelemetrySpec): readonly { readonly name: string; readonly role: ProviderRole; readonly path: string }[] {
  const found: { name: string; role: ProviderRole; path: string }[] = [];
  for (const role of ROLES) {
    spec[role]?.forEach((each, i) => each.providers?.forEach(({ name }, j) => found.push({ name, role, path: `spec.${role}[${i}].providers[${j}].name` })));
  }
  return found;
}

export type ProviderRole = 'tracing' | 'metrics' | 'accessLogging';

const ROLES: readonly ProviderRole[] = ['tracing', 'metrics', 'accessLogging'];
