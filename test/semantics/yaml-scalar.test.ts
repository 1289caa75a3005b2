import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { isMisreadByKubernetes, unreadableCharacter } from '../../src/semantics/yaml-scalar';

test.each([
  '0o17', '-0o7', '+0o7', '0O7', '0X1f', '-0X1F', '0B1', '0b-1', '0b+1', '0_o7', '0_x1f', '-_1', '+_1', '1e1_0', '1e5_',
])('"%s" is written without quotes, and a number to Kubernetes', (text) => {
  expect(isMisreadByKubernetes(text)).toBe(true);
});

test.each([
  '', 'on', 'y', 'true', 'null', '~', '1', '-1', '1e3', '017', '08', '1_000', '0x1f', '0b1', '.5', '1.5', '0o', '0o8', '0x', '-', '+', '.', '0o-7', '9080', '1.2.3', 'v1', '10.0.0.1', '2001-01-01',
])('"%s" is left alone', (text) => {
  expect(isMisreadByKubernetes(text)).toBe(false);
});

/** Go's strconv, independently: a sign, a base and its digits, or a decimal with an exponent. */
function isNumberToGo(text: string): boolean {
  if (!'+-.0123456789'.includes(text.charAt(0)) || text === '') return false;
  let rest = text.split('_').join('');
  const binary = rest.startsWith('0b') && ['-', '+'].includes(rest.charAt(2));
  if (binary) rest = `0b${rest.slice(3)}`;
  else if (['-', '+'].includes(rest.charAt(0))) rest = rest.slice(1);
  if (/^0[bo]/i.test(rest) || /^0x/i.test(rest)) return rest.length > 2 && !Number.isNaN(Number(rest));
  return /^[0-9.]/.test(rest) && /[0-9]/.test(rest) && !Number.isNaN(Number(rest)) && rest.trim() === rest;
}

test('whatever Go takes for a number is quoted or refused, and nothing else is refused', () => {
  const almostNumbers = fc.string({ unit: fc.constantFrom('0', '1', '7', '_', '-', '+', '.', 'e', 'x', 'X', 'o', 'O', 'b', 'B', 'f'), maxLength: 7 });
  fc.assert(fc.property(almostNumbers, (text) => {
    const quoted = /^["']/.test(Yaml.stringify(text));
    if (isNumberToGo(text)) expect(quoted || isMisreadByKubernetes(text)).toBe(true);
    else expect(isMisreadByKubernetes(text)).toBe(false);
  }), { numRuns: 20000 });
});

test.each([
  ['\u007f', 'U+007F'], ['a\u0085b', 'U+0085'], ['\u2028', 'U+2028'], ['\ufeffa', 'U+FEFF'], ['\ud83d', 'U+D83D'], ['\ude00\ud83d', 'U+DE00'],
])('%j cannot be written', (text, character) => {
  expect(unreadableCharacter(text)).toBe(character);
});

test.each(['', 'a', '\t', '\n', '\u0000', '\u001b', '\u00a0', 'é', '日本語', '😀'])('%j can be written', (text) => {
  expect(unreadableCharacter(text)).toBeUndefined();
});
