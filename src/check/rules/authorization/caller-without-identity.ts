import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { RuleValue, sourceValues } from '../../facts/authorization-rules';
import { principalOf, serviceAccountOf } from '../../facts/identity';
import { MeshFacts } from '../../facts/mesh-facts';
import { dataPlaneOf, namespaces } from '../../facts/namespaces';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const callerWithoutIdentity = defineRule({
  code: 'MESH3424',
  slug: 'caller-without-identity',
  title: 'A rule names callers that have no sidecar, and so no identity',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Namespace and service account of a caller are read from its certificate, which only pods in the mesh have. For the others an ALLOW rule admits nobody, a DENY rule stops nobody.',
  fix: 'Give the callers a sidecar, or name them by `ipBlocks`.',
  links: ['https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls'],
  examples: {
    valid: [{
      title: 'a namespace of the mesh',
      yaml: policyYaml('{ namespaces: [legacy] }', 'enabled'),
    }],
    invalid: [
      { title: 'a namespace without sidecars', yaml: policyYaml('{ namespaces: [legacy] }', 'disabled') },
      { title: 'a service account whose pods have none', yaml: policyYaml('{ principals: [cluster.local/ns/legacy/sa/default] }', 'disabled') },
    ],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.identity) return;
    spec.rules?.forEach((rule, i) => {
      const look = (place: RuleValue, namespace: string | undefined, account?: string) => {
        if (namespace === undefined || !isOutside(mesh, namespace, account)) return;
        const { value } = place;
        missing({ path: place.path, namespace, message: `${account === undefined ? `Namespace ${value} has` : `The pods of ${value} have`} no sidecars, so no caller proves to be from there.` });
      };
      for (const found of sourceValues(rule, i, 'namespaces', 'source.namespace')) look(found, found.value);
      for (const found of sourceValues(rule, i, 'principals', 'source.principal')) {
        const principal = principalOf(found.value);
        look(found, principal?.namespace, principal?.serviceAccount);
      }
      for (const found of sourceValues(rule, i, 'serviceAccounts', 'source.serviceAccount')) {
        const { namespace, serviceAccount } = serviceAccountOf(found.value, object.namespace);
        look(found, namespace, serviceAccount);
      }
    });
  },
});

/** Whether all that runs under an account (or in a namespace) has no part in the mesh. */
function isOutside(mesh: MeshFacts, namespace: string, account: string | undefined): boolean {
  const known = mesh.fact(outside);
  const key = account === undefined ? namespace : `${namespace}/${account}`;
  let is = known.get(key);
  if (is === undefined) {
    const there = mesh.fact(workloads).in(namespace);
    const meant = account === undefined ? there : there.filter((workload: Workload) => workload.serviceAccount === account);
    const said = mesh.fact(namespaces).get(namespace);
    is = meant.length > 0
      ? meant.every((workload) => dataPlaneOf(mesh, workload) === 'none')
      : account === undefined && said?.injection === 'disabled' && !said.ambient;
    known.set(key, is);
  }
  return is;
}

/** What was found out before. */
function outside(): Map<string, boolean> {
  return new Map();
}

function policyYaml(source: string, injection: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: ${source} }] }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy, labels: { istio-injection: ${injection} } }
${deploymentYaml('cart', 'shop')}${deploymentYaml('ledger', 'legacy')}`;
}
