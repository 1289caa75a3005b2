import { checkIpBlocks } from '../model/ip-blocks';
import { IpRange, coversAll, ipRange } from '../semantics/ip-range';

/** Ranges that are to say something: throws for what lets everyone in, and for what nobody would write on purpose. */
export function checkIpRanges(field: string, given: readonly string[]): string[] {
  const blocks = checkIpBlocks(field, given);
  const ranges = blocks.map((text) => ({ text, ...ipRange(text) }));
  const loose = ranges.find(({ hostBits }) => hostBits);
  if (loose) {
    const [address, bits] = loose.text.split('/');
    throw new Error(`\`${field}\`: "${loose.text}" names an address and a prefix of ${bits} bits, which is ${loose.last - loose.first + 1n} addresses. `
      + `Write "${address}" where one is meant, or the range by its first address.`);
  }
  for (const version of [4, 6] as const) {
    if (coversAll(ranges, version)) {
      const all = ranges.filter((range) => range.version === version).map(({ text }) => `"${text}"`).join(' and ');
      throw new Error(`\`${field}\`: ${all} ${all.includes(' and ') ? 'are' : 'is'} every IPv${version} address, which lets everyone in. Name the ranges that are meant, for example "203.0.113.0/24".`);
    }
  }
  for (const inner of ranges) {
    const outer = ranges.find((other) => other !== inner && includes(other, inner));
    if (outer) throw new Error(`\`${field}\`: "${outer.text}" includes "${inner.text}". Leave out the one that is not meant.`);
  }
  return blocks;
}

function includes(outer: IpRange, inner: IpRange): boolean {
  return outer.version === inner.version && outer.first <= inner.first && outer.last >= inner.last;
}
