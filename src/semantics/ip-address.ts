/**
 * IP addresses and subnets as Istio reads them, with Go's `netip`. Stricter than most readers (no leading zeroes,
 * no short forms such as `10.1`), laxer in one thing: an IPv6 address may name a zone (`fe80::1%eth0`).
 */
export type IpVersion = 4 | 6;

const DOT = 46, ZERO = 48, NINE = 57, COLON = 58, PERCENT = 37;
const NOT_FOUND = -1;
const IPV6_BYTES = 16;
const LONGEST_SAID = 60;

/** Which kind of address this is; undefined if it is none. */
export function ipVersion(text: string): IpVersion | undefined {
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case DOT: return isIpv4(text, 0, text.length) ? 4 : undefined;
      case COLON: return isIpv6(text) ? 6 : undefined;
      case PERCENT: return undefined;
    }
  }
  return undefined;
}

export function isIpAddress(text: string): boolean {
  return ipVersion(text) !== undefined;
}

/** An address, a slash and the number of leading bits: `10.0.0.0/8`. No zone; bits of the host may be set. */
export function isCidr(text: string): boolean {
  const slash = text.lastIndexOf('/');
  if (slash < 0) return false;
  const address = text.slice(0, slash);
  const version = ipVersion(address);
  if (version === undefined || address.includes('%')) return false;
  const bits = text.slice(slash + 1);
  return /^(0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** What Istio takes for a subnet: one slash makes it a CIDR, anything else is one address. */
export function isIpSubnet(text: string): boolean {
  const slash = text.indexOf('/');
  return slash >= 0 && slash === text.lastIndexOf('/') ? isCidr(text) : isIpAddress(text);
}

/** Four numbers from 0 to 255 between `from` and `to`, without leading zeroes. */
function isIpv4(text: string, from: number, to: number): boolean {
  let value = 0, digits = 0, dots = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return false;
      value = digits = 0;
    } else {
      if (code < ZERO || code > NINE || (digits === 1 && value === 0)) return false;
      value = value * 10 + code - ZERO;
      if (value > 255) return false;
      digits++;
    }
  }
  return dots === 3 && digits > 0;
}

/** Groups of up to four hexadecimal digits; one `::` for at least one group; an IPv4 address may end it. */
function isIpv6(text: string): boolean {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return false;
  const end = zone < 0 ? text.length : zone;
  let at = 0, bytes = 0, ellipsis = NOT_FOUND;
  if (text.startsWith('::')) {
    ellipsis = 0;
    at = 2;
    if (at === end) return true;
  }
  while (bytes < IPV6_BYTES) {
    const start = at;
    while (at < end && isHexDigit(text.charCodeAt(at))) at++;
    if (at === start || at - start > 4) return false;
    if (at < end && text.charCodeAt(at) === DOT) {
      if (!isIpv4(text, start, end)) return false;
      at = end;
      bytes += 4;
      break;
    }
    bytes += 2;
    if (at === end) break;
    if (text.charCodeAt(at++) !== COLON || at === end) return false;
    if (text.charCodeAt(at) === COLON) {
      if (ellipsis >= 0) return false;
      ellipsis = bytes;
      if (++at === end) break;
    }
  }
  return at === end && (ellipsis < 0 ? bytes === IPV6_BYTES : bytes < IPV6_BYTES);
}

function isHexDigit(code: number): boolean {
  return (code >= ZERO && code <= NINE) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

/** What is wrong with an address, for a message: the usual mistakes by name. */
export function describeBadAddress(text: string): string {
  if (text === '') return 'is empty';
  const said = JSON.stringify(text.length <= LONGEST_SAID ? text : `${text.slice(0, LONGEST_SAID)}…`);
  if (text !== text.trim()) return `is ${said}, with a space around it`;
  if (text.startsWith('[')) return `is ${said}; brackets belong only before a port`;
  if (!text.startsWith('/') && text.includes('/')) return `is ${said}, a subnet or a path, not one address`;
  if (/^[0-9.]+$/.test(text) && /(^|\.)0[0-9]/.test(text)) return `is ${said}; a leading 0 is not allowed`;
  return `is ${said}, which is no IP address`;
}
