import { JsonObject, member, objectOr } from '../../manifest/json';
import { MeshObject } from '../../manifest/mesh-object';
import { MeshSnapshot } from '../../manifest/mesh-snapshot';

/** What rules ask about a mesh, each answer found once. */
export class MeshFacts {
  private readonly memo = new Map<unknown, unknown>();

  /** @param now when the check takes place, for what expires */
  constructor(public readonly snapshot: MeshSnapshot, public readonly now: Date = new Date()) {}

  public ofKind(groupKind: string): readonly MeshObject[] {
    return this.snapshot.ofKind(groupKind);
  }

  public find(groupKind: string, namespace: string, name: string): MeshObject | undefined {
    return this.snapshot.find(groupKind, namespace, name);
  }

  /** Whether a later object of the same kind, namespace and name takes its place, as it would in a cluster. */
  public isReplaced(object: MeshObject): boolean {
    return this.snapshot.hasReplaced && this.snapshot.find(object.groupKind, object.namespace, object.name) !== object;
  }

  public isComplete(namespace?: string): boolean {
    return this.snapshot.isComplete(namespace);
  }

  /**
   * What a function finds out about this mesh, computed on first use:
   * `mesh.fact(servicesByHost)` with `function servicesByHost(mesh: MeshFacts)`.
   */
  public fact<T>(find: (mesh: MeshFacts) => T): T {
    if (!this.memo.has(find)) this.memo.set(find, find(this));
    return this.memo.get(find) as T;
  }
}

/** The spec of one of Istio's own objects, by its generated type: the schema layer has made it fit. */
export function specOf<S = JsonObject>(object: MeshObject): S {
  return objectOr(member(object.json, 'spec')) as S;
}
