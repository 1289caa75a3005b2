import { MeshFacts } from './mesh-facts';
import { member, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';

const DEFAULT = 'istio-system';

/** `mesh.fact(rootNamespace)`: the namespace whose objects hold for the whole mesh. */
export function rootNamespace(mesh: MeshFacts): string {
  for (const { name, json } of mesh.ofKind(Kind.CONFIG_MAP)) {
    if (name !== 'istio') continue;
    const said = /^rootNamespace:\s*["']?([-a-z0-9]+)/m.exec(stringOr(member(member(json, 'data'), 'mesh')) ?? '');
    if (said) return said[1];
  }
  return DEFAULT;
}
