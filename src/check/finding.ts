import { Severity } from './severity';
import { MeshObject } from '../manifest/mesh-object';

/** Who would say so: an API server with Istio's CRDs, istiod's webhook, or nobody before it is too late. */
export type Layer = 'schema' | 'webhook' | 'analysis';

/** One thing that the checker has to say, in the shape of the JSON report. */
export interface Finding {
  /** Stable and never reused: `MESH3101`. */
  readonly code: string;
  readonly severity: Severity;
  readonly layer: Layer;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The field, `spec.http[0].route[1].weight`; empty for the whole object or file. */
  readonly path: string;
  /** The path of the construct that wrote the object. */
  readonly construct?: string;
  /** The file that the object was read from, or where its construct was made. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1; only of input that cannot be read. */
  readonly column?: number;
  /** What is wrong, with the value. */
  readonly message: string;
  /** Why it matters. */
  readonly why: string;
  /** What to write instead. */
  readonly fix: string;
  /** The page of the rule. */
  readonly url: string;
}

/** A finding that somebody silenced where it stands. */
export interface SilencedFinding extends Finding {
  readonly reason: string;
}

/** A finding with the object it is about, while silencing has not been looked at. */
export interface FindingOf {
  readonly object?: MeshObject;
  readonly finding: Finding;
  readonly aliases: readonly string[];
}
