import { RuleContext } from './rule-context';
import type { RuleWriter } from './rule-writer';
import { selects } from '../../model/kubernetes-object';
import { peerAuthenticationsOf } from '../peer-authentications';

/** What a rule says of identities where this App switches mutual TLS off, so that nobody has one. */
export function withoutMtls(rule: RuleWriter, context: RuleContext): string[] {
  if (context.scope._isMesh || context.scope._byTargetRefs || !asksForIdentity(rule)) return [];
  const ports = rule.ports();
  return disabled(context).flatMap(({ path, ports: off }) => {
    // Where only some of the ports have no identities, the rest of the rule still says something.
    const lost = off === undefined || (ports !== undefined && [...ports].every((port) => off.includes(port)));
    if (!lost) return [];
    return [`it asks for an identity, and [${path}] switches mutual TLS off${off === undefined ? '' : ` on the pods' port ${[...ports!].join(', ')}`}, where nobody has one: it never matches. `
      + 'Accept PERMISSIVE there, or tell callers apart by PolicySource.ipBlocks.'];
  });
}

function asksForIdentity({ sources, conditions }: RuleWriter): boolean {
  return (sources.length > 0 && sources.every((source) => source._requires('identity')))
    || conditions.some(({ _sort, _requires }) => _sort === 'identity' && _requires);
}

/** What in this App says DISABLE for the pods of a policy, and on which of their ports; undefined for all. */
function disabled({ owner, scope }: RuleContext): { readonly path: string; readonly ports?: readonly number[] }[] {
  const inNamespace = peerAuthenticationsOf(owner).filter(({ namespace }) => namespace === scope._namespace);
  const pods = scope._labels();
  const own = inNamespace.filter(({ labels }) => labels !== undefined && pods !== undefined && selects(labels, pods));
  // Those of the namespace hold where there are none for the pods themselves, as far as this App knows all of them.
  const narrower = own.length > 0 || (pods === undefined && inNamespace.some(({ labels }) => labels !== undefined));
  const holding = narrower ? own : inNamespace.filter(({ labels }) => labels === undefined);
  return holding.flatMap(({ object: { node: { path } }, mode, portModes }) => {
    const off = [...portModes].filter(([, of]) => of === 'DISABLE').map(([port]) => port);
    if (mode === 'DISABLE' && off.length === portModes.size) return [{ path }];
    return off.length === 0 ? [] : [{ path, ports: off }];
  });
}
