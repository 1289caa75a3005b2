import {
  AuthorizationPolicyRulesFromSource as Source, AuthorizationPolicyRulesToOperation as Operation,
} from '../../../manifest/generated/istio-specs';
import { WebhookReport } from '../webhook-check';
import { ipBlock, nonEmpty, path, port, serviceAccount, trustDomain, ValueCheck } from './attribute-value';

/** The fields of a source. `notValues` of the same sort have the same rules. */
const SOURCE: readonly [field: keyof Source, check: ValueCheck][] = [
  ['principals', nonEmpty], ['notPrincipals', nonEmpty],
  ['requestPrincipals', nonEmpty], ['notRequestPrincipals', nonEmpty],
  ['namespaces', nonEmpty], ['notNamespaces', nonEmpty],
  ['serviceAccounts', serviceAccount], ['notServiceAccounts', serviceAccount],
  ['trustDomains', trustDomain], ['notTrustDomains', trustDomain],
  ['ipBlocks', ipBlock], ['notIpBlocks', ipBlock],
  ['remoteIpBlocks', ipBlock], ['notRemoteIpBlocks', ipBlock],
];

const OPERATION: readonly [field: keyof Operation, check: ValueCheck][] = [
  ['hosts', nonEmpty], ['notHosts', nonEmpty],
  ['ports', port], ['notPorts', port],
  ['methods', nonEmpty], ['notMethods', nonEmpty],
  ['paths', path], ['notPaths', path],
];

export function checkSource(source: Source, at: () => string, report: WebhookReport): void {
  if (checkFields(source, SOURCE, at, report)) return;
  report.error(at(), 'The source says nothing, so it is unclear whom it means.',
    'Say who may call, for example namespaces: [shop], or drop `from` to mean every caller.');
}

export function checkOperation(operation: Operation, at: () => string, report: WebhookReport): void {
  if (checkFields(operation, OPERATION, at, report)) return;
  report.error(at(), 'The operation says nothing, so it is unclear what it means.',
    'Say what may be called, for example methods: [GET], or drop `to` to mean every request.');
}

/** Whether any field has a value. */
function checkFields<T extends { readonly [key in keyof T]?: readonly string[] }>(
  object: T, fields: readonly [field: keyof T & string, check: ValueCheck][], at: () => string, report: WebhookReport,
): boolean {
  let any = false;
  for (const [field, check] of fields) {
    const values = object[field];
    if (values === undefined || values.length === 0) continue;
    any = true;
    for (let i = 0; i < values.length; i++) {
      const bad = check(values[i]);
      if (bad !== undefined) report.error(`${at()}.${field}[${i}]`, bad.message, bad.fix);
    }
  }
  return any;
}
