import { AuthorizationPolicyRules as Rule, AuthorizationPolicySpec as Spec } from '../../../manifest/generated/istio-specs';
import { WebhookReport } from '../webhook-check';

/** What a request's caller is known by only after Envoy asked the external authorizer. */
const NOT_IN_A_SOURCE = [
  'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts', 'trustDomains', 'notTrustDomains',
  'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals',
] as const;
const NOT_IN_A_CONDITION = new Set(['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal']);

/** What the actions CUSTOM and DENY ask of a policy beyond its rules' values, and who may name a provider. */
export function checkAction({ action, provider, rules }: Spec, report: WebhookReport): void {
  if (provider !== undefined && action !== 'CUSTOM') {
    report.error('spec.provider', `A provider is named, but the action is ${action ?? 'ALLOW'}.`, 'Set action: CUSTOM, or drop the provider.');
  }
  if (action !== 'CUSTOM' && action !== 'DENY') return;
  if (!rules?.length) {
    report.error('spec.rules', `The action is ${action} and there are no rules, so the policy would never do anything.`,
      'Write `rules: [{}]` to mean every request.');
  } else if (action === 'CUSTOM') {
    if (!provider?.name) {
      report.error('spec.provider.name', 'The action is CUSTOM and no provider is named, so nobody would be asked.',
        'Name one of the extensionProviders of the mesh config.');
    }
    rules.forEach((rule, i) => checkCustomRule(rule, `spec.rules[${i}]`, report));
  }
}

function checkCustomRule(rule: Rule, path: string, report: WebhookReport): void {
  rule.from?.forEach(({ source }, i) => {
    for (const field of NOT_IN_A_SOURCE) {
      if (source?.[field]?.length) unsupported(field, `${path}.from[${i}].source.${field}`, report);
    }
  });
  rule.when?.forEach(({ key }, i) => {
    if (NOT_IN_A_CONDITION.has(key) || key.startsWith('request.auth.')) unsupported(key, `${path}.when[${i}].key`, report);
  });
}

function unsupported(what: string, path: string, report: WebhookReport): void {
  report.error(path, `With the action CUSTOM Istio cannot match by ${what}.`,
    'Match by hosts, methods, paths, ports, addresses or headers here and let the external authorizer decide on the caller, '
    + 'or deny by a second policy with the action DENY.');
}
