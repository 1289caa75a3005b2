import { MeshFacts, specOf } from './mesh-facts';
import { EnvoyFilterConfigPatches, EnvoyFilterSpec } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** Calls back for each patch of an EnvoyFilter that says what to do. */
export function forEachPatch(
  object: MeshObject, look: (patch: EnvoyFilterConfigPatches, applyTo: string, operation: string, path: string) => void,
): void {
  specOf<EnvoyFilterSpec>(object).configPatches?.forEach((patch, i) =>
    look(patch, patch.applyTo ?? 'INVALID', patch.patch?.operation ?? 'INVALID', `spec.configPatches[${i}]`));
}

/** A patch without priority that needs what another patch may change first. */
export interface RelativePatch {
  readonly path: string;
  readonly operation: string;
  /** Whether an earlier patch of the same name is for some versions of the proxy only. */
  readonly afterVersioned: boolean;
}

/** Patches whose effect depends on the order of EnvoyFilters: `mesh.fact(relativePatches)`. */
export function relativePatches(mesh: MeshFacts): ReadonlyMap<MeshObject, readonly RelativePatch[]> {
  const found = new Map<MeshObject, RelativePatch[]>();
  const versioned = new Set<string>();
  for (const object of mesh.ofKind(Kind.ENVOY_FILTER)) {
    const { configPatches = [], priority = 0 } = specOf<EnvoyFilterSpec>(object);
    const own: RelativePatch[] = [];
    for (const [i, { applyTo = 'INVALID', match, patch }] of configPatches.entries()) {
      if (patch === undefined) break;
      const operation = patch.operation ?? 'INVALID';
      const name = nameOf(configPatches[i]);
      if (priority === 0 && isRelative(applyTo, operation)) {
        own.push({ path: `spec.configPatches[${i}].patch.operation`, operation, afterVersioned: versioned.has(name) });
      }
      if (match?.proxy?.proxyVersion) versioned.add(name);
    }
    if (own.length > 0) found.set(object, own);
  }
  return found;
}

function isRelative(applyTo: string, operation: string): boolean {
  switch (operation) {
    case 'INSERT_BEFORE': case 'INSERT_AFTER': return true;
    case 'REMOVE': return applyTo !== 'ROUTE_CONFIGURATION' && applyTo !== 'HTTP_ROUTE';
    case 'REPLACE': return applyTo === 'NETWORK_FILTER' || applyTo === 'HTTP_FILTER' || applyTo === 'VIRTUAL_HOST';
    default: return false;
  }
}

/** What a patch is about: the name in its value, else that of the filter it matches. */
function nameOf({ match, patch }: EnvoyFilterConfigPatches): string {
  const value = patch?.value;
  if (value === undefined) return '';
  if (value.name !== undefined) return `value ${JSON.stringify(value.name)}`;
  const name = match?.listener?.filterChain?.filter?.name;
  return name ? `filter ${name}` : '';
}
