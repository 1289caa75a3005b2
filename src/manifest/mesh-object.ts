import { JsonObject } from './json';
import { Origin } from './origin';

/** One Kubernetes object of a snapshot, as an API server would receive it. */
export interface MeshObject {
  readonly apiVersion: string;
  /** The API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** `kind` for the core group, else `kind.group`, as kubectl spells it: `Gateway.networking.istio.io`. */
  readonly groupKind: string;
  /** Where it stands; empty for kinds that stand in no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole object. Only its outermost shape is certain: anything below may have the wrong type. */
  readonly json: JsonObject;
  readonly origin: Origin;
}

/** What tells an object from others: two with one identity are one object to an API server. */
export function identityOf({ groupKind, namespace, name }: Pick<MeshObject, 'groupKind' | 'namespace' | 'name'>): string {
  return `${groupKind}\n${namespace}\n${name}`;
}
