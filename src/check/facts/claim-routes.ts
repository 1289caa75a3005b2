import { MeshFacts } from './mesh-facts';
import { virtualServices } from './virtual-services';
import { VirtualServiceSpec } from '../../manifest/generated/istio-specs';
import { isJwtClaimHeader } from '../../semantics/http-header';

/** The first match of a VirtualService on a claim of a token. */
export function claimRouteOf({ http }: VirtualServiceSpec): { readonly header: string; readonly path: string } | undefined {
  if (http === undefined) return undefined;
  for (let i = 0; i < http.length; i++) {
    const matches = http[i].match;
    if (matches === undefined) continue;
    for (let j = 0; j < matches.length; j++) {
      for (const field of ['headers', 'withoutHeaders'] as const) {
        for (const header in matches[j][field]) {
          if (isJwtClaimHeader(header)) return { header, path: `spec.http[${i}].match[${j}].${field}["${header}"]` };
        }
      }
    }
  }
  return undefined;
}

/** Whether some VirtualService in sight routes by claims: `mesh.fact(routesByClaims)`. */
export function routesByClaims(mesh: MeshFacts): boolean {
  return mesh.fact(virtualServices).all.some(({ spec, gateways }) => gateways.length > 0 && claimRouteOf(spec) !== undefined);
}
