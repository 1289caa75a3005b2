import { AuthorizationPolicyRules, AuthorizationPolicyRulesFromSource } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { AuthorizationPolicyFacts, authorizationPolicies } from '../../facts/authorization-policies';
import { firstHttpCondition } from '../../facts/http-conditions';
import { MeshFacts } from '../../facts/mesh-facts';
import { servicesOfWorkloads } from '../../facts/services-of-workload';
import { isAmbient } from '../../facts/sidecars';
import { identityOf, namespacesWithWaypoint, WaypointName, waypointOf } from '../../facts/waypoints';
import { Workload } from '../../facts/workloads';
import { defineRule } from '../../rule';

const SHOP = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: productpage, namespace: web }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}---`;

const policy = (...principals: string[]) => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  rules: [{ from: [{ source: { principals: [${principals.map((principal) => `"${principal}"`).join(', ')}] } }] }]
`;

const CALLER = 'cluster.local/ns/web/sa/productpage';

export const waypointNotAdmitted = defineRule({
  code: 'MESH3904',
  slug: 'waypoint-not-admitted',
  title: 'A policy of an ambient workload does not admit its waypoint',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'namespace',
  why: 'Behind a waypoint ztunnel sees the identity of the waypoint, no longer that of the caller: every request that comes through the Service is refused.',
  fix: "Attach the policy to the Service with targetRefs, so that the waypoint judges the callers, and let a policy with the selector allow the waypoint's service account.",
  links: ['https://istio.io/latest/docs/ambient/usage/l4-policy/#considerations-when-waypoints-are-introduced'],
  examples: {
    valid: [{
      title: 'the waypoint is among the principals',
      yaml: `${SHOP}${policy(CALLER, 'cluster.local/ns/shop/sa/waypoint')}`,
    }],
    invalid: [{ title: 'the caller alone', yaml: `${SHOP}${policy(CALLER)}` }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    if (mesh.fact(namespacesWithWaypoint).size === 0) return;
    const known = mesh.fact(authorizationPolicies);
    const policy_ = known.of(object);
    if (!policy_.hasLabels || !isForConnections(policy_)) return;
    for (const workload of known.workloadsOf(policy_)) {
      if (!isAmbient(mesh, workload)) continue;
      const waypoint = waypointBefore(mesh, workload);
      if (waypoint === undefined) continue;
      // One policy that lets it in is enough.
      if (known.reaching(workload).some((other) => other.targets.length === 0 && other.action === 'ALLOW' && mayAdmit(other, waypoint))) continue;
      missing({
        path: 'spec.rules',
        namespace: workload.namespace,
        message: `${workload.title} is behind waypoint ${waypoint.namespace}/${waypoint.name}, and no ALLOW policy that reaches it admits cluster.local/${identityOf(waypoint)}.`,
      });
      return;
    }
  },
});

/** An ALLOW policy that names callers; one that allows nothing at all is meant so. */
function isForConnections({ action, isDryRun, targets, spec }: AuthorizationPolicyFacts): boolean {
  return action === 'ALLOW' && !isDryRun && targets.length === 0 && (spec.rules ?? []).length > 0;
}

/** The waypoint that requests for every one of the workload's Services come through. */
function waypointBefore(mesh: MeshFacts, workload: Workload): WaypointName | undefined {
  const services = mesh.fact(servicesOfWorkloads).get(workload) ?? [];
  let found: WaypointName | undefined;
  for (const { object } of services) {
    const named = waypointOf(mesh, object.labels, object.namespace);
    if (named === undefined) return undefined;
    found ??= named;
  }
  return found;
}

function mayAdmit({ spec }: AuthorizationPolicyFacts, waypoint: WaypointName): boolean {
  return (spec.rules ?? []).some((rule) => firstHttpCondition({ rules: [rule] }) === undefined && ruleMayAdmit(rule, waypoint));
}

function ruleMayAdmit({ from = [] }: AuthorizationPolicyRules, waypoint: WaypointName): boolean {
  return from.length === 0 || from.some(({ source }) => source === undefined || sourceMayAdmit(source, waypoint));
}

function sourceMayAdmit(
  { principals = [], namespaces = [], serviceAccounts = [] }: AuthorizationPolicyRulesFromSource, waypoint: WaypointName,
): boolean {
  const { name, namespace } = waypoint;
  return (principals.length === 0 || principals.some((principal) => mayBe(principal, `/${identityOf(waypoint)}`)))
    && (namespaces.length === 0 || namespaces.some((one) => one === namespace || one.includes('*')))
    && (serviceAccounts.length === 0 || serviceAccounts.some((one) => one === `${namespace}/${name}` || one === name));
}

/** Whatever a wildcard stands for may be the waypoint. */
function mayBe(principal: string, end: string): boolean {
  if (principal.endsWith('*')) return true;
  if (!principal.startsWith('*')) return principal.endsWith(end);
  const rest = principal.slice(1);
  return end.endsWith(rest) || rest.endsWith(end);
}
