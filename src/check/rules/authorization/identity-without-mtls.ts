import { PeerAuthenticationSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { AuthorizationPolicyFacts, authorizationPolicies, Source } from '../../facts/authorization-policies';
import { AuthorizationRule } from '../../facts/authorization-rules';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts, specOf } from '../../facts/mesh-facts';
import { becauseOf, EffectiveMtls, mtlsModes } from '../../facts/mtls';
import { dataPlaneOf } from '../../facts/namespaces';
import { absentFor } from '../../facts/where-absent';
import { defineRule } from '../../rule';

const STRICT = `---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

export const identityWithoutMtls = defineRule({
  code: 'MESH3405',
  slug: 'identity-without-mtls',
  title: 'A rule looks at who calls where plaintext is taken, which has no caller',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0105', 'TIS0104'],
  sees: 'mesh',
  why: 'The identity of a caller comes from mTLS alone. A DENY by identity does not stop plaintext, an exclusion such as notNamespaces takes plaintext in, and where mTLS is off nothing that names an identity ever matches.',
  fix: 'Make the workload STRICT with a PeerAuthentication; or turn the rule around: DENY with `notPrincipals` of those who may, or ALLOW those.',
  links: [
    'https://istio.io/latest/docs/concepts/security/#dependency-on-mutual-tls',
    'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
  ],
  examples: {
    valid: [{
      title: 'STRICT',
      yaml: `${policyYaml('DENY', '{ namespaces: [sandbox] }')}${STRICT}`,
    }, {
      title: 'whoever is not named, and so whoever has no name, is denied',
      yaml: policyYaml('DENY', '{ notPrincipals: [cluster.local/ns/shop/sa/default] }'),
    }],
    invalid: [{
      title: 'a DENY by namespace that plaintext passes',
      yaml: policyYaml('DENY', '{ namespaces: [sandbox] }'),
    }, {
      title: 'an ALLOW for all but one namespace, and so for plaintext',
      yaml: policyYaml('ALLOW', '{ notNamespaces: [sandbox] }'),
    }, {
      title: 'mTLS is off',
      yaml: `${policyYaml('ALLOW', '{ namespaces: [sandbox] }')}${STRICT.replace('STRICT', 'DISABLE')}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report, missing }) {
    const policy = mesh.fact(authorizationPolicies).of(object);
    const { action, spec, isDryRun, targets, uses } = policy;
    if (!uses.identity) return;
    if (isDryRun || targets.length > 0 || (action !== 'ALLOW' && action !== 'DENY') || !spec.rules?.some(looksAtCaller)) return;
    // An ALLOW that names callers is harmed only where mTLS is turned off.
    if (action === 'ALLOW' && !mesh.fact(hasDisabled) && !spec.rules.some(excludesOnly)) return;
    const open = openServer(mesh, policy);
    if (open === undefined) return;
    spec.rules.forEach((rule, i) => {
      const message = problemOf(rule, action, open);
      if (message === undefined) return;
      const found = { path: `spec.rules[${i}].${rule.from?.length ? 'from' : 'when'}`, message: `${message}: ${becauseOf(open)}.` };
      if (open.isOwn) report(found);
      else missing({ ...found, ...absentFor(mesh, object.namespace) });
    });
  },
});

const NAMED: readonly (keyof Source)[] = ['principals', 'namespaces', 'serviceAccounts', 'trustDomains'];
const EXCLUDED: readonly (keyof Source)[] = ['notPrincipals', 'notNamespaces', 'notServiceAccounts', 'notTrustDomains'];
const KEYS: ReadonlySet<string> = new Set(['source.principal', 'source.namespace', 'source.serviceAccount', 'source.trustDomain']);

function problemOf(rule: AuthorizationRule, action: string, { mode }: EffectiveMtls): string | undefined {
  if (mode === 'DISABLE') {
    if (!namesCaller(rule)) return undefined;
    return `The rule asks for an identity, which no caller has where mTLS is off, so it ${action === 'DENY' ? 'denies' : 'allows'} nothing`;
  }
  if (action === 'DENY') return namesCaller(rule) ? 'The rule denies by identity, and plaintext has none, so it passes' : undefined;
  return excludesOnly(rule) ? 'The rule allows whoever is not excluded, and so plaintext too' : undefined;
}

/** Whether each way to match asks for an identity. */
function namesCaller({ from, when }: AuthorizationRule): boolean {
  if (when?.some(({ key, values }) => KEYS.has(key) && values?.length)) return true;
  return from !== undefined && from.length > 0 && from.every(({ source }) => source !== undefined && has(source, NAMED));
}

/** Whether some way to match asks for an identity only by what it is not, and for nothing else that plaintext lacks. */
function excludesOnly(rule: AuthorizationRule): boolean {
  if (namesCaller(rule)) return false;
  if (rule.when?.some(({ key, notValues }) => KEYS.has(key) && notValues?.length)) return true;
  return rule.from?.some(({ source }) => source !== undefined
    && has(source, EXCLUDED) && !has(source, NAMED) && !source.requestPrincipals?.length) ?? false;
}

function looksAtCaller({ from, when }: AuthorizationRule): boolean {
  return (from?.some(({ source }) => source !== undefined && (has(source, NAMED) || has(source, EXCLUDED))) ?? false)
    || (when?.some(({ key }) => KEYS.has(key)) ?? false);
}

function has(source: Source, fields: readonly (keyof Source)[]): boolean {
  for (const field of fields) if (source[field]?.length) return true;
  return false;
}

function hasDisabled(mesh: MeshFacts): boolean {
  return mesh.ofKind(Kind.PEER_AUTHENTICATION).some((object) => specOf<PeerAuthenticationSpec>(object).mtls?.mode === 'DISABLE');
}

/** The mode of the first server under the policy that takes plaintext. */
function openServer(mesh: MeshFacts, policy: AuthorizationPolicyFacts): EffectiveMtls | undefined {
  const modes = mesh.fact(mtlsModes);
  const servers = mesh.fact(authorizationPolicies).workloadsOf(policy);
  for (const workload of servers) {
    // A gateway's callers and those in the ambient mesh prove themselves otherwise.
    if (isGatewayWorkload(mesh, workload)) continue;
    const plane = dataPlaneOf(mesh, workload);
    if (plane === 'none' || plane === 'ambient') continue;
    const mode = modes.of(workload);
    if (mode.mode !== 'STRICT') return mode;
  }
  if (servers.length > 0 || policy.everywhere) return undefined;
  const mode = modes.ofNamespace(policy.namespace);
  return mode.mode === 'STRICT' ? undefined : mode;
}

function policyYaml(action: string, source: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: ${action}, rules: [{ from: [{ source: ${source} }] }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: sandbox, labels: { istio-injection: enabled } }
${deploymentYaml('cart', 'shop')}`;
}
