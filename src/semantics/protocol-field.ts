/** A protocol as the field `protocol` of Istio's own kinds names it. */
export type NamedProtocol =
  'TCP' | 'UDP' | 'GRPC' | 'GRPC-Web' | 'HTTP' | 'HTTP_PROXY' | 'HTTP2' | 'HTTPS' | 'TLS' | 'Mongo' | 'Redis' | 'MySQL';

const NAMES: readonly NamedProtocol[] =
  ['TCP', 'UDP', 'GRPC', 'GRPC-Web', 'HTTP', 'HTTP_PROXY', 'HTTP2', 'HTTPS', 'TLS', 'Mongo', 'Redis', 'MySQL'];

const BY_SPELLING = new Map<string, NamedProtocol>(NAMES.flatMap(name => [[name, name], [name.toLowerCase(), name]]));
for (const name of NAMES) BY_SPELLING.set(name.toUpperCase(), name);

const HTTP_FAMILY: ReadonlySet<NamedProtocol> = new Set(['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-Web']);
const TCP_FAMILY: ReadonlySet<NamedProtocol> = new Set(['TCP', 'HTTPS', 'TLS', 'Mongo', 'Redis', 'MySQL']);

/** For messages. */
export const PROTOCOL_NAMES = NAMES.map(name => name.toUpperCase()).join(', ');

/** The protocol of that name, whatever its case; undefined for names that Istio does not know (an empty one too). */
export function protocolNamed(text: string): NamedProtocol | undefined {
  return BY_SPELLING.get(text) ?? BY_SPELLING.get(lowerCase(text));
}

/** Requests, in any version of HTTP. */
export function isHttpProtocol(protocol: NamedProtocol | undefined): boolean {
  return protocol !== undefined && HTTP_FAMILY.has(protocol);
}

/** Bytes, as far as the proxy sees: TLS that it does not end counts too. */
export function isTcpProtocol(protocol: NamedProtocol | undefined): boolean {
  return protocol !== undefined && TCP_FAMILY.has(protocol);
}

export function isTlsProtocol(protocol: NamedProtocol | undefined): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

/** Go lowers the capital dotted I to one `i`, JavaScript to two characters. */
function lowerCase(text: string): string {
  return text.replace(/\u0130/g, 'i').toLowerCase();
}
