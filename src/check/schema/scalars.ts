import { Json } from '../../manifest/json';

/** How many lists and objects an API server takes inside each other. */
export const DEEPEST = 10_000;

/** What people write is not deeper, nor has it more values; anything else is looked at slowly, without recursion. */
const ORDINARY_DEPTH = 100;
const ORDINARY_COUNT = 100_000;

/**
 * Whether a value is a whole number that Go's int64 holds when it is written as JavaScript writes it: that makes of
 * -2^63 a number which is too small.
 */
export function isInt64(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > -(2 ** 63) && (value as number) < 2 ** 63;
}

/** Whether a text has more code points than `most`. */
export function isLongerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let count = text.length;
  for (let i = 0; i + 1 < text.length && count > most; i++) {
    // Half of a pair counts by itself, as it does where Go replaces it.
    if (text.codePointAt(i)! > 0xffff) {
      count--;
      i++;
    }
  }
  return count > most;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Whether a text is base64 with its padding, and not empty. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text);
}

/** Whether no two items have the same key. Every item is an object that has it. */
export function hasUniqueKeys(items: readonly any[], key: string): boolean {
  if (items.length < 2) return true;
  if (items.length > 8) return new Set(items.map((item) => item[key])).size === items.length;
  for (let i = 1; i < items.length; i++) {
    for (let j = 0; j < i; j++) if (items[i][key] === items[j][key]) return false;
  }
  return true;
}

/** Whether a value is an object of any content that is not unusually deep or large. */
export function isFreeForm(value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  valuesLeft = ORDINARY_COUNT;
  return isOrdinary(value, ORDINARY_DEPTH);
}

let valuesLeft = 0;

function isOrdinary(value: any, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0 || --valuesLeft < 0) return false;
  for (const key in value) if (!isOrdinary(value[key], levels - 1)) return false;
  return true;
}

/**
 * Whether lists and objects stand inside each other at most `levels` deep, for a value of any depth. What stands in
 * several places of a level is looked at once, so aliases of YAML cost no more than what they stand for.
 */
export function isWithinDepth(value: unknown, levels: number): boolean {
  let level = new Set<object>(typeof value === 'object' && value !== null ? [value] : []);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth >= levels) return false;
    const next = new Set<object>();
    for (const container of level) {
      for (const key in container) {
        const inner = (container as any)[key];
        if (typeof inner === 'object' && inner !== null) next.add(inner);
      }
    }
    level = next;
  }
  return true;
}
