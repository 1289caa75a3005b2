import { Kind } from '../../../manifest/kinds';
import { patternTakes } from '../../facts/authorization-patterns';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { sourceValues } from '../../facts/authorization-rules';
import { meshConfig } from '../../facts/mesh-config';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

export const principalTrustDomain = defineRule({
  code: 'MESH3408',
  slug: 'principal-trust-domain',
  title: 'A principal is of a trust domain that the mesh does not know',
  severity: 'warning',
  preset: 'recommended',
  severityIn: { recommended: 'info' },
  aliases: ['KIA0108'],
  sees: 'mesh',
  why: 'Callers of this mesh have identities of its own trust domain. Unless another mesh is trusted, nobody has this one.',
  fix: 'Write the trust domain of the mesh, or `cluster.local`, which Istio reads as that; or add the other one to `trustDomainAliases`.',
  links: ['https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/'],
  examples: {
    valid: [{ title: 'its own, an old one, and cluster.local', yaml: policy('[shop.example/ns/shop/sa/default, old.example/ns/shop/sa/default, cluster.local/ns/shop/sa/default]') }],
    invalid: [{ title: 'a letter too many', yaml: policy('[shops.example/ns/shop/sa/default]') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const config = mesh.fact(meshConfig);
    // The whole configuration, not only a file that says something of it.
    if (!config.isWhole) return;
    const known = [config.trustDomain, ...config.trustDomainAliases];
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.principals) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['principals', 'notPrincipals'] as const) {
        for (const place of sourceValues(rule, i, field, 'source.principal')) {
          const { value } = place;
          const domain = /^([^/]+)\/ns\/[^/]+\/sa\/[^/]+$/.exec(value)?.[1];
          if (domain === undefined || domain === 'cluster.local' || known.some((one) => patternTakes(domain, one) || patternTakes(one, domain))) continue;
          const near = nearestTo(domain, known);
          report({ path: place.path, message: `The trust domain of the mesh is ${known.join(', formerly ')}, not ${domain}.${near === undefined ? '' : ` Did you mean ${near}?`}` });
        }
      }
    });
  },
});

function policy(principals: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { principals: ${principals} } }] }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    trustDomain: shop.example
    trustDomainAliases: [old.example]
`;
}
