import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { patternTakes } from '../../facts/authorization-patterns';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { sourceValues } from '../../facts/authorization-rules';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

export const authorizationUnknownNamespace = defineRule({
  code: 'MESH3401',
  slug: 'authorization-unknown-namespace',
  title: 'An AuthorizationPolicy names a namespace that does not exist',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA0101', 'TIS0101'],
  sees: 'mesh',
  why: 'Nobody calls from there: an ALLOW rule admits nobody, a DENY rule stops nobody.',
  fix: 'Write the name of the namespace that the callers run in.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0101/', 'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'],
  examples: {
    valid: [{
      title: 'a namespace, and all whose names begin alike',
      yaml: `${policy('[billing, "bill*"]')}---
apiVersion: v1
kind: Namespace
metadata: { name: billing, labels: { istio-injection: enabled } }
`,
    }],
    invalid: [{
      title: 'a letter too few',
      yaml: `${policy('[biling]')}---
apiVersion: v1
kind: Namespace
metadata: { name: billing, labels: { istio-injection: enabled } }
`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.namespaces) return;
    const known = mesh.snapshot.namespaces;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['namespaces', 'notNamespaces'] as const) {
        for (const place of sourceValues(rule, i, field, 'source.namespace')) {
          const { value } = place;
          if (known.has(value) || value === '*' || (value.includes('*') && [...known].some((name) => patternTakes(value, name)))) continue;
          const near = nearestTo(value, known);
          missing({
            path: place.path,
            message: value.includes('*') ? `No namespace has a name like ${value}.` : `There is no namespace ${value}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
          });
        }
      }
    });
  },
});

function policy(namespaces: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { namespaces: ${namespaces} } }] }] }
${deploymentYaml('cart', 'shop')}`;
}
