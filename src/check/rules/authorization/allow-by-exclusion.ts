import { Kind } from '../../../manifest/kinds';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { defineRule } from '../../rule';

export const allowByExclusion = defineRule({
  code: 'MESH3417',
  slug: 'allow-by-exclusion',
  title: 'An ALLOW lets in every path or host but some',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'What is excluded is compared as text: `/SECRET`, `//secret` and `/secret;x` are not `/secret`, so they are allowed, and many servers take them for the same.',
  fix: 'List the paths that are allowed in `paths`, and add `notPaths` to these if need be.',
  links: [
    'https://istio.io/latest/docs/ops/best-practices/security/#use-allow-with-positive-matching-and-deny-with-negative-match-patterns',
    'https://istio.io/latest/docs/ops/best-practices/security/#understand-path-normalization-in-authorization-policy',
  ],
  examples: {
    valid: [{ title: 'the paths that are allowed, without one of them', yaml: policyYaml('{ paths: ["/api/*"], notPaths: [/api/internal] }') }],
    invalid: [{ title: 'all but one', yaml: policyYaml('{ notPaths: ["/secret*"] }') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec, action, uses } = mesh.fact(authorizationPolicies).of(object);
    if (action !== 'ALLOW' || !uses.paths) return;
    spec.rules?.forEach(({ to }, i) => to?.forEach(({ operation }, j) => {
      if (operation?.notPaths?.length && !operation.paths?.length) {
        report({ path: `spec.rules[${i}].to[${j}].operation.notPaths`, message: `Every path but ${operation.notPaths.join(', ')} is allowed, other spellings of these included.` });
      }
    }));
  },
});

function policyYaml(operation: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: ${operation} }] }] }
`;
}
