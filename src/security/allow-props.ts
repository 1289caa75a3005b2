import { IMeshCaller } from '../model/identity';
import { IMeshTarget } from '../model/mesh-target';
import { PathMatch } from '../model/path-match';

/** One allow: who may call whom, and how. */
export interface AllowProps {
  /** Who may call: a `MeshService`, a `MeshWorkload` (wrap a Deployment or a CronJob in one), or anything with identities. */
  readonly caller: IMeshCaller;
  /** Whom it may call: a `MeshService` or a `MeshWorkload` of this namespace. */
  readonly target: IMeshTarget;
  /**
   * The HTTP methods, in capitals. HEAD is not part of GET; gRPC is POST.
   *
   * @default - every method
   */
  readonly methods?: string[];
  /**
   * The paths. A gRPC method is `PathMatch.exact('/package.Service/Method')`.
   *
   * @default - every path
   */
  readonly paths?: PathMatch[];
  /**
   * The ports: those of the Service for a `MeshService` (policies get the pods' ports behind them),
   * the pods' own for a `MeshWorkload`.
   *
   * @default - all ports of the Service (its HTTP ports, where methods or paths are given); every
   * port of a `MeshWorkload`
   */
  readonly ports?: number[];
  /**
   * Whether the caller's service account may be one that other pods use, too: they are then all allowed.
   *
   * @default false
   */
  readonly sharedIdentity?: boolean;
}

/** Whose metrics may be read, on which ports and by whom. */
export interface AllowScrapeProps {
  /** Whom the metrics are read from: a `MeshService` or a `MeshWorkload` of this namespace. */
  readonly target: IMeshTarget;
  /** The ports with the metrics: those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`. */
  readonly ports: number[];
  /**
   * The scraper, when it has an identity in the mesh (a sidecar, or certificates of the mesh).
   *
   * @default - none: then `plaintext` has to be said
   */
  readonly caller?: IMeshCaller;
  /**
   * Whether anybody may read the metrics without an identity, as a Prometheus outside of the mesh does: the
   * ports then accept plaintext. Not together with `caller`.
   *
   * @default false
   */
  readonly plaintext?: boolean;
  /**
   * The path of the metrics.
   *
   * @default '/metrics'
   */
  readonly path?: string;
  /**
   * Whether the scraper's service account may be one that other pods use, too.
   *
   * @default false
   */
  readonly sharedIdentity?: boolean;
}

/** Which ports of whom may be called without an identity, and how. */
export interface AllowPlaintextProps {
  /** Whom is called: a `MeshService` or a `MeshWorkload` of this namespace. */
  readonly target: IMeshTarget;
  /** The ports that accept plaintext: those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`. */
  readonly ports: number[];
  /**
   * The HTTP methods, in capitals. Not for a port where the application does TLS itself.
   *
   * @default - every method
   */
  readonly methods?: string[];
  /**
   * The paths. Not for a port where the application does TLS itself.
   *
   * @default - every path
   */
  readonly paths?: PathMatch[];
  /**
   * The addresses that the connections come from, as IP addresses or CIDR blocks, as the pod sees them.
   *
   * @default - any address
   */
  readonly ipBlocks?: string[];
}
