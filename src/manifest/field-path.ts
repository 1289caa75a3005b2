export type FieldPath = readonly (string | number)[];

const STEP = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['([^']*)'\]|([^.[\]]+)/g;

/** The steps of a path such as `spec.http[0].match` or `metadata.annotations["a.b/c"]`. */
export function fieldPath(path: string): FieldPath {
  return [...path.matchAll(STEP)].map(([, index, quoted, single, name]) => {
    if (index !== undefined) return Number(index);
    return quoted !== undefined ? quoted.replace(/\\(.)/g, '$1') : single ?? name;
  });
}
