import { Kind } from '../../../manifest/kinds';
import { AuthorizationPolicyFacts, authorizationPolicies, isWithin } from '../../facts/authorization-policies';
import { isEmptyRule } from '../../facts/authorization-rules';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const allowVoided = defineRule({
  code: 'MESH3420',
  slug: 'allow-voided',
  title: 'An ALLOW for everything makes another ALLOW say nothing',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'What one ALLOW policy lets in is let in, whatever others say. `rules: [{}]` lets in everything, so policies beside it, a deny-all with `spec: {}` included, close nothing.',
  fix: 'Remove the policy that allows everything, or those that it makes void.',
  links: ['https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy'],
  examples: {
    valid: [{
      title: 'everything for one workload, little for another',
      yaml: `${policyYaml('front', '{ selector: { matchLabels: { app: front } }, rules: [{}] }')}---${policyYaml('cart', cartSpec())}`,
    }],
    invalid: [{
      title: 'everything for the namespace',
      yaml: `${policyYaml('all', '{ rules: [{}] }')}---${policyYaml('cart', cartSpec())}`,
    }, {
      title: 'an empty rule beside another',
      yaml: policyYaml('cart', '{ selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: { methods: [GET] } }] }, {}] }'),
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const policy = mesh.fact(authorizationPolicies).of(object);
    const { action, isDryRun, spec } = policy;
    if (action !== 'ALLOW' || isDryRun || mesh.isReplaced(object)) return;
    const empty = spec.rules?.findIndex(isEmptyRule) ?? -1;
    if (empty >= 0) {
      if (spec.rules!.length > 1) report({ path: `spec.rules[${empty}]`, message: 'This empty rule allows everything, so the other rules of the policy say nothing.' });
      return;
    }
    const open = mesh.fact(allowingAll);
    const root = mesh.fact(meshConfig).rootNamespace;
    const over = open.get(object.namespace)?.find((other) => isWithin(policy, other)) ?? open.get(root)?.find((other) => isWithin(policy, other));
    if (over === undefined) return;
    report({ path: 'spec', message: `AuthorizationPolicy ${over.namespace}/${over.object.name} allows everything wherever this policy holds.` });
  },
});

/** Policies that allow everything, by namespace. */
function allowingAll(mesh: MeshFacts): ReadonlyMap<string, readonly AuthorizationPolicyFacts[]> {
  const found = new Map<string, AuthorizationPolicyFacts[]>();
  for (const policy of mesh.fact(authorizationPolicies).all) {
    const { action, isDryRun, spec, namespace, object } = policy;
    if (action !== 'ALLOW' || isDryRun || mesh.isReplaced(object) || !spec.rules?.some(isEmptyRule)) continue;
    const there = found.get(namespace);
    if (there) there.push(policy);
    else found.set(namespace, [policy]);
  }
  return found;
}

function cartSpec(): string {
  return '{ selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }';
}

function policyYaml(name: string, spec: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
`;
}
