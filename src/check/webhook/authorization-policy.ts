import { checkCondition } from './authorization-policy/condition';
import { checkAction } from './authorization-policy/custom-action';
import { checkOperation, checkSource } from './authorization-policy/rule';
import { quoted } from './quoted';
import { checkReservedAnnotations } from './reserved-annotations';
import { checkTargets } from './target-refs';
import { AdmittedObject, WebhookCheck, WebhookReport } from './webhook-check';
import { AuthorizationPolicyRules as Rule, AuthorizationPolicyRulesFromSource as Source, AuthorizationPolicySpec as Spec } from '../../manifest/generated/istio-specs';

/** What can be told of a TCP connection, so that a rule that says it also means something for TCP. */
const KNOWN_OF_TCP = [
  'principals', 'notPrincipals', 'namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts',
  'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks',
] as const;

export const checkAuthorizationPolicy: WebhookCheck<Spec> = (object, report) => {
  checkReservedAnnotations(object, report, true);
  const { spec } = object;
  checkDryRun(object, report);
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

const DRY_RUN = 'istio.io/dry-run';
const BOOLEANS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A dry run only counts what would be allowed or denied, so there must be an answer to count. */
function checkDryRun({ annotations, spec }: AdmittedObject<Spec>, report: WebhookReport): void {
  const value = annotations[DRY_RUN];
  if (value === undefined) return;
  if (spec.action === 'AUDIT' || spec.action === 'CUSTOM') {
    report.error(`metadata.annotations[${DRY_RUN}]`, `A policy with the action ${spec.action} has no dry run.`, 'Remove the annotation; only ALLOW and DENY have one.');
  } else if (!BOOLEANS.has(value)) {
    report.error(`metadata.annotations[${DRY_RUN}]`, `${quoted(value)} is neither true nor false.`, 'Write "true" or "false".');
  }
}
