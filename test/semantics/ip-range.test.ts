import * as fc from 'fast-check';
import { coversAll, ipRange } from '../../src/semantics/ip-range';

test('an address is a range of one', () => {
  expect(ipRange('10.0.0.1')).toEqual({ version: 4, first: 0x0a000001n, last: 0x0a000001n, hostBits: false });
  expect(ipRange('::1')).toEqual({ version: 6, first: 1n, last: 1n, hostBits: false });
});

test.each<[string, bigint, bigint]>([
  ['10.0.0.0/8', 0x0a000000n, 0x0affffffn],
  ['0.0.0.0/0', 0n, 0xffffffffn],
  ['2001:db8::/32', 0x20010db8n * 2n ** 96n, (0x20010db9n * 2n ** 96n) - 1n],
  ['::ffff:10.0.0.0/104', (0xffffn * 2n ** 32n) + 0x0a000000n, (0xffffn * 2n ** 32n) + 0x0affffffn],
  ['fe80::1%eth0', (0xfe80n * 2n ** 112n) + 1n, (0xfe80n * 2n ** 112n) + 1n],
  ['1:2:3:4:5:6:7:8', 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n],
])('%s', (text, first, last) => {
  expect(ipRange(text)).toMatchObject({ first, last, hostBits: false });
});

test('bits behind the prefix are seen, and do not count', () => {
  expect(ipRange('10.1.2.3/16')).toEqual({ version: 4, first: 0x0a010000n, last: 0x0a01ffffn, hostBits: true });
});

test('ranges are everything just where no address is outside of all', () => {
  const quarter = fc.constantFrom('0.0.0.0/2', '64.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2', '0.0.0.0/1', '128.0.0.0/1', '10.0.0.0/8', '::/0');
  fc.assert(fc.property(fc.array(quarter), (blocks) => {
    const ranges = blocks.map(ipRange);
    const within = (address: bigint) => ranges.some(({ version, first, last }) => version === 4 && first <= address && address <= last);
    expect(coversAll(ranges, 4)).toBe([0n, 0x40000000n, 0x80000000n, 0xc0000000n].every(within));
    expect(coversAll(ranges, 6)).toBe(blocks.includes('::/0'));
  }));
});
