import { Json } from '../../manifest/json';

/**
 * One node of a kind's schema, as tools/schema writes it from the CRDs: only what such schemas say,
 * so that nothing is left to interpret. Other nodes are named by their place in the table.
 */
export interface SchemaNode {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'int-or-string';
  readonly nullable?: boolean;
  /** The fields of an object. */
  readonly properties?: Readonly<Record<string, number>>;
  readonly required?: readonly string[];
  /** Groups of fields of which at most one may be there. */
  readonly atMostOne?: ReadonlyArray<readonly string[]>;
  /** The values of a map. */
  readonly values?: number;
  /** Whether an object may have fields that no schema names. */
  readonly open?: boolean;
  readonly items?: number;
  /** The fields that tell the items of a list apart. */
  readonly listKeys?: readonly string[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly enum?: readonly string[];
  readonly format?: 'int32' | 'double' | 'byte' | 'date-time';
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** CEL rules, by their text. */
  readonly rules?: readonly string[];
}

/** What tools/schema writes for one kind. */
export interface KindSchema {
  /** Newest first. */
  readonly versions: readonly string[];
  /** The places of the nodes of `spec` and `status` in the table. */
  readonly spec: number;
  readonly status: number;
  readonly specRequired: boolean;
  /** Whether a spec fits as it stands, with nothing to drop: the answer for nearly all of them. */
  readonly fits: (spec: Json) => boolean;
}
