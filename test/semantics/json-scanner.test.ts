import * as fc from 'fast-check';
import { JsonScanner } from '../../src/semantics/json-scanner';

/** A JSON text with white space of every kind, perhaps with one character changed, taken out or put in. */
const texts = fc.tuple(
  fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\t', '\n\r ', ' \t\r\n'), fc.nat(), fc.constantFrom('', ...'{}[],:"\\ \t\n\r\u000b\u00a00123456789-+.eEtfnlua\u0000'), fc.constantFrom(0, 0, 1),
).chain(([value, space, at, character, cut]) => {
  const whole = space + JSON.stringify(value, null, 1).replace(/\n */g, space) + space;
  const place = at % (whole.length + 1);
  return fc.constantFrom(whole, whole.slice(0, place) + character + whole.slice(place + cut));
});

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('what it takes for a JSON text is what JSON.parse takes for one', () => {
  fc.assert(fc.property(texts, (text) => {
    const value = new JsonScanner(text).value();
    const isWhole = value !== undefined && /^[ \t\r\n]*$/.test(text.slice(value.end));
    expect(isWhole).toBe(isJson(text));
  }), { numRuns: 3000 });
});

test('members, items and strings are those of the text', () => {
  fc.assert(fc.property(texts.filter(isJson), (text) => {
    const json = new JsonScanner(text);
    const read = (span: { start: number; end: number }): unknown => {
      switch (json.first(span)) {
        case '{': return Object.fromEntries(json.members(span).map(([key, value]) => [key, read(value)]));
        case '[': return json.items(span).map(read);
        case '"': return json.string(span);
        default: return JSON.parse(text.slice(span.start, span.end));
      }
    };
    expect(JSON.stringify(read(json.value()!))).toBe(JSON.stringify(JSON.parse(text)));
  }), { numRuns: 1000 });
});

test('a key that is given twice is told twice', () => {
  const json = new JsonScanner('{ "a" : 1 , "a" : 2 }');
  expect(json.members(json.value()!).map(([key]) => key)).toEqual(['a', 'a']);
});

test.each(['[1e309]', '{"a":-1e999}', '1e400', '["1", 9e999]', `9${'0'.repeat(309)}`, '[0, 1E+309]', '["\\"", 2e308]'])('%s holds a number that no double can', (text) => {
  const json = new JsonScanner(text);
  expect(json.hasHugeNumber(json.value()!)).toBe(true);
});

test.each(['[1e308]', '"1e999"', '{"1e999":"9e999"}', '["\\"1e999"]', '[-0, 1e-999]', 'true', '[0.5e1]'])('%s holds none', (text) => {
  const json = new JsonScanner(text);
  expect(json.hasHugeNumber(json.value()!)).toBe(false);
});

test('the text behind a value is not part of it', () => {
  const json = new JsonScanner(' {"a":[]} 1e999');
  expect(json.value()).toEqual({ start: 1, end: 9 });
  expect(json.hasHugeNumber(json.value()!)).toBe(false);
});

test('ten thousand levels are read, one more is not, and a million neither', () => {
  const nested = (depth: number) => new JsonScanner('['.repeat(depth) + ']'.repeat(depth)).value();
  expect(nested(10_000)).toEqual({ start: 0, end: 20_000 });
  expect(nested(10_001)).toBeUndefined();
  expect(nested(1_000_000)).toBeUndefined();
});
