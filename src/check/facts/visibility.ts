/** Where an object is seen, as its `exportTo` says. */
export interface Visibility {
  readonly everywhere: boolean;
  /** If not everywhere. */
  readonly namespaces: readonly string[];
}

const EVERYWHERE: Visibility = { everywhere: true, namespaces: [] };

/** `.` is the object's own namespace, `*` (or nothing) all of them, `~` none. The default of the mesh's configuration is taken to be all. */
export function visibilityOf(exportTo: readonly string[] | undefined, namespace: string): Visibility {
  if (exportTo === undefined || exportTo.length === 0 || exportTo.includes('*')) return EVERYWHERE;
  if (exportTo.includes('~')) return { everywhere: false, namespaces: [] };
  return { everywhere: false, namespaces: [...new Set(exportTo.map((to) => to === '.' ? namespace : to))] };
}

export function isVisibleIn(visibility: Visibility, namespace: string): boolean {
  return visibility.everywhere || visibility.namespaces.includes(namespace);
}

/** Whether some namespace sees both. */
export function visibilitiesMeet(one: Visibility, other: Visibility): boolean {
  if (one.everywhere) return other.everywhere || other.namespaces.length > 0;
  return one.namespaces.some((namespace) => isVisibleIn(other, namespace));
}
