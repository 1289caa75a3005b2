import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { requestAuthentications } from '../../facts/authorization-policies';
import { routesByClaims } from '../../facts/claim-routes';
import { tokenMayBeAskedFor } from '../../facts/token-policies';
import { absentFor } from '../../facts/where-absent';
import { defineRule } from '../../rule';

const TOKENS = `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, jwtRules: [{ issuer: "https://id.example.com", jwksUri: "https://id.example.com/jwks.json" }] }
`;

export const tokenOptional = defineRule({
  code: 'MESH3415',
  slug: 'token-optional',
  title: 'Tokens are verified, but nobody has to bring one',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'A RequestAuthentication refuses bad tokens. A request without any token passes it.',
  fix: 'Add an AuthorizationPolicy for the same selector that denies `notRequestPrincipals: ["*"]`, or one that allows `requestPrincipals` only.',
  links: ['https://istio.io/latest/docs/tasks/security/authentication/authn-policy/#require-a-valid-token'],
  examples: {
    valid: [{
      title: 'whoever brings none is denied',
      yaml: `${TOKENS}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: DENY, rules: [{ from: [{ source: { notRequestPrincipals: ["*"] } }] }] }
${deploymentYaml('cart', 'shop')}`,
    }],
    invalid: [{ title: 'only the RequestAuthentication', yaml: `${TOKENS}${deploymentYaml('cart', 'shop')}` }],
  },
  kinds: [Kind.REQUEST_AUTHENTICATION],
  check(object, { mesh, missing }) {
    const authentication = mesh.fact(requestAuthentications).of(object);
    // Where routes ask for claims, an absent token has its own way.
    if (!authentication.spec.jwtRules?.length || tokenMayBeAskedFor(mesh, authentication) || mesh.fact(routesByClaims)) return;
    missing({
      path: 'spec.jwtRules',
      ...!authentication.everywhere && absentFor(mesh, object.namespace),
      message: 'No AuthorizationPolicy that holds for the same workloads asks for a token, so a request without one passes.',
    });
  },
});
