/** A port that can be listened on or connected to. */
export function isPortNumber(port: number): boolean {
  return port >= 1 && port <= 65535;
}
