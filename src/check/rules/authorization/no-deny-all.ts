import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { AuthorizationPolicyFacts, authorizationPolicies } from '../../facts/authorization-policies';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts } from '../../facts/mesh-facts';
import { dataPlaneOf } from '../../facts/namespaces';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { absentFor } from '../../facts/where-absent';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const TWO = `${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}${serviceYaml('orders', 'shop')}${deploymentYaml('orders', 'shop')}`;

const ALLOW = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: { methods: [GET] } }] }] }
`;

export const noDenyAll = defineRule({
  code: 'MESH3409',
  slug: 'no-deny-all',
  title: 'Some workloads of a namespace are closed but for what is allowed, others are open to all',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'An ALLOW policy closes only the workloads that it selects. Without a deny-all, every workload that nobody wrote a policy for, and every new one, is open to the whole cluster.',
  fix: 'Add an AuthorizationPolicy with `spec: {}` to the namespace, or to the root namespace for the whole mesh, and allow what is needed.',
  links: [
    'https://istio.io/latest/docs/ops/best-practices/security/#use-default-deny-patterns',
    'https://istio.io/latest/docs/concepts/security/#allow-nothing-deny-all-and-allow-all-policy',
  ],
  examples: {
    valid: [{
      title: 'a deny-all beside it',
      yaml: `${ALLOW}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-all, namespace: shop }
spec: {}
${TWO}`,
    }],
    invalid: [{
      title: 'cart is guarded, orders is not',
      yaml: `${ALLOW}${TWO}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    const gap = mesh.fact(gaps).get(object.namespace);
    if (gap?.first.object !== object) return;
    const others = gap.open.length - SHOWN;
    missing({
      path: '',
      ...absentFor(mesh, object.namespace),
      message: `This policy closes what it selects, and no policy closes ${gap.open.slice(0, SHOWN).map(({ title }) => title).join(', ')}${others > 0 ? ` and ${others} more` : ''}.`,
    });
  },
});

const SHOWN = 3;

interface Gap { readonly first: AuthorizationPolicyFacts; readonly open: readonly Workload[] }

/** Namespaces where some workloads are closed and others that serve somebody are open. */
function gaps(mesh: MeshFacts): ReadonlyMap<string, Gap> {
  const found = new Map<string, Gap>();
  const looked = new Set<string>();
  const policies = mesh.fact(authorizationPolicies);
  for (const policy of policies.all) {
    const { namespace } = policy;
    if (looked.has(namespace) || policy.everywhere || !closes(policy) || !policy.hasLabels || mesh.isReplaced(policy.object)) continue;
    looked.add(namespace);
    const open = policies.forAllOf(namespace).some(closes) ? [] : mesh.fact(workloads).in(namespace).filter((workload) => isOpen(mesh, workload));
    if (open.length > 0) found.set(namespace, { first: policy, open });
  }
  return found;
}

function isOpen(mesh: MeshFacts, workload: Workload): boolean {
  return mesh.fact(servicesOfWorkloads).has(workload) && dataPlaneOf(mesh, workload) !== 'none' && !isGatewayWorkload(mesh, workload)
    && !mesh.fact(authorizationPolicies).reaching(workload).some(closes);
}

/** Whether whatever a policy does not allow is denied where it reaches. */
function closes({ action, isDryRun }: AuthorizationPolicyFacts): boolean {
  return action === 'ALLOW' && !isDryRun;
}
