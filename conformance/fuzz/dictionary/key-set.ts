import { Random } from '../random';

const TYPES: Readonly<Record<string, readonly string[]>> = { RSA: ['e', 'n'], EC: ['crv', 'x', 'y'], OKP: ['crv', 'x'], oct: ['k'] };
const OTHERS = ['alg', 'kid', 'use', 'key_ops', 'x5c', 'x5t', 'x5t#S256', 'x5u', 'p', 'dp', 'foo', 'crv', 'k', 'kty'];
const BASE64 = ['AQAB', 'YQ', 'YQ==', 'YQ=', 'a', '', 'a+/b', 'a-_b', 'a+-b', 'YQ\\n', 'ä', '====', 'AAAAA', 'YR=='];
const ODD = ['"x"', '1', 'null', '[]', '{}', '1e999', '"RSA"', 'true', '["sign"]', '["x",1]', '[null]', '["MAo="]', '[1e400]', '01', '-', '"\n"', '"\\x"'];
const BEHIND = ['', '', '', ' x', '{', ']', '{}', ','];

/** A JSON Web Key Set as text, or what is nearly one. */
export function keySet(random: Random): string {
  const keys = `[${Array.from({ length: random.below(3) }, () => key(random)).join(',')}]`;
  switch (random.below(10)) {
    case 0: return key(random);
    case 1: return `{"keys":${random.pick(ODD)}}`;
    case 2: return `{"a":${random.pick(ODD)},"keys":${keys}}`;
    case 3: return `{"keys":${keys},"keys":${keys}}`;
    default: return `{"keys":${keys}}${random.pick(BEHIND)}`;
  }
}

function key(random: Random): string {
  const type = random.pick([...Object.keys(TYPES), 'RSA', 'rsa']);
  const fields: string[] = [];
  if (random.chance(0.95)) fields.push(`"${random.chance(0.95) ? 'kty' : random.pick(['KTY', 'k\\u0074y', '\u212aty'])}":"${type}"`);
  for (const field of TYPES[type] ?? TYPES.RSA) {
    if (random.chance(0.95)) fields.push(`"${field}":"${random.chance(0.9) ? 'AQAB' : random.pick(BASE64)}"`);
  }
  if (random.chance(0.2)) fields.push(`"${random.pick(['d', 'd', 'D'])}":${random.chance(0.7) ? '"AQAB"' : random.pick(ODD)}`);
  for (const field of OTHERS) {
    if (random.chance(0.03)) fields.push(`"${field}":${random.pick(ODD)}`);
  }
  return random.chance(0.97) ? `{${fields.join(random.pick([',', ' , ', ',\n']))}}` : random.pick(ODD);
}
