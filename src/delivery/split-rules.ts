import { ApiObject } from 'cdk8s';
import type { MeshService } from '../model/mesh-service';

/** The rules of one VirtualService that share requests out between the versions. */
export interface SplitRules {
  /** `NAME.NAMESPACE` of the VirtualService. */
  readonly name: string;
  /** The names of the rules. */
  readonly routes: readonly string[];
}

/**
 * Where the rules of a name are written: on the mesh, and for public hosts that lead to the service. A name that several
 * rules share is numbered from the second on.
 */
export function splitRules(service: MeshService, ruleName: string): SplitRules[] {
  const numbered = new RegExp(`^${ruleName}(-\\d+)?$`);
  return service.node.root.node.findAll()
    .filter((child): child is ApiObject => ApiObject.isApiObject(child) && child.kind === 'VirtualService')
    .map((object) => object.toJson())
    .map(({ metadata, spec }) => ({
      name: `${metadata.name}.${metadata.namespace}`,
      routes: (spec.http ?? []).map((rule: any) => rule.name).filter((name: unknown) => typeof name === 'string' && numbered.test(name)),
    }))
    .filter(({ routes }) => routes.length > 0);
}
