import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, requestAuthenticationYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { tokenConditionOf } from '../../facts/authorization-rules';
import { tokensMayBeVerified } from '../../facts/token-policies';
import { absentFor } from '../../facts/where-absent';
import { defineRule } from '../../rule';

export const claimsWithoutRequestAuthentication = defineRule({
  code: 'MESH3414',
  slug: 'claims-without-request-authentication',
  title: 'A rule looks at tokens that nobody verifies',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Principals and claims of a request come from a RequestAuthentication that holds for the same workload. Without one there are none: `requestPrincipals` match nobody, `notRequestPrincipals` match everybody.',
  fix: 'Write a RequestAuthentication with the issuer for the same selector or target, in the same namespace or in the root namespace.',
  links: ['https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#require-a-valid-token', 'https://istio.io/latest/docs/reference/config/security/request_authentication/'],
  examples: {
    valid: [{ title: 'tokens are verified for the same workload', yaml: `${policyYaml()}${requestAuthenticationYaml('cart', 'shop')}` }],
    invalid: [
      { title: 'no RequestAuthentication', yaml: policyYaml() },
      { title: 'one for another workload', yaml: `${policyYaml()}${requestAuthenticationYaml('orders', 'shop')}${deploymentYaml('orders', 'shop')}` },
    ],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    const policy = mesh.fact(authorizationPolicies).of(object);
    const { rules } = policy.spec;
    if (rules === undefined || !policy.uses.tokens) return;
    for (let i = 0; i < rules.length; i++) {
      const token = tokenConditionOf(rules[i], i);
      if (token === undefined) continue;
      if (tokensMayBeVerified(mesh, policy)) return;
      missing({
        path: token.path,
        // One for the gateway of the root namespace does not help a workload elsewhere.
        ...!policy.everywhere && absentFor(mesh, object.namespace),
        message: `No RequestAuthentication holds where this policy does, so the rule matches ${token.byAbsence ? 'every request, with a token or without' : 'no request'}.`,
      });
    }
  },
});

function policyYaml(): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { requestPrincipals: ["https://id.example.com/*"] } }] }] }
${deploymentYaml('cart', 'shop')}`;
}
