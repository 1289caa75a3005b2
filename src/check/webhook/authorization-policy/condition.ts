import { AuthorizationPolicyRulesWhen as Condition } from '../../../manifest/generated/istio-specs';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';
import { BadValue, ipBlock, nonEmpty, oneWildcardAtAnEnd, port, serviceAccount, ValueCheck } from './attribute-value';

/** In a source the schema sees to it. */
const MOST_SERVICE_ACCOUNTS = 16;

/** The attributes with fixed names, and what their values may be. */
const ATTRIBUTES = new Map<string, ValueCheck>([
  ['source.ip', ipBlock],
  ['remote.ip', ipBlock],
  ['source.namespace', nonEmpty],
  ['source.serviceAccount', serviceAccount],
  ['source.principal', nonEmpty],
  ['source.trustDomain', oneWildcardAtAnEnd],
  ['request.auth.principal', nonEmpty],
  ['request.auth.audiences', nonEmpty],
  ['request.auth.presenter', nonEmpty],
  ['destination.ip', ipBlock],
  ['destination.port', port],
  ['connection.sni', nonEmpty],
]);

/** The attributes that have a key in brackets. */
const KEYED = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];

export function checkCondition(condition: Condition, at: () => string, report: WebhookReport): void {
  const { key, values, notValues } = condition;
  if (!values?.length && !notValues?.length) {
    report.error(at(), key === '' ? 'The condition has neither a key nor values.' : `The condition on ${quoted(key)} has no values, so there is nothing to match.`,
      'Give values or notValues, or drop the condition.');
    return;
  }
  const check = ATTRIBUTES.get(key);
  if (check === undefined) {
    const bad = badKey(key);
    if (bad !== undefined) {
      report.error(`${at()}.key`, bad.message, bad.fix);
      return;
    }
  }
  checkConditionValues(values, check ?? nonEmpty, () => `${at()}.values`, report);
  checkConditionValues(notValues, check ?? nonEmpty, () => `${at()}.notValues`, report);
}

function checkConditionValues(values: readonly string[] | undefined, check: ValueCheck, at: () => string, report: WebhookReport): void {
  if (values === undefined) return;
  if (check === serviceAccount) atMostSixteen(values, at, report);
  for (let i = 0; i < values.length; i++) {
    const bad = nonEmpty(values[i]) ?? check(values[i]);
    if (bad !== undefined) report.error(`${at()}[${i}]`, bad.message, bad.fix);
  }
}

function atMostSixteen(values: readonly string[], at: () => string, report: WebhookReport): void {
  if (values.length <= MOST_SERVICE_ACCOUNTS) return;
  report.error(at(), `${values.length} service accounts are listed; at most ${MOST_SERVICE_ACCOUNTS} are allowed.`,
    'Spread them over several entries, or match by namespaces or principals.');
}

function badKey(key: string): BadValue | undefined {
  for (const attribute of KEYED) {
    if (!key.startsWith(attribute)) continue;
    const open = key.indexOf('[');
    return key.endsWith(']') && open > 0 && open < key.length - 2 ? undefined : {
      message: `The key ${quoted(key)} does not say in brackets what is meant.`,
      fix: 'Write request.headers[x-team], request.auth.claims[iss] or experimental.envoy.filters.a.b[c].',
    };
  }
  if (key === '') return { message: 'The condition has an empty key.', fix: KNOWN };
  if (key === 'destination.namespace') {
    return {
      message: `The key ${key} is no longer known: a policy holds for its own namespace.`,
      fix: 'Put the policy into that namespace and drop the condition.',
    };
  }
  if (key.startsWith('destination.labels')) {
    return { message: `The key ${key} is no longer known: workloads are chosen by the selector.`, fix: 'Use spec.selector.matchLabels.' };
  }
  return { message: `The key ${quoted(key)} is no attribute that Istio knows.`, fix: KNOWN };
}

const KNOWN = `Use one of ${[...ATTRIBUTES.keys()].join(', ')}, request.headers[name] or request.auth.claims[name].`;
