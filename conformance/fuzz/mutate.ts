import { damageMetadata } from './metadata';
import { Random } from './random';

interface Slot { readonly parent: any; readonly key: string | number }

const UNKNOWN_FIELDS = ['unknown', 'Unknown', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'a.b', '', 'x-y', 'spec', 'length'];
const FOREIGN: readonly unknown[] = [null, 0, 1, -1, '', 'a', '1', 'true', true, false, {}, [], [null], [{}], { a: 1 }, 1.5, 1e300, '1s', '*', [''], [1], { '': '' }];
const STRINGS = ['', ' ', '*', '.', '/', ':', '-', 'a', 'A', '0', '_', 'ä', '😀', '%', '"', '\\', '~', '{', ',', '@', '\t', '\n', '1s', '#', '?', '=', '\u0000', '\u00a0', '\u2028', '\ufeff', '\ud7ff'];

/** Puts one fault into a document, in place. */
export function mutate(document: any, random: Random): void {
  if (random.chance(0.12)) return damageMetadata(document, random);
  const slot = slotOf(document, random);
  if (!slot) return damageMetadata(document, random);
  const { parent, key } = slot;
  const value = parent[key];
  switch (random.below(12)) {
    case 0: case 1: return remove(slot);
    case 2: return set(parent, key, null);
    case 3: return set(parent, key, structuredClone(random.pick(FOREIGN)));
    case 4: return addField(slot, random);
    case 5: return changeList(Array.isArray(value) ? value : parent, random);
    case 6: return rename(slot, random);
    case 7: {
      // The value of another place: of the right shape now and then.
      const other = slotOf(document, random);
      if (other) set(parent, key, structuredClone(other.parent[other.key]));
      return;
    }
    default: return changeScalar(slot, random);
  }
}

function set(parent: any, key: string | number, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
  else parent[key] = value;
}

function remove({ parent, key }: Slot): void {
  if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key];
}

function addField({ parent, key }: Slot, random: Random): void {
  const value = parent[key];
  const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : parent;
  if (Array.isArray(object)) return void object.push(structuredClone(random.pick(FOREIGN)));
  const names = Object.keys(object);
  const known = names.length > 0 ? random.pick(names) : 'a';
  const name = random.pick([random.pick(UNKNOWN_FIELDS), known.toUpperCase(), known.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), `${known}s`]);
  set(object, name, structuredClone(random.pick(FOREIGN)));
}

function changeList(list: any, random: Random): void {
  if (!Array.isArray(list)) return;
  switch (random.below(6)) {
    case 0: return void list.splice(0);
    case 1: return void list.push(null);
    case 2: if (list.length > 0) list.push(structuredClone(random.pick(list))); return;
    case 3: return void list.reverse();
    case 4: if (list.length > 0) for (let i = random.pick([1, 2, 16, 17]); i > 0; i--) list.push(structuredClone(list[0])); return;
    default: return void list.push(structuredClone(random.pick(FOREIGN)));
  }
}

function rename({ parent, key }: Slot, random: Random): void {
  if (Array.isArray(parent)) return;
  const value = parent[key];
  delete parent[key];
  set(parent, changed(String(key), random), value);
}

function changeScalar({ parent, key }: Slot, random: Random): void {
  const value = parent[key];
  if (typeof value === 'number') {
    const other = [value + 1, value - 1, -value, value + 0.5, value * 1000, String(value), 0, 101, 65536, 2147483648, 9223372036854775807];
    set(parent, key, random.pick<unknown>(other));
  } else if (typeof value === 'string') {
    set(parent, key, /^\d+$/.test(value) && random.chance(0.5) ? Number(value) : changed(value, random));
  } else if (typeof value === 'boolean') {
    set(parent, key, random.pick<unknown>([!value, String(value), Number(value), null]));
  } else {
    set(parent, key, structuredClone(random.pick(FOREIGN)));
  }
}

/** Never half of a pair of surrogates, which no text can hold. */
function changed(text: string, random: Random): string {
  return (altered(text, random) as any).toWellFormed();
}

function altered(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  switch (random.below(7)) {
    case 0: return ((text.slice(0, at) + random.pick(STRINGS) + text.slice(at)) as any).toWellFormed();
    case 1: return text.slice(0, at) + text.slice(at + 1);
    case 2: return text.toUpperCase();
    case 3: return random.pick(STRINGS) + text;
    case 4: return text + random.pick(STRINGS);
    case 5: return text.length < 200 ? text.repeat(random.pick([2, 3])) : '';
    default: return random.pick(STRINGS);
  }
}

/** Any place of a document, deep ones as likely as shallow ones. */
function slotOf(document: any, random: Random): Slot | undefined {
  let count = 0;
  let chosen: Slot | undefined;
  const visit = (parent: any) => {
    for (const key in parent) {
      if (parent === document && (key === 'apiVersion' || key === 'kind')) continue;
      count++;
      if (random.below(count) === 0) chosen = { parent, key: Array.isArray(parent) ? Number(key) : key };
      const value = parent[key];
      if (typeof value === 'object' && value !== null) visit(value);
    }
  };
  visit(document);
  return chosen;
}
