/**
 * Values of the scalar types of protobuf, as istiod's webhook reads them from JSON: a number may stand in quotes, bytes
 * may be a list of numbers, and an element may be null, which means 0 or nothing.
 */
const INTEGER = /^(?:0|-?[1-9][0-9]*|-0)$/;
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const RANGES: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  i: [-(2n ** 31n), 2n ** 31n - 1n],
  l: [-(2n ** 63n), 2n ** 63n - 1n],
  u: [0n, 2n ** 32n - 1n],
  v: [0n, 2n ** 64n - 1n],
};
const NAMES: Readonly<Record<string, string>> = {
  b: 'true or false',
  i: 'a whole number from -2147483648 to 2147483647',
  l: 'a whole number of 64 bits',
  u: 'a whole number from 0 to 4294967295',
  v: 'a whole number of 64 bits from 0 on',
  f: 'a number (of single precision)',
  d: 'a number',
  s: 'text',
  y: 'bytes in base64',
};

/** What a scalar type wants, for a message. */
export function describeScalar(type: string): string {
  return NAMES[type];
}

export function isScalarType(type: string): boolean {
  return type.length === 1;
}

export function isScalar(value: unknown, type: string): boolean {
  if (value === null) return true;
  switch (type) {
    case 'b': return typeof value === 'boolean';
    case 's': return typeof value === 'string';
    case 'y': return isBytes(value);
    case 'f':
    case 'd': return isFloat(value, type === 'f');
    default: return isInteger(value, RANGES[type]);
  }
}

/** Keys of maps are texts in JSON, whatever they are in protobuf: text or whole numbers. */
export function isMapKey(key: string, type: string): boolean {
  return type === 's' || isScalar(key.replace(/^"(.*)"$/s, '$1'), type);
}

function isInteger(value: unknown, [least, most]: readonly [bigint, bigint]): boolean {
  if (typeof value === 'number') {
    // The webhook gets it as a double and writes it out again with the fewest digits.
    return Number.isInteger(value) && Math.abs(value) < 1e21 && isWithin(BigInt(String(value)), least, most);
  }
  if (typeof value !== 'string') return false;
  const text = trimSpaces(value);
  if (text === 'null') return true;
  return INTEGER.test(text) && text.length <= 20 && isWithin(BigInt(text), least, most) && !(least === 0n && text === '-0');
}

function isFloat(value: unknown, single: boolean): boolean {
  if (typeof value === 'string') {
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return true;
    const text = trimSpaces(value);
    return text === 'null' || (NUMBER.test(text) && isFiniteNumber(Number(text), single));
  }
  return typeof value === 'number' && isFiniteNumber(value, single);
}

function isBytes(value: unknown): boolean {
  if (typeof value === 'string') return BASE64.test(value.replace(/[\r\n]/g, ''));
  return Array.isArray(value) && value.every(byte => byte === null || (Number.isInteger(byte) && byte >= 0 && byte <= 255));
}

function isFiniteNumber(value: number, single: boolean): boolean {
  return Number.isFinite(single ? Math.fround(value) : value);
}

function isWithin(value: bigint, least: bigint, most: bigint): boolean {
  return value >= least && value <= most;
}

function trimSpaces(text: string): string {
  return text.replace(/^ +| +$/g, '');
}
