import {
  AuthorizationPolicyFacts, authorizationPolicies, mayMeet, PolicyScope, RequestAuthenticationFacts, requestAuthentications,
} from './authorization-policies';
import { MeshFacts } from './mesh-facts';

/** Whether both may hold for one proxy. One for a target and one for labels may. */
function mayHoldTogether(one: PolicyScope, other: PolicyScope): boolean {
  if ((one.targets.length > 0) !== (other.targets.length > 0)) return one.everywhere || other.everywhere || one.namespace === other.namespace;
  return mayMeet(one, other);
}

/** Whether a RequestAuthentication in sight may hold where a policy does. */
export function tokensMayBeVerified(mesh: MeshFacts, policy: AuthorizationPolicyFacts): boolean {
  const all = mesh.fact(requestAuthentications);
  if (policy.everywhere) return all.all.some((authentication) => mayHoldTogether(policy, authentication));
  return all.in(policy.namespace).some((authentication) => mayHoldTogether(policy, authentication))
    || all.inRoot.some((authentication) => mayHoldTogether(policy, authentication));
}

/** Whether an AuthorizationPolicy in sight that asks for a token may hold where a RequestAuthentication does. */
export function tokenMayBeAskedFor(mesh: MeshFacts, authentication: RequestAuthenticationFacts): boolean {
  const asking = mesh.fact(askingForTokens);
  const asks = (policy: AuthorizationPolicyFacts) => mayHoldTogether(policy, authentication);
  if (authentication.everywhere) return [...asking.values()].some((policies) => policies.some(asks));
  return (asking.get(authentication.namespace)?.some(asks) ?? false)
    || mesh.fact(authorizationPolicies).inRoot.some((policy) => asksForToken(policy) && asks(policy));
}

/** Policies that look at tokens, or leave it to somebody else, by namespace. */
function askingForTokens(mesh: MeshFacts): ReadonlyMap<string, readonly AuthorizationPolicyFacts[]> {
  const found = new Map<string, AuthorizationPolicyFacts[]>();
  for (const policy of mesh.fact(authorizationPolicies).all) {
    if (!asksForToken(policy)) continue;
    const there = found.get(policy.namespace);
    if (there) there.push(policy);
    else found.set(policy.namespace, [policy]);
  }
  return found;
}

function asksForToken({ action, uses, isDryRun }: AuthorizationPolicyFacts): boolean {
  return !isDryRun && action !== 'AUDIT' && (action === 'CUSTOM' || uses.tokens);
}
