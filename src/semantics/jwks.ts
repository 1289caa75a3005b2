import { X509Certificate } from 'node:crypto';
import { JsonScanner, JsonSpan } from './json-scanner';

/** What Istio's reader makes of a JSON Web Key Set: what is wrong with it, or which of its keys are not public. */
export type Jwks = { readonly problem: string } | { readonly privateKeys: readonly number[] };

type KeyShape = { readonly bytes: readonly string[]; readonly text: readonly string[]; readonly required: readonly string[] };

/** `x58` is how Istio's reader spells `x5u`, which it therefore takes for a field that it does not know. */
const COMMON_TEXT = ['alg', 'kid', 'use', 'x5t', 'x5t#S256', 'x58'];

/** The fields of each type of key: base64, other text, and what may not be missing. */
const PUBLIC: Readonly<Record<string, KeyShape>> = {
  RSA: { bytes: ['e', 'n'], text: COMMON_TEXT, required: ['e', 'n'] },
  EC: { bytes: ['x', 'y'], text: [...COMMON_TEXT, 'crv'], required: ['crv', 'x', 'y'] },
  OKP: { bytes: ['x'], text: [...COMMON_TEXT, 'crv'], required: ['crv', 'x'] },
  oct: { bytes: ['k'], text: COMMON_TEXT, required: ['k'] },
};
const PRIVATE: Readonly<Record<string, KeyShape>> = {
  RSA: { bytes: ['d', 'dp', 'dq', 'e', 'n', 'p', 'q', 'qi'], text: COMMON_TEXT, required: ['d', 'e', 'n'] },
  EC: { bytes: ['d', 'x', 'y'], text: [...COMMON_TEXT, 'crv'], required: ['crv', 'd', 'x', 'y'] },
  OKP: { bytes: ['d', 'x'], text: [...COMMON_TEXT, 'crv'], required: ['crv', 'd', 'x'] },
  oct: PUBLIC.oct,
};

/** The key type and `d` are first looked for as Go matches names: in any case, where the Kelvin sign is a K, too. */
const ANY_CASE_KTY = /^[kK\u212a][tT][yY]$/;
const ANY_CASE_D = /^[dD]$/;

/** Reads a set of keys, or a single key. What follows behind it is not looked at, as Istio does not either. */
export function readJwks(text: string): Jwks {
  const json = new JsonScanner(text);
  const whole = json.value();
  if (whole === undefined || json.first(whole) !== '{') return { problem: 'it is no JSON object' };
  const keys: JsonSpan[] = [];
  let isSet = false;
  for (const [name, value] of json.members(whole)) {
    if (name !== 'keys') {
      if (json.hasHugeNumber(value)) return { problem: `the number in ${JSON.stringify(name)} is too great` };
      continue;
    }
    isSet = true;
    const list = itemsOf(json, value);
    if (list === undefined) return { problem: '"keys" is no list' };
    keys.push(...list);
  }
  const privateKeys: number[] = [];
  const all = isSet ? keys : [whole];
  for (let i = 0; i < all.length; i++) {
    const key = readKey(json, all[i]);
    if (typeof key === 'string') return { problem: isSet ? `key ${i} ${key}` : `it has no "keys", and as a single key it ${key}` };
    if (key.isPrivate) privateKeys.push(i);
  }
  return { privateKeys };
}

/** What is wrong with a key, or whether it is private. */
function readKey(json: JsonScanner, span: JsonSpan): string | { isPrivate: boolean } {
  if (json.first(span) !== '{') return 'is no object';
  const members = json.members(span);
  let kty = '';
  let hasD = false;
  for (const [name, value] of members) {
    if (ANY_CASE_KTY.test(name)) {
      const type = json.string(value);
      if (type === undefined) return 'has a "kty" that is no text';
      kty = type ?? kty;
    }
    hasD ||= ANY_CASE_D.test(name);
  }
  const shapes = hasD ? PRIVATE : PUBLIC;
  if (!Object.prototype.hasOwnProperty.call(shapes, kty)) return kty === '' ? 'has no "kty"' : `has the "kty" ${JSON.stringify(kty)}; known are RSA, EC, OKP and oct`;
  const problem = readFields(json, members, kty, shapes[kty]);
  return problem ?? { isPrivate: hasD || kty === 'oct' };
}

function readFields(json: JsonScanner, members: [string, JsonSpan][], kty: string, shape: KeyShape): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of members) {
    seen.add(name);
    const problem = readField(json, name, value, kty, shape);
    if (problem !== undefined) return `has a "${name}" that ${problem}`;
  }
  const missing = shape.required.filter(name => !seen.has(name));
  return missing.length > 0 ? `lacks ${missing.map(name => `"${name}"`).join(', ')}` : undefined;
}

function readField(json: JsonScanner, name: string, value: JsonSpan, kty: string, shape: KeyShape): string | undefined {
  if (name === 'kty') return json.string(value) === kty ? undefined : `is not "${kty}"`;
  if (name === 'key_ops') return textsOf(json, value) === undefined ? 'is no list of texts' : undefined;
  if (name === 'x5c') return readCertificates(textsOf(json, value));
  if (shape.text.includes(name)) return json.string(value) === undefined ? 'is no text' : undefined;
  if (shape.bytes.includes(name)) {
    const text = json.string(value);
    return text === undefined ? 'is no text' : decodeBase64(text ?? '') === undefined ? 'is no base64' : undefined;
  }
  return json.hasHugeNumber(value) ? 'holds too great a number' : undefined;
}

function readCertificates(texts: readonly string[] | undefined): string | undefined {
  if (texts === undefined) return 'is no list of texts';
  for (const text of texts) {
    const der = decodeBase64(text);
    if (der === undefined) return 'is no base64';
    if (!isCertificate(der)) return 'is no certificate';
  }
  return undefined;
}

function isCertificate(der: Buffer): boolean {
  // Node would take PEM here, too.
  if (der[0] !== 0x30) return false;
  try {
    return new X509Certificate(der).raw.length === der.length;
  } catch {
    return false;
  }
}

function itemsOf(json: JsonScanner, span: JsonSpan): readonly JsonSpan[] | undefined {
  const first = json.first(span);
  return first === '[' ? json.items(span) : first === 'n' ? [] : undefined;
}

function textsOf(json: JsonScanner, span: JsonSpan): readonly string[] | undefined {
  const texts = itemsOf(json, span)?.map(item => json.string(item));
  return texts?.includes(undefined) ? undefined : texts?.map(text => text ?? '');
}

/** Base64 of either alphabet, padded if it ends with `=`; line breaks do not count. */
function decodeBase64(text: string): Buffer | undefined {
  const body = text.replace(/[\r\n]/g, '');
  const alphabet = /[+/]/.test(text) ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/;
  let digits = body;
  if (text.endsWith('=')) {
    if (body.length % 4 !== 0) return undefined;
    digits = body.replace(/={1,2}$/, '');
  }
  return digits.length % 4 === 1 || !alphabet.test(digits) ? undefined : Buffer.from(digits, 'base64');
}
