import { JsonObject, member, objectOr, stringMap, stringOr } from './json';
import { isClusterScoped } from './kinds';
import { MeshObject } from './mesh-object';
import { Origin } from './origin';

/**
 * Wraps what an API server would receive.
 * @param defaultNamespace where it stands if it does not say so, as `kubectl --namespace` would
 */
export function toMeshObject(json: JsonObject, origin: Origin, defaultNamespace: string): MeshObject {
  const apiVersion = stringOr(member(json, 'apiVersion')) ?? '';
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const kind = stringOr(member(json, 'kind')) ?? '';
  const groupKind = group === '' ? kind : `${kind}.${group}`;
  const metadata = objectOr(member(json, 'metadata'));
  return {
    apiVersion,
    group,
    version: apiVersion.slice(slash + 1),
    kind,
    groupKind,
    namespace: isClusterScoped(groupKind) ? '' : (stringOr(member(metadata, 'namespace')) || defaultNamespace),
    name: stringOr(member(metadata, 'name')) ?? '',
    labels: stringMap(member(metadata, 'labels')),
    annotations: stringMap(member(metadata, 'annotations')),
    json,
    origin,
  };
}
