import { ipVersion } from '../../semantics/ip-address';

/**
 * The scheme of a URL as CEL's `url()` reads it, in lower case, empty if it has none; undefined where `isURL()` says
 * no. That is Go's `net/url`: first as a request URI, which must be absolute or begin with `/`, then once more in full.
 */
export function goUrlScheme(text: string): string | undefined {
  const asRequest = parse(text, true);
  if (asRequest === undefined) return undefined;
  const hash = text.indexOf('#');
  if (hash < 0) return parse(text, false);
  return isEscaped(text.slice(hash + 1)) ? parse(text.slice(0, hash), false) : undefined;
}

/** Whether CEL's `isURL()` says yes: unlike `goUrlScheme`, it looks at no fragment. */
export function isGoUrl(text: string): boolean {
  return parse(text, true) !== undefined;
}

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

function parse(text: string, isRequest: boolean): string | undefined {
  if (CONTROL.test(text) || (text === '' && isRequest)) return undefined;
  if (text === '*') return '';
  const named = SCHEME.exec(text);
  const scheme = named ? named[1].toLowerCase() : '';
  const afterScheme = named ? text.slice(named[0].length) : text;
  const query = afterScheme.indexOf('?');
  const rest = query < 0 ? afterScheme : afterScheme.slice(0, query);

  if (!rest.startsWith('/')) {
    return scheme !== '' ? scheme : undefined; // opaque, such as `oci:name`, or relative, which no request is
  }
  let path = rest;
  if ((scheme !== '' || (!isRequest && !rest.startsWith('///'))) && rest.startsWith('//')) {
    const end = rest.indexOf('/', 2);
    const authority = end < 0 ? rest.slice(2) : rest.slice(2, end);
    path = end < 0 ? '' : rest.slice(end);
    if (!isAuthority(authority, scheme)) return undefined;
  }
  return isEscaped(path) ? scheme : undefined;
}

const USER = /^[-A-Za-z0-9._:~!$&'()*+,;=%@]*$/;

function isAuthority(authority: string, scheme: string): boolean {
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!USER.test(user) || !isEscaped(user)) return false;
  }
  return isHost(authority.slice(at + 1), scheme);
}

const PORT = /^(?::[0-9]*)?$/;
/** What may stand in a host, besides hex: some of ASCII, and all above it. */
const HOST = /^[-A-Za-z0-9._~!"$&'()*+,:;<=>[\]%\u0080-\uffff]*$/;
/** In hex a host has only bytes above ASCII, and `%` itself. */
const HEX_OF_NO_HOST = /%(?!25|[89A-Fa-f][0-9A-Fa-f])/;

function isHost(host: string, scheme: string): boolean {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return false;
  if (bracket === 0) {
    const end = host.lastIndexOf(']');
    return end >= 0 && PORT.test(host.slice(end + 1)) && isIpLiteral(host.slice(1, end));
  }
  const first = host.indexOf(':');
  if (first >= 0) {
    // Several colons are refused where a host and a port are all there can be.
    const port = scheme === 'http' || scheme === 'https' ? first : host.lastIndexOf(':');
    if (!PORT.test(host.slice(port))) return false;
  }
  return HOST.test(host) && !HEX_OF_NO_HOST.test(host);
}

/** What a zone may write in hex: ASCII that it could write as it is, a space, and `%`. */
const ZONE_BYTE = /^[-A-Za-z0-9._~!"$&'()*+,:;<=>[\] ]$/;

/** An IPv6 address, perhaps with a zone: `fe80::1%25eth0`. */
function isIpLiteral(text: string): boolean {
  const zoneAt = text.indexOf('%25');
  const address = zoneAt < 0 ? text : text.slice(0, zoneAt);
  if (zoneAt >= 0) {
    const zone = text.slice(zoneAt);
    if (zone.length <= 3 || !isEscaped(zone)) return false;
    for (const [escape] of zone.matchAll(/%[0-9A-Fa-f]{2}/g)) {
      if (escape !== '%25' && !ZONE_BYTE.test(String.fromCharCode(parseInt(escape.slice(1), 16)))) return false;
    }
    if (!HOST.test(zone)) return false;
  }
  // A `%` that introduces no zone cannot be part of an address, nor can what it stands for.
  return !address.includes('%') && ipVersion(address) === 6;
}

/** Whether every `%` is followed by two hex digits. */
function isEscaped(text: string): boolean {
  return !text.includes('%') || !/%(?![0-9A-Fa-f]{2})/.test(text);
}
