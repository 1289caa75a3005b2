import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { ruleCovered } from '../../facts/authorization-cover';
import { AuthorizationPolicyFacts, authorizationPolicies, isWithin } from '../../facts/authorization-policies';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const allowShadowedByDeny = defineRule({
  code: 'MESH3421',
  slug: 'allow-shadowed-by-deny',
  title: 'What a rule allows is denied altogether by another policy',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'DENY policies are asked before ALLOW policies, and what they match is refused. The rule never lets anybody in.',
  fix: 'Except what is to be allowed from the DENY rule, with one of its `not…` fields, or remove the rule.',
  links: ['https://istio.io/latest/docs/concepts/security/#implicit-enablement'],
  examples: {
    valid: [{
      title: 'the DENY excepts whom the ALLOW names',
      yaml: `${policyYaml('cart', 'ALLOW', '{ namespaces: [billing] }')}---${policyYaml('others', 'DENY', '{ notNamespaces: [shop, billing] }')}`,
    }],
    invalid: [{
      title: 'whoever is of another namespace is denied',
      yaml: `${policyYaml('cart', 'ALLOW', '{ namespaces: [billing] }')}---${policyYaml('others', 'DENY', '{ notNamespaces: [shop] }')}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const policy = mesh.fact(authorizationPolicies).of(object);
    const { action, isDryRun, spec, namespace } = policy;
    if (action !== 'ALLOW' || isDryRun || !spec.rules?.length) return;
    const index = mesh.fact(denying);
    if (index.size === 0) return;
    const denials = [
      ...index.get(namespace) ?? [], ...index.get(mesh.fact(meshConfig).rootNamespace) ?? [],
      ...Object.keys(policy.labels).flatMap((name) => index.get(`${namespace} ${name}=${policy.labels[name]}`) ?? []),
    ].filter((denial) => isWithin(policy, denial));
    if (denials.length === 0) return;
    spec.rules.forEach((rule, i) => {
      const denial = denials.find((other) => other.spec.rules?.some((denied) => ruleCovered(rule, denied, namespace)));
      if (denial === undefined) return;
      report({ path: `spec.rules[${i}]`, message: `AuthorizationPolicy ${denial.namespace}/${denial.object.name} denies all that this rule allows.` });
    });
  },
});

/** DENY policies: those for all of a namespace under its name, others under the namespace and one of their labels. */
function denying(mesh: MeshFacts): ReadonlyMap<string, readonly AuthorizationPolicyFacts[]> {
  const found = new Map<string, AuthorizationPolicyFacts[]>();
  const root = mesh.fact(meshConfig).rootNamespace;
  for (const policy of mesh.fact(authorizationPolicies).all) {
    const { action, isDryRun, namespace, labels, hasLabels, object } = policy;
    if (action !== 'DENY' || isDryRun || mesh.isReplaced(object)) continue;
    const [label] = Object.keys(labels);
    const key = hasLabels && namespace !== root ? `${namespace} ${label}=${labels[label]}` : namespace;
    const there = found.get(key);
    if (there) there.push(policy);
    else found.set(key, [policy]);
  }
  return found;
}

function policyYaml(name: string, action: string, source: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: ${action}, rules: [{ from: [{ source: ${source} }] }] }
${name === 'others' ? `---
apiVersion: v1
kind: Namespace
metadata: { name: billing, labels: { istio-injection: enabled } }
${serviceYaml('cart', 'shop')}` : ''}`;
}
