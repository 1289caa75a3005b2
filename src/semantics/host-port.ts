/** `address:port` or `[address]:port`, taken apart as Go's `net.SplitHostPort` does; undefined where it sees none. */
export function splitHostPort(text: string): { host: string; port: string } | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  const port = text.slice(colon + 1);
  const bracketed = text.startsWith('[');
  if (bracketed && text.indexOf(']') !== colon - 1) return undefined;
  const host = bracketed ? text.slice(1, colon - 1) : text.slice(0, colon);
  if (!bracketed && host.includes(':')) return undefined;
  return /[[\]]/.test(host + port) ? undefined : { host, port };
}
