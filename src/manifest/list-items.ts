import { isJsonObject, Json, JsonObject } from './json';

/** What a List stands for, as to kubectl; undefined for an object that is none. */
export function listItems(json: JsonObject): readonly Json[] | undefined {
  const { kind, items, apiVersion } = json;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return undefined;
  const itemKind = kind.slice(0, -'List'.length);
  // Items of a typed list, such as a ServiceList, need not repeat what they are.
  return itemKind === '' ? items : items.map((item: Json) => !isJsonObject(item) || item.kind !== undefined ? item : { ...item, apiVersion, kind: itemKind });
}
