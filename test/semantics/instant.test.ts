import * as fc from 'fast-check';
import { instantOf, instantText } from '../../src/semantics/instant';

test.each([
  ['2026-12-01T18:00:00Z', '2026-12-01T18:00:00Z'],
  ['2026-12-01T18:00Z', '2026-12-01T18:00:00Z'],
  ['2026-12-01T18:00:00.250Z', '2026-12-01T18:00:00.250Z'],
  ['2026-12-01T18:00+01:00', '2026-12-01T17:00:00Z'],
  ['2026-12-01T00:30:00-05:30', '2026-12-01T06:00:00Z'],
  ['2028-02-29T23:59:59Z', '2028-02-29T23:59:59Z'],
])('%s is an instant, written as %s', (text, written) => {
  expect(instantText(instantOf(text)!)).toBe(written);
});

test.each([
  '2026-12-01', '2026-12-01T18:00:00', '18:00Z', '2026-12-01 18:00:00Z', '2026-12-01T18Z', '2026-02-30T00:00:00Z', '2027-02-29T00:00:00Z', '2026-13-01T00:00:00Z',
  '2026-12-01T24:00:00Z', '2026-12-01T18:60:00Z', '2026-12-01T18:00:60Z', '2026-12-01T18:00:00+99:00', '2026-12-01T18:00:00+01:60', '2026-12-01T18:00:00CET',
  ' 2026-12-01T18:00:00Z', '1780000000', 'tomorrow', '',
])('"%s" is none', (text) => {
  expect(instantOf(text)).toBeUndefined();
});

test('what is written is read as the same instant', () => {
  fc.assert(fc.property(fc.date({ min: new Date('1971-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }), (date) => {
    expect(instantOf(instantText(date.getTime()))).toBe(date.getTime());
  }));
});
