/** Which side of which proxies is patched. */
export enum EnvoyTraffic {
  /** What comes in to pods with a sidecar. */
  INBOUND = 'SIDECAR_INBOUND',
  /** What pods with a sidecar send. */
  OUTBOUND = 'SIDECAR_OUTBOUND',
  /** Gateways. */
  GATEWAY = 'GATEWAY',
}
