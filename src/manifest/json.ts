export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Made from text it has no prototype, so that `__proto__` and `constructor` are ordinary keys. */
export interface JsonObject { readonly [key: string]: Json }

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member of an object that may be no object; inherited members do not count. */
export function member(value: unknown, key: string): Json | undefined {
  return isJsonObject(value) && Object.prototype.hasOwnProperty.call(value, key) ? value[key] : undefined;
}

/** The value if it is an object, else an empty one. */
export function objectOr(value: unknown): JsonObject {
  return isJsonObject(value) ? value : EMPTY;
}

/** The value if it is an array, else an empty one. */
export function arrayOr(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a string, else undefined. */
export function stringOr(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The members that are strings: labels, annotations, selectors. Kubernetes reads null there as the empty string. */
export function stringMap(value: unknown): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return EMPTY as Record<string, string>;
  for (const key in value) {
    if (typeof value[key] !== 'string') {
      const strings: Record<string, string> = Object.create(null);
      for (const [name, text] of Object.entries(value)) {
        if (text === null) strings[name] = '';
        else if (typeof text === 'string') strings[name] = text;
      }
      return strings;
    }
  }
  return value as Record<string, string>;
}

const EMPTY: JsonObject = Object.freeze(Object.create(null));
