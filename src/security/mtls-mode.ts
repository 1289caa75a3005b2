/**
 * What the sidecars of pods accept.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode
 */
export enum MtlsMode {
  /** Mutual TLS only: whoever speaks plaintext has its connection reset. */
  STRICT = 'STRICT',
  /** Plaintext and mutual TLS, so callers without a sidecar have no identity: for the time of a migration. */
  PERMISSIVE = 'PERMISSIVE',
  /** Plaintext only: nobody has an identity, callers in the mesh neither. */
  DISABLE = 'DISABLE',
  /** What the namespace says, else the mesh, else PERMISSIVE: for a workload that says something of its ports only. */
  UNSET = 'UNSET',
}
