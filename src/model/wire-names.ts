import type { IstioKind } from './istio-object';

/**
 * The generated interfaces rename a few fields; this is what Kubernetes calls them.
 * By kind and by the field they stand in, so that a user's label of that name is left alone.
 * Tested against the generated `manifest()` functions over random specs.
 */
const RENAMED: Partial<Record<IstioKind, Record<string, Record<string, string>>>> = {
  // Both spellings are in the CRD, for one deprecated field; the generated classes write this one.
  VirtualService: { http: { mirrorPercent: 'mirror_percent' } },
  DestinationRule: { outlierDetection: { consecutive5XxErrors: 'consecutive5xxErrors' } },
};

/** A spec in the names of the generated interfaces, in those of Kubernetes. */
export function wireNames(kind: IstioKind, spec: unknown): unknown {
  const renamed = RENAMED[kind];
  return renamed ? rename(spec, renamed, undefined) : spec;
}

function rename(value: unknown, renamed: Record<string, Record<string, string>>, parent: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, renamed, parent));
  if (value === null || typeof value !== 'object') return value;
  const names = parent === undefined ? undefined : renamed[parent];
  const result: Record<string, unknown> = {};
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (item !== undefined) result[names?.[key] ?? key] = rename(item, renamed, key);
  }
  return result;
}
