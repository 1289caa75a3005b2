import { ipVersion } from './ip-address';

/** The addresses of a CIDR block, or a single one, as numbers. */
export interface IpRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Whether bits behind the prefix are set: `10.0.0.1/16`. */
  readonly hostBits: boolean;
}

/** Of a text that is an address or a CIDR block; a zone is not looked at. */
export function ipRange(text: string): IpRange {
  const [address, bits] = text.split('/');
  const version = ipVersion(address)!;
  const width = version === 4 ? 32 : 128;
  const value = version === 4 ? ipv4(address) : ipv6(address.replace(/%.*$/, ''));
  const size = 2n ** BigInt(width - Number(bits ?? width));
  const first = value - value % size;
  return { version, first, last: first + size - 1n, hostBits: value !== first };
}

/** Whether together they are every address of a version. */
export function coversAll(ranges: readonly IpRange[], version: 4 | 6): boolean {
  const end = 2n ** (version === 4 ? 32n : 128n);
  const sorted = ranges.filter((range) => range.version === version).sort((a, b) => (a.first < b.first ? -1 : 1));
  let next = 0n;
  for (const { first, last } of sorted) {
    if (first > next) return false;
    if (last >= next) next = last + 1n;
  }
  return next === end;
}

function ipv4(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function ipv6(text: string): bigint {
  const dotted = /^(.*:)([0-9.]+)$/.exec(text.includes('.') ? text : '');
  const groups = dotted ? `${dotted[1]}${groupsOf(ipv4(dotted[2]))}` : text;
  const [head, tail] = groups.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}

function groupsOf(ipv4Value: bigint): string {
  return `${(ipv4Value / 65536n).toString(16)}:${(ipv4Value % 65536n).toString(16)}`;
}
