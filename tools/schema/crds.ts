/** Istio's CRDs as the generators read them: one entry a kind. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** A node of an OpenAPI schema as CRDs write it. */
export interface Schema {
  readonly 'type'?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly 'properties'?: Readonly<Record<string, Schema>>;
  readonly 'additionalProperties'?: Schema | boolean;
  readonly 'required'?: readonly string[];
  readonly 'items'?: Schema;
  readonly 'enum'?: ReadonlyArray<string | number>;
  readonly 'nullable'?: boolean;
  readonly 'format'?: string;
  readonly 'pattern'?: string;
  readonly 'minimum'?: number;
  readonly 'maximum'?: number;
  readonly 'minLength'?: number;
  readonly 'maxLength'?: number;
  readonly 'minItems'?: number;
  readonly 'maxItems'?: number;
  readonly 'minProperties'?: number;
  readonly 'maxProperties'?: number;
  readonly 'oneOf'?: readonly Schema[];
  readonly 'anyOf'?: readonly Schema[];
  readonly 'allOf'?: readonly Schema[];
  readonly 'not'?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: ReadonlyArray<{ readonly rule: string; readonly message?: string }>;
}

export interface CrdKind {
  readonly kind: string;
  readonly group: string;
  /** Newest first. They all have the one schema: tools/crds holds it. */
  readonly servedVersions: readonly string[];
  /** Of the whole object: `spec` and `status`. */
  readonly schema: Schema;
}

const SERVED = 'cdk8s-istio.dev/served-versions';

export function readCrds(file: string): CrdKind[] {
  const kinds = parseAllDocuments(readFileSync(file, 'utf8')).map((document): CrdKind => {
    const crd = document.toJS();
    const served = crd?.metadata?.annotations?.[SERVED];
    if (typeof served !== 'string') throw new Error(`${file}: ${crd?.metadata?.name ?? 'a document'} has no annotation ${SERVED}`);
    if (crd.spec.versions.length !== 1) throw new Error(`${file}: ${crd.metadata.name} has ${crd.spec.versions.length} versions; tools/crds/update.sh writes one`);
    return {
      kind: crd.spec.names.kind,
      group: crd.spec.group,
      servedVersions: served.split(','),
      schema: crd.spec.versions[0].schema.openAPIV3Schema,
    };
  });
  if (kinds.length === 0) throw new Error(`${file} holds no CRD`);
  return kinds;
}
