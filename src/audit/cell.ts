/** What callers there may be, by the certificates they show: everybody has one, nobody has, or both. */
export type Peers = 'identified' | 'anyone' | 'unidentified';

/** A port of a target, and what the proxy takes the bytes on it for. */
export interface Cell {
  /** Undefined for all ports that nothing speaks of. */
  readonly port: number | undefined;
  readonly protocol: 'http' | 'tcp';
  readonly peers: Peers;
  /** The proxy never sees it. */
  readonly isBypassed: boolean;
  /** A Service, or a Gateway's server, leads there. */
  readonly isDeclared: boolean;
}
