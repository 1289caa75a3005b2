import { meshConfig } from './mesh-config';
import { MeshFacts } from './mesh-facts';

/**
 * Where a policy that is absent may be, if it would reach workloads of a namespace: there, or in the root namespace.
 * For `RuleContext.missing`.
 */
export function absentFor(mesh: MeshFacts, namespace: string): { readonly namespace?: string } {
  return mesh.isComplete(mesh.fact(meshConfig).rootNamespace) ? { namespace } : {};
}
