import { member, stringOr } from '../../manifest/json';
import { MeshObject } from '../../manifest/mesh-object';

/** Oldest first, then by name and namespace, as Istio sorts. Manifests seldom say when they were made: then by name. */
export function creationOrder(one: MeshObject, other: MeshObject): number {
  return compare(createdAt(one), createdAt(other)) || compare(one.name, other.name) || compare(one.namespace, other.namespace);
}

function createdAt({ json }: MeshObject): string {
  return stringOr(member(member(json, 'metadata'), 'creationTimestamp')) ?? '';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
