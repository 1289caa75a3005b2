import * as fc from 'fast-check';
import { readFaultExpiries, writeFaultExpiries } from '../../src/semantics/fault-annotation';

const DAY = Date.UTC(2026, 11, 1);

test('every fault has its line, whoever comes first', () => {
  const chaos = { name: 'chaos', expires: DAY };
  const slow = { name: 'slow', expires: DAY + 60_000 };
  expect(writeFaultExpiries([slow, chaos, slow])).toBe('chaos: 2026-12-01T00:00:00Z\nslow: 2026-12-01T00:01:00Z');
});

test('by hand, one instant without a name is enough', () => {
  expect(readFaultExpiries('\n  2026-12-01T01:00+01:00\n')).toEqual({ expiries: [{ name: '', expires: DAY }], unreadable: [] });
});

test.each(['2026-12-01', 'chaos: 2026-12-01', 'chaos 2026-12-01T00:00:00Z', 'chaos: tomorrow', 'chaos:', 'chaos'])('a line "%s" cannot be read', (line) => {
  expect(readFaultExpiries(`slow: 2026-12-01T00:00:00Z\n${line}`)).toEqual({ expiries: [{ name: 'slow', expires: DAY }], unreadable: [line] });
});

test('what is written is read as the same, whatever the faults are called', () => {
  const name = fc.string({ minLength: 1 }).map((text) => text.trim().replace(/\s+/g, ' ')).filter((text) => text !== '');
  const expiry = fc.record({ name, expires: fc.integer({ min: 0, max: DAY }) });
  fc.assert(fc.property(fc.uniqueArray(expiry, { selector: ({ name: text }) => text }), (expiries) => {
    const { expiries: read, unreadable } = readFaultExpiries(writeFaultExpiries(expiries));
    expect(unreadable).toEqual([]);
    expect(new Set(read.map((one) => JSON.stringify(one)))).toEqual(new Set(expiries.map((one) => JSON.stringify(one))));
  }));
});
