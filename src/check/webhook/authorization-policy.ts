import { checkCondition } from './authorization-policy/condition';
import { checkAction } from './authorization-policy/custom-action';
import { checkOperation, checkSource } from './authorization-policy/rule';
import { checkTargets } from './target-refs';
import { WebhookCheck, WebhookReport } from './webhook-check';
import { AuthorizationPolicyRules as Rule, AuthorizationPolicyRulesFromSource as Source, AuthorizationPolicySpec as Spec } from '../../manifest/generated/istio-specs';

/** What can be told of a TCP connection, so that a rule that says it also means something for TCP. */
const KNOWN_OF_TCP = [
  'principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts',
  'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks',
] as const;

export const checkAuthorizationPolicy: WebhookCheck<Spec> = ({ spec }, report) => {
  checkTargets(spec, report);
  checkAction(spec, report);
  spec.rules?.forEach((rule, i) => {
    checkRule(rule, i, report);
    if (spec.action === 'DENY') warnOfTcp(rule, i, report);
  });
};

function checkRule(rule: Rule, i: number, report: WebhookReport): void {
  rule.from?.forEach(({ source }, j) => {
    if (source !== undefined) return checkSource(source, () => `spec.rules[${i}].from[${j}].source`, report);
    report.error(`spec.rules[${i}].from[${j}]`, 'The entry has no source.', 'Give one, or drop `from` to mean every caller.');
  });
  rule.to?.forEach(({ operation }, j) => {
    if (operation !== undefined) return checkOperation(operation, () => `spec.rules[${i}].to[${j}].operation`, report);
    report.error(`spec.rules[${i}].to[${j}]`, 'The entry has no operation.', 'Give one, or drop `to` to mean every request.');
  });
  rule.when?.forEach((condition, j) => checkCondition(condition, () => `spec.rules[${i}].when[${j}]`, report));
}

/** On a TCP port Istio leaves out of a DENY rule what only HTTP has, and what is left denies everything. */
function warnOfTcp({ from, to }: Rule, i: number, report: WebhookReport): void {
  const saysFrom = from?.some(({ source }) => source !== undefined);
  const saysTo = to?.some(({ operation }) => operation !== undefined);
  const widened = saysTo
    ? !to!.some(({ operation }) => operation?.ports?.length || operation?.notPorts?.length)
    : saysFrom && !from!.some(({ source }) => source !== undefined && isKnownOfTcp(source));
  if (!widened) return;
  report.warning(`spec.rules[${i}]`, 'The rule denies by HTTP attributes only; on TCP ports it denies all traffic.',
    'Name the HTTP ports that are meant in to[].operation.ports.');
}

function isKnownOfTcp(source: Source): boolean {
  return KNOWN_OF_TCP.some(field => source[field]?.length);
}
