import { Kind } from './kinds';
import { identityOf, MeshObject } from './mesh-object';
import { ReadProblem } from './read-problem';

/** How much of the mesh a snapshot holds. */
export interface Completeness {
  /** Namespaces of which nothing is left out. */
  readonly completeNamespaces?: readonly string[];
  /** Whether nothing at all is left out: a dump of the cluster. */
  readonly complete?: boolean;
  /**
   * What else stands in the mesh: looked up, never complained about. What the input holds under the same kind,
   * namespace and name takes its place.
   */
  readonly context?: readonly MeshObject[];
}

/** All objects of one question, indexed. It never changes. */
export class MeshSnapshot {
  private readonly byKind = new Map<string, MeshObject[]>();
  private readonly byName = new Map<string, MeshObject>();
  private readonly completeNamespaces: ReadonlySet<string>;
  private readonly complete: boolean;
  /** Whether some object of the input is replaced by a later one of its kind, namespace and name. */
  public readonly hasReplaced: boolean;
  /** The objects that are only context, in the order given. */
  public readonly context = new Set<MeshObject>();
  private _namespaces?: ReadonlySet<string>;

  /**
   * @param objects in the order of the input; of two with one kind, namespace and name the index has the later,
   * as `kubectl apply` would
   * @param problems what of the input could not be read
   */
  constructor(
    public readonly objects: readonly MeshObject[],
    public readonly problems: readonly ReadProblem[] = [],
    public readonly completeness: Completeness = {},
  ) {
    this.complete = completeness.complete ?? false;
    this.completeNamespaces = new Set(completeness.completeNamespaces ?? []);
    for (const object of objects) this.byName.set(identityOf(object), object);
    this.hasReplaced = this.byName.size < objects.length;
    for (const object of completeness.context ?? []) {
      if (this.byName.has(identityOf(object))) continue;
      this.byName.set(identityOf(object), object);
      this.context.add(object);
    }
    for (const object of [...this.context, ...objects]) {
      const sameKind = this.byKind.get(object.groupKind);
      if (sameKind) sameKind.push(object);
      else this.byKind.set(object.groupKind, [object]);
    }
  }

  /** Those of a kind (see `Kind`), in every namespace. */
  public ofKind(groupKind: string): readonly MeshObject[] {
    return this.byKind.get(groupKind) ?? [];
  }

  public find(groupKind: string, namespace: string, name: string): MeshObject | undefined {
    return this.byName.get(identityOf({ groupKind, namespace, name }));
  }

  /** Whether what is not here in a namespace is nowhere in it. Without a namespace: in the whole mesh. */
  public isComplete(namespace?: string): boolean {
    return this.complete || (namespace !== undefined && this.completeNamespaces.has(namespace));
  }

  /** Names of all namespaces that anything here stands in or is. */
  public get namespaces(): ReadonlySet<string> {
    this._namespaces ??= new Set([
      ...[...this.context, ...this.objects].flatMap(({ namespace }) => namespace === '' ? [] : [namespace]),
      ...this.ofKind(Kind.NAMESPACE).map(({ name }) => name),
    ]);
    return this._namespaces;
  }
}
