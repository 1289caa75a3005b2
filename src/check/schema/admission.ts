import { JsonObject } from '../../manifest/json';

/** The schema layer's verdict on one object: what an API server with Istio's CRDs says to a strict create. */
export interface Admission {
  /** Empty when the API server would accept the object. */
  readonly problems: readonly SchemaProblem[];
  /**
   * What the API server hands on to the webhook and stores: the object itself when there was nothing to drop,
   * otherwise a copy. Its types are those of the schema even when it was refused: what does not fit is left out,
   * so that the layers behind never meet a wrong type.
   */
  readonly admitted: JsonObject;
}

/** Which of the API server's rules is broken. Each has its page in docs/rules. */
export type SchemaRule =
  | 'unknown-kind-or-version' // the group has no such kind, or the version is not served
  | 'metadata'
  | 'unknown-field'
  | 'wrong-type'
  | 'required'
  | 'not-allowed-value' // enum, range, length, pattern, format
  | 'list-type' // duplicate items or keys
  | 'one-of'
  | 'cel';

export interface SchemaProblem {
  readonly rule: SchemaRule;
  /** `spec.http[0].route[1].weight`; empty for the whole object. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}
