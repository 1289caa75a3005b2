import { MeshFacts, specOf } from './mesh-facts';
import { Kind } from '../../manifest/kinds';

interface CanarySpec {
  readonly targetRef?: { readonly name?: string };
  readonly service?: { readonly name?: string; readonly delegation?: boolean };
}

/** Whether Flagger writes a VirtualService of this name for others to delegate to: it is in no manifest. */
export function flaggerWritesDelegate(mesh: MeshFacts, namespace: string, name: string): boolean {
  return mesh.ofKind(Kind.CANARY).some((canary) => {
    const { service, targetRef } = specOf<CanarySpec>(canary);
    return canary.namespace === namespace && service?.delegation === true && (service.name ?? targetRef?.name) === name;
  });
}
