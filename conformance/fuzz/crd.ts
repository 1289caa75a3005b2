import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The part of OpenAPI that Istio's CRDs use. */
export interface Schema {
  readonly 'type'?: string;
  readonly 'properties'?: Readonly<Record<string, Schema>>;
  readonly 'items'?: Schema;
  readonly 'additionalProperties'?: Schema;
  readonly 'required'?: readonly string[];
  readonly 'enum'?: readonly string[];
  readonly 'minimum'?: number;
  readonly 'maximum'?: number;
  readonly 'minLength'?: number;
  readonly 'maxLength'?: number;
  readonly 'minItems'?: number;
  readonly 'maxItems'?: number;
  readonly 'minProperties'?: number;
  readonly 'maxProperties'?: number;
  readonly 'pattern'?: string;
  readonly 'format'?: string;
  readonly 'nullable'?: boolean;
  readonly 'oneOf'?: readonly Schema[];
  readonly 'anyOf'?: readonly Schema[];
  readonly 'allOf'?: readonly Schema[];
  readonly 'not'?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string }[];
}

export interface Crd {
  readonly kind: string;
  readonly group: string;
  readonly versions: readonly string[];
  readonly schema: Schema;
}

const CRDS = join(__dirname, '..', '..', 'crds', 'istio-1.31.yaml');

/** Istio's kinds as their CRDs define them, by kind. Every version of a kind has the same schema. */
export function readCrds(): ReadonlyMap<string, Crd> {
  const crds = parseAllDocuments(readFileSync(CRDS, 'utf8')).map((document: any) => document.toJS()).filter(Boolean);
  return new Map(crds.map(({ spec }: any) => [spec.names.kind, {
    kind: spec.names.kind,
    group: spec.group,
    versions: spec.versions.filter((version: any) => version.served).map((version: any) => version.name),
    schema: spec.versions[0].schema.openAPIV3Schema,
  }]));
}
