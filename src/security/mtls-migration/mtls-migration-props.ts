import { IMeshCaller } from '../../model/identity';
import { IMeshTarget } from '../../model/mesh-target';
import { Injection } from '../injection';

/** Somebody who calls pods of the namespaces, and of whom the manifests say nothing. */
export interface MtlsMigrationCaller {
  /**
   * The caller, where it is in the App: whether it has a sidecar is then read from its pods and their Namespace.
   *
   * @default - a caller outside of the mesh, known by its `name`
   */
  readonly caller?: IMeshCaller;
  /**
   * The name of a caller outside of the mesh: a virtual machine, an appliance, another cluster.
   *
   * @default - the name of `caller`
   */
  readonly name?: string;
  /** Whom it calls: a `MeshService` or a `MeshWorkload` of one of the namespaces. */
  readonly target: IMeshTarget;
  /**
   * The ports: those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`.
   *
   * @default - every port
   */
  readonly ports?: number[];
}

/** Ports that go on taking plaintext beside mutual TLS when everything else is STRICT. */
export interface MtlsMigrationOpenPorts {
  /** Whose ports: a `MeshService` or a `MeshWorkload` of one of the namespaces. */
  readonly target: IMeshTarget;
  /** Those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`. */
  readonly ports: number[];
  /** For whom, and until when. It stands in the plan. */
  readonly reason: string;
}

/** A caller that may break. */
export interface MtlsMigrationBreak {
  /** The caller, as the table of the plan names it. */
  readonly caller: string;
  /**
   * Only where it calls these pods, as `namespace/name`.
   *
   * @default - wherever it calls
   */
  readonly target?: string;
  /** Why it may. It stands in the plan. */
  readonly reason: string;
}

/** What is brought from plaintext to STRICT, and what is known of its callers. */
export interface MtlsMigrationProps {
  /** The namespaces. They go through the phases together. */
  readonly namespaces: string[];
  /**
   * How their pods get sidecars.
   *
   * @default Injection.enabled()
   */
  readonly injection?: Injection;
  /**
   * Callers that the App's manifests do not show. Declared calls (`frontend.calls(reviews)`), pods without a sidecar,
   * probes, scrapes, webhooks, Ingresses, load balancers, DestinationRules and ServiceEntries of the App are found without being named.
   *
   * @default - none
   */
  readonly callers?: MtlsMigrationCaller[];
  /**
   * Further namespaces whose pods have sidecars, where the App does not render the Namespace and so does not say.
   *
   * @default - none
   */
  readonly meshNamespaces?: string[];
  /**
   * Ports that stay open for plaintext.
   *
   * @default - none
   */
  readonly openPorts?: MtlsMigrationOpenPorts[];
  /**
   * Callers that may break: the STRICT phase is written despite them.
   *
   * @default - none
   */
  readonly despite?: MtlsMigrationBreak[];
}
