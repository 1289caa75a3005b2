import { AuthorizationPolicyFacts, Operation, Source } from '../check/facts/authorization-policies';
import { AuthorizationRule } from '../check/facts/authorization-rules';
import { serviceAccountOf } from '../check/facts/identity';

/** One thing that a rule asks of a connection or a request: one of the values, and none of the excluded. */
export interface Condition {
  /** As a condition of Istio names it, and `request.method`, `request.path`, `request.host`. */
  readonly attribute: string;
  /** Any of these, if there are any. Then the attribute has to be there. */
  readonly values: readonly string[];
  /** None of these. That it is absent will do. */
  readonly excluded: readonly string[];
}

/** One way to match a rule: a source, an operation, and all of its conditions. */
export interface Alternative {
  readonly policy: AuthorizationPolicyFacts;
  readonly rule: number;
  /** All hold together. */
  readonly conditions: readonly Condition[];
  /** Whether this way, or another one of the same rule, asks for something that only requests have. */
  readonly ruleIsHttp: boolean;
}

const SOURCE: Fields<Source> = [
  ['source.principal', 'principals', 'notPrincipals'],
  ['source.serviceAccount', 'serviceAccounts', 'notServiceAccounts'],
  ['source.namespace', 'namespaces', 'notNamespaces'],
  ['source.trustDomain', 'trustDomains', 'notTrustDomains'],
  ['request.auth.principal', 'requestPrincipals', 'notRequestPrincipals'],
  ['source.ip', 'ipBlocks', 'notIpBlocks'],
  ['remote.ip', 'remoteIpBlocks', 'notRemoteIpBlocks'],
];
const OPERATION: Fields<Operation> = [
  ['destination.port', 'ports', 'notPorts'],
  ['request.host', 'hosts', 'notHosts'],
  ['request.method', 'methods', 'notMethods'],
  ['request.path', 'paths', 'notPaths'],
];

const NONE: readonly never[] = [];

/** Every way to match some rule of a policy. A policy without rules has none, and matches nothing. */
export function alternativesOf(policy: AuthorizationPolicyFacts): readonly Alternative[] {
  let all = ALTERNATIVES.get(policy);
  if (all === undefined) ALTERNATIVES.set(policy, all = everyWay(policy));
  return all;
}

const ALTERNATIVES = new WeakMap<AuthorizationPolicyFacts, readonly Alternative[]>();

function everyWay(policy: AuthorizationPolicyFacts): readonly Alternative[] {
  return (policy.spec.rules ?? NONE).flatMap((rule, index) => {
    const ways = waysOf(rule, policy.namespace);
    const ruleIsHttp = ways.some((conditions) => conditions.some(isHttpOnly));
    return ways.map((conditions): Alternative => ({ policy, rule: index, conditions, ruleIsHttp }));
  });
}

function waysOf({ from, to, when }: AuthorizationRule, namespace: string): Condition[][] {
  const always = (when ?? NONE).flatMap(({ key, values, notValues }) => conditionOf(key, values, notValues, namespace));
  const sources = from?.length ? from.map(({ source }) => fieldsOf(SOURCE, source, namespace)) : [NONE];
  const operations = to?.length ? to.map(({ operation }) => fieldsOf(OPERATION, operation, namespace)) : [NONE];
  return sources.flatMap((source) => operations.map((operation) => [...source, ...operation, ...always]));
}

type Fields<T> = readonly (readonly [attribute: string, field: keyof T, not: keyof T])[];

function fieldsOf<T extends object>(fields: Fields<T>, of: T | undefined, namespace: string): readonly Condition[] {
  if (of === undefined) return NONE;
  const values = (field: keyof T) => of[field] as readonly string[] | undefined;
  return fields.flatMap(([attribute, field, not]) => conditionOf(attribute, values(field), values(not), namespace));
}

function conditionOf(attribute: string, values: readonly string[] = NONE, excluded: readonly string[] = NONE, namespace: string): Condition[] {
  if (values.length === 0 && excluded.length === 0) return [];
  if (attribute !== 'source.serviceAccount') return [{ attribute, values, excluded }];
  // A short name is of the policy's namespace.
  const full = (account: string) => {
    const named = serviceAccountOf(account, namespace);
    return `${named.namespace}/${named.serviceAccount}`;
  };
  return [{ attribute, values: values.map(full), excluded: excluded.map(full) }];
}

/** Whether a connection that carries no requests has no such thing. */
export function isHttpOnly({ attribute }: Condition): boolean {
  return attribute.startsWith('request.');
}

const IDENTITY: ReadonlySet<string> = new Set(['source.principal', 'source.serviceAccount', 'source.namespace', 'source.trustDomain']);

/** Whether it is told by the certificate of the caller. */
export function isOfIdentity({ attribute }: Condition): boolean {
  return IDENTITY.has(attribute);
}

/** Whether it is told by a token of the request. */
export function isOfToken({ attribute }: Condition): boolean {
  return attribute.startsWith('request.auth.');
}
