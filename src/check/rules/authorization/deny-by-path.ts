import { Kind } from '../../../manifest/kinds';
import { isPattern } from '../../facts/authorization-patterns';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { operationValues } from '../../facts/authorization-rules';
import { defineRule } from '../../rule';

export const denyByPath = defineRule({
  code: 'MESH3418',
  slug: 'deny-by-path',
  title: 'A DENY names the paths that it stops',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'object',
  why: 'Paths are compared as text after a little clean-up: `/admin` is neither `/admin/` nor `/admin;x` nor `//admin` nor `/Admin`. If the server takes one of these for the same, the rule is passed.',
  fix: 'DENY with `notPaths` of what is allowed, or ALLOW with `paths`; otherwise end the path in `*` and set `pathNormalization` in the mesh configuration to what the servers do.',
  links: [
    'https://istio.io/latest/docs/ops/best-practices/security/#use-allow-with-positive-matching-and-deny-with-negative-match-patterns',
    'https://istio.io/latest/docs/ops/best-practices/security/#guideline-on-configuring-the-path-normalization-option',
  ],
  examples: {
    valid: [{ title: 'everything is denied but a path', yaml: policyYaml('{ notPaths: ["/public/*"] }') }],
    invalid: [{ title: 'one path', yaml: policyYaml('{ paths: [/admin] }') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec, action } = mesh.fact(authorizationPolicies).of(object);
    if (action !== 'DENY') return;
    spec.rules?.forEach((rule, i) => {
      const [first] = operationValues(rule, i, 'paths');
      if (first === undefined) return;
      const path = first.path.replace(/\[\d+\]$/, '');
      report({
        path,
        message: isPattern(first.value)
          ? `Other spellings of ${first.value}, such as with two slashes or other letter case, are not denied.`
          : `Other spellings of ${first.value}, such as ${first.value === '/' ? '//' : `${first.value}/ and /${first.value}`}, are not denied.`,
      });
    });
  },
});

function policyYaml(operation: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: DENY, rules: [{ to: [{ operation: ${operation} }] }] }
`;
}
