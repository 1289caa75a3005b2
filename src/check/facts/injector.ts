import { MeshFacts } from './mesh-facts';
import { member, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';

/** Whether the injector in sight adds sidecars in Namespaces that say nothing: `mesh.fact(injectsByDefault)`. */
export function injectsByDefault(mesh: MeshFacts): boolean {
  for (const { name, json } of mesh.ofKind(Kind.CONFIG_MAP)) {
    if (name !== 'istio-sidecar-injector') continue;
    const values = stringOr(member(member(json, 'data'), 'values'));
    if (values !== undefined && member(member(parsed(values), 'sidecarInjectorWebhook'), 'enableNamespacesByDefault') === true) return true;
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
