import { Kind } from '../../../manifest/kinds';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { sourceValues } from '../../facts/authorization-rules';
import { defineRule } from '../../rule';

const FULL = /^[^/*]+\/ns\/[^/*]+\/sa\/[^/*]+(\/.*)?$/;
const SHAPE = 'cluster.local/ns/<namespace>/sa/<service account>';

export const malformedPrincipal = defineRule({
  code: 'MESH3407',
  slug: 'malformed-principal',
  title: 'A principal has not the form of an identity',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Principals are compared as text with the identity in the certificate, without its `spiffe://`. What has another form matches no caller.',
  fix: `Write ${SHAPE}, with \`*\` at its beginning or its end only, or use \`serviceAccounts\` and \`namespaces\`.`,
  links: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'],
  examples: {
    valid: [{
      title: 'in full, by its end, by its beginning, and anyone',
      yaml: policy('[cluster.local/ns/shop/sa/default, "*/ns/shop/sa/default", "cluster.local/ns/shop/*", "*"]'),
    }],
    invalid: [
      { title: 'with spiffe://', yaml: policy('["spiffe://cluster.local/ns/shop/sa/default"]') },
      { title: 'only the service account', yaml: policy('[shop/default]') },
      { title: 'an asterisk in the middle', yaml: policy('["cluster.local/ns/*/sa/default"]') },
    ],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.principals) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['principals', 'notPrincipals'] as const) {
        for (const place of sourceValues(rule, i, field, 'source.principal')) {
          const { value } = place;
          const fault = faultOf(value);
          if (fault !== undefined) report({ path: place.path, ...fault });
        }
      }
    });
  },
});

function faultOf(value: string): { message: string; fix?: string } | undefined {
  if (FULL.test(value) && !value.startsWith('spiffe:')) return undefined;
  if (/^spiffe:\/\//i.test(value)) {
    return { message: `${value} begins with spiffe://, which Istio adds by itself.`, fix: `Write ${value.slice('spiffe://'.length)}.` };
  }
  const inner = value.slice(1, -1);
  // `*` stands for any text at one end only.
  if (inner.includes('*') || (value.length > 1 && value.startsWith('*') && value.endsWith('*'))) {
    return { message: `In ${value} an asterisk stands for itself, other than alone or at one end of a principal.` };
  }
  if (value.includes('*')) return undefined;
  // Identities of other makers may have other paths, but all have a domain and a path.
  if (value.includes('/') && value.split('/', 1)[0].includes('.') && !value.startsWith('cluster.local/')) return undefined;
  return { message: `${value} is no identity: it has not the form ${SHAPE}.` };
}

function policy(principals: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { principals: ${principals} } }] }] }
`;
}
