/** The phases of a migration, in their order. */
export enum MtlsPhase {
  /** Istio is there, and nothing in the namespaces has changed. */
  INSTALL = 'install',
  /** New pods get sidecars; clients with sidecars then speak mutual TLS to pods that have one. */
  INJECT = 'inject',
  /** Every pod has its sidecar, and takes plaintext and mutual TLS. */
  PERMISSIVE = 'permissive',
  /** Nothing changes; it is looked at. */
  VERIFY = 'verify',
  /** Plaintext is refused, but at the ports that stay open. */
  STRICT = 'strict',
}

/** What becomes of a caller in a migration. */
export enum MtlsEdgeOutcome {
  /** It has, or gets, a sidecar: it speaks mutual TLS by itself. */
  WORKS = 'works',
  /** It is refused from the phase `breaksAt` on. */
  BREAKS = 'breaks',
  /** It speaks plaintext to a port that goes on taking it; to one that takes nothing else, with a sidecar, too. */
  STAYS_OPEN = 'stays open',
  /** It breaks, and somebody said that it may. */
  ACCEPTED = 'breaks, accepted',
  /** It would break if it called, and nothing says whether it does. */
  UNKNOWN = 'not known',
  /** It works, as nothing enforces mutual TLS there: the target has no sidecar, or the port passes by it. */
  NOT_ENFORCED = 'not enforced',
}

/** Who calls whom, and what becomes of it. */
export interface MtlsEdge {
  /** Who calls, in words. `despite` names callers by this. */
  readonly caller: string;
  /** The pods that are called, as `namespace/name`. */
  readonly target: string;
  /**
   * The pods' port.
   *
   * @default - every port
   */
  readonly port?: number;
  /** What becomes of the calls. */
  readonly outcome: MtlsEdgeOutcome;
  /**
   * The phase from which on calls are refused.
   *
   * @default - they never are
   */
  readonly breaksAt?: MtlsPhase;
  /** How it is known, and why it breaks. */
  readonly why: string;
  /** What to do about it; what was said, where somebody decided. */
  readonly remedy: string;
  /** The path of the construct that says so. */
  readonly source: string;
}
