/** Marks an address as a Unix domain socket: `unix:///var/run/app.sock`, or `unix://@app`, which is in no file system. */
const UNIX = 'unix://';

export function isUnixAddress(address: string | undefined): address is string {
  return address !== undefined && address.startsWith(UNIX);
}

/** What is wrong with a Unix address, for a message; nothing if it is fine. */
export function unixAddressProblem(address: string): string | undefined {
  const path = address.slice(UNIX.length);
  if (path.startsWith('@')) return undefined;
  if (path === '') return 'names no socket';
  if (!path.startsWith('/')) return 'does not start with a slash after unix://';
  return path.endsWith('/') ? 'is a folder, not a socket' : undefined;
}

export const UNIX_ADDRESS_FIX = 'Write the absolute path of the socket, as in unix:///var/run/app.sock, or unix://@app for an abstract one.';
