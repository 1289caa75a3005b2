import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { RuleValue, sourceValues } from '../../facts/authorization-rules';
import { principalOf, serviceAccountOf } from '../../facts/identity';
import { kubernetesGateways } from '../../facts/kubernetes-gateways';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { nearestTo } from '../../facts/nearest';
import { workloads } from '../../facts/workloads';
import { RuleContext, defineRule } from '../../rule';

export const principalServiceAccountMissing = defineRule({
  code: 'MESH3406',
  slug: 'principal-service-account-missing',
  title: 'An AuthorizationPolicy names a service account that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0106', 'TIS0105'],
  sees: 'mesh',
  why: 'No workload can have that identity: an ALLOW rule admits nobody, a DENY rule stops nobody.',
  fix: "Write the service account of the callers' pods (`spec.serviceAccountName`) and their namespace.",
  links: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source'],
  examples: {
    valid: [{
      title: 'a service account in sight, and the one that every namespace has',
      yaml: policy('[cluster.local/ns/shop/sa/checkout, cluster.local/ns/shop/sa/default]'),
    }],
    invalid: [{
      title: 'a letter too many',
      yaml: policy('[cluster.local/ns/shop/sa/checkouts]'),
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, context) {
    const { mesh } = context;
    const { trustDomain: own, trustDomainAliases } = mesh.fact(meshConfig);
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.principals && !uses.serviceAccounts) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['principals', 'notPrincipals'] as const) {
        for (const place of sourceValues(rule, i, field, 'source.principal')) {
          const principal = principalOf(place.value);
          if (principal === undefined) continue;
          const { trustDomain } = principal;
          // Of another mesh nothing is known.
          if (trustDomain !== 'cluster.local' && trustDomain !== own && !trustDomainAliases.includes(trustDomain)) continue;
          look(principal, place, context);
        }
      }
      for (const field of ['serviceAccounts', 'notServiceAccounts'] as const) {
        for (const place of sourceValues(rule, i, field, 'source.serviceAccount')) look(serviceAccountOf(place.value, object.namespace), place, context);
      }
    });
  },
});

function look({ namespace, serviceAccount }: { namespace: string; serviceAccount: string }, place: RuleValue, { mesh, missing }: RuleContext): void {
  if (serviceAccount === 'default') return;
  const known = mesh.fact(accountsByNamespace).get(namespace);
  if (known?.has(serviceAccount)) return;
  // Whoever sees nothing of a namespace has nothing to say about it.
  if (known === undefined && !mesh.isComplete(namespace)) return;
  const near = known && nearestTo(serviceAccount, known);
  missing({ path: place.path, namespace, message: `Namespace ${namespace} has no service account ${serviceAccount}.${near === undefined ? '' : ` Did you mean ${near}?`}` });
}

/** Those in sight, and those that workloads name. */
function accountsByNamespace(mesh: MeshFacts): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const note = (namespace: string, name: string) => {
    const there = found.get(namespace);
    if (there) there.add(name);
    else found.set(namespace, new Set([name]));
  };
  for (const { namespace, name } of mesh.ofKind(Kind.SERVICE_ACCOUNT)) note(namespace, name);
  for (const { namespace, serviceAccount } of mesh.fact(workloads).all) note(namespace, serviceAccount);
  // Istio makes one for each Kubernetes Gateway: by its name alone for a waypoint.
  for (const { object: { namespace, name }, className } of mesh.fact(kubernetesGateways).values()) {
    note(namespace, name);
    note(namespace, `${name}-${className}`);
  }
  return found;
}

function policy(principals: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { principals: ${principals} } }] }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: checkout, namespace: shop }
${deploymentYaml('cart', 'shop')}`;
}
