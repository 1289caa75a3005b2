import { Tag } from './yaml-tag';

/** What a scalar is to Kubernetes' reader before it becomes JSON. */
export type YamlValue = string | number | boolean | null | YamlNumber;

/** A number that needs more said about it than a JavaScript number can. */
export class YamlNumber {
  /** @param key how it is written where it is a key; undefined: it cannot be one */
  constructor(public readonly value: number, public readonly isInteger: boolean, public readonly key: string | undefined) {}
}

const WORDS = new Map<string, YamlValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, new YamlNumber(NaN, false, '.nan')] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, new YamlNumber(Infinity, false, '.inf')] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, new YamlNumber(-Infinity, false, '-.inf')] as const),
]);
const LONGEST_WORD = 5;

/** First characters of all that is not text: for any other, text is certain. */
const MAY_BE_MORE = new Uint8Array(128);
for (const character of 'yYnNtTfFoO~.+-0123456789') MAY_BE_MORE[character.charCodeAt(0)] = 1;

/** Small whole numbers, as nearly all are. */
const COUNT = /^[1-9][0-9]{0,14}$/;

/** What a scalar without quotes and tag is: YAML 1.1's words, Go's numbers, or text. */
export function plainValue(text: string): YamlValue {
  const first = text.charCodeAt(0);
  if (first < 128 && MAY_BE_MORE[first] === 0) return text;
  if (first >= 128) return text;
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  if (first > 0x39) return text;
  if (COUNT.test(text)) return Number(text);
  return numberOf(text) ?? text;
}

/** As `plainValue`, for a scalar with a tag; undefined where the text is none of the tag's. */
export function taggedValue(tag: string, text: string): YamlValue | undefined {
  switch (tag) {
    case Tag.BOOLEAN:
    case Tag.INTEGER:
    case Tag.FLOAT:
    case Tag.NULL: break;
    case Tag.TIMESTAMP: return isTimestamp(text) ? text : undefined;
    case Tag.BINARY: return fromBase64(text);
    default: return text;
  }
  const value = plainValue(text);
  if (tag === Tag.NULL) return value === null ? null : undefined;
  if (tag === Tag.BOOLEAN) return typeof value === 'boolean' ? value : undefined;
  if (isTimestamp(text)) return undefined;
  if (typeof value === 'number') return tag === Tag.FLOAT ? new YamlNumber(value, false, floatKey(value)) : value;
  if (!(value instanceof YamlNumber)) return undefined;
  if (tag === Tag.INTEGER) return value.isInteger ? value : undefined;
  if (!value.isInteger) return value;
  // What is beyond int64 is not made a float by its tag.
  if (value.key === undefined) return undefined;
  const float = Number(value.key);
  return new YamlNumber(float, false, floatKey(float));
}

const INTEGER = /^[-+]?(?:0(?:[bB][01]+|[oO][0-7]+|[xX][0-9a-fA-F]+|[0-7]*)|[1-9][0-9]*)$/;
const LEGACY_BINARY = /^0b[-+][01]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Digits and a sign of an integer of 64 bits in base 2. */
const LONGEST_INTEGER = 65;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;
/** The largest number below 2^63 that JavaScript has. */
const BELOW_INT64_LIMIT = 9_223_372_036_854_774_784;

function numberOf(text: string): YamlValue | undefined {
  // Underscores do not count; after a leading point they must stand between digits.
  const hasUnderscore = text.includes('_');
  if (hasUnderscore && text.charCodeAt(0) === 0x2e && /(?<![0-9])_|_(?![0-9])/.test(text)) return undefined;
  const digits = hasUnderscore ? text.replaceAll('_', '') : text;
  if (INTEGER.test(digits)) {
    const integer = integerOf(digits);
    if (integer !== undefined) return integer;
  }
  if (FLOAT.test(digits)) {
    const float = Number(digits);
    if (Number.isFinite(float)) return new YamlNumber(float, false, floatKey(float));
  }
  return LEGACY_BINARY.test(digits) ? integerOf(digits) : undefined;
}

/**
 * An integer, unless it is too large to be one. JavaScript rounds beyond 2^53: the value is then the nearest number
 * that is on the same side of the limit of int64, as an API server cares for nothing else.
 */
function integerOf(digits: string): YamlValue | undefined {
  const [, sign, prefix, rest] = /^([-+]?)(0[bBoOxX]|0(?=[0-7]))?([-+]?[0-9a-fA-F]*)$/.exec(digits)!;
  const innerSign = rest.startsWith('-') || rest.startsWith('+') ? rest[0] : '';
  // To make a number of a million digits takes seconds, and it is beyond 64 bits for certain.
  if (rest.length > LONGEST_INTEGER && rest.replace(/^[-+]?0+/, '').length > LONGEST_INTEGER) return undefined;
  const base = prefix === undefined ? '' : prefix === '0' ? '0o' : prefix.toLowerCase();
  let integer = BigInt(base + rest.slice(innerSign.length));
  if (sign === '-' || innerSign === '-') integer = -integer;
  if (integer < INT64_MIN || integer > UINT64_MAX || (integer > INT64_MAX && (sign !== '' || innerSign !== ''))) return undefined;
  if (integer > INT64_MAX) return new YamlNumber(Number(integer), true, undefined);
  const value = Number(integer);
  return new YamlNumber(value >= 2 ** 63 ? BELOW_INT64_LIMIT : value, true, String(integer));
}

const LONGEST_FLOAT32 = 9;

/** How Kubernetes' reader writes a float that is a key: rounded to 32 bits, with Go's exponents. */
function floatKey(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  if (rounded === 0) return Object.is(value, -0) || value < 0 ? '-0' : '0';
  let precision = 1;
  while (precision < LONGEST_FLOAT32 && Math.fround(Number(rounded.toExponential(precision - 1))) !== rounded) precision++;
  const [mantissa, exponent] = rounded.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return plainDecimal(mantissa, power);
}

function plainDecimal(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0');
  const fraction = digits.slice(power + 1);
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}

/** Go's reader: a date, or a date and a time after T, t or a blank; zones only after T and t. */
const TIMESTAMP = /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2}))|(?: ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?))?$/;

function isTimestamp(text: string): boolean {
  const parts = TIMESTAMP.exec(text);
  if (parts === null) return false;
  const [month, day, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).filter((part) => part !== undefined).map(Number);
  const days = new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= days && hours < 24 && minutes < 60 && seconds < 60;
}

/** The bytes as text; undefined where it is no base64. Bytes that are no text become U+FFFD, each by itself. */
function fromBase64(text: string): string | undefined {
  const packed = text.replace(/[\r\n]/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return undefined;
  const bytes = Buffer.from(packed, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return textOfBytes(bytes);
  }
}

function textOfBytes(bytes: Buffer): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at];
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    try {
      text += decoder.decode(bytes.subarray(at, at + length));
      at += length;
    } catch {
      text += '\ufffd';
      at++;
    }
  }
  return text;
}
