import { patternsMeet, patternWithin } from './authorization-patterns';
import { Source } from './authorization-policies';
import { AuthorizationRule } from './authorization-rules';
import { principalOf, serviceAccountOf } from './identity';

/**
 * Whether every request that one rule matches is matched by another too, both in policies of one namespace. False where
 * that cannot be told.
 */
export function ruleCovered(inner: AuthorizationRule, outer: AuthorizationRule, namespace: string): boolean {
  if (outer.when?.length) return false;
  return alternatives(inner.from, ({ source }) => source).every((source) =>
    alternatives(outer.from, (item) => item.source).some((other) => sourceCovered(source, other, namespace)))
    && alternatives(inner.to, ({ operation }) => operation).every((operation) =>
      alternatives(outer.to, (item) => item.operation).some((other) => covered(operation, other, OPERATION)));
}

function alternatives<T, U>(items: readonly T[] | undefined, of: (item: T) => U | undefined): readonly (U | undefined)[] {
  return items?.length ? items.map(of) : [undefined];
}

type Fields = { readonly [field: string]: readonly string[] | undefined };
type Pairs = readonly (readonly [field: string, not: string])[];

const OPERATION: Pairs = [['hosts', 'notHosts'], ['methods', 'notMethods'], ['paths', 'notPaths'], ['ports', 'notPorts']];
const SOURCE: Pairs = [
  ['principals', 'notPrincipals'], ['requestPrincipals', 'notRequestPrincipals'], ['namespaces', 'notNamespaces'], ['trustDomains', 'notTrustDomains'],
  ['serviceAccounts', 'notServiceAccounts'], ['ipBlocks', 'notIpBlocks'], ['remoteIpBlocks', 'notRemoteIpBlocks'],
];

function sourceCovered(inner: Source | undefined, outer: Source | undefined, namespace: string): boolean {
  return covered(inner && !inner.namespaces?.length ? { ...inner, namespaces: namespacesOf(inner, namespace) } : inner, outer, SOURCE);
}

/** The namespaces of the callers that a source names otherwise; undefined if any may be meant. */
function namespacesOf({ principals, serviceAccounts }: Source, namespace: string): readonly string[] | undefined {
  if (serviceAccounts?.length) return serviceAccounts.map((account) => serviceAccountOf(account, namespace).namespace);
  const named = principals?.map((principal) => principalOf(principal)?.namespace);
  return named?.every((name) => name !== undefined) ? named : undefined;
}

function covered(inner: object | undefined, outer: object | undefined, pairs: Pairs): boolean {
  if (outer === undefined) return true;
  const [mine, theirs] = [(inner ?? {}) as Fields, outer as Fields];
  for (const [field, not] of pairs) {
    const wanted = theirs[field];
    if (wanted?.length && !(mine[field]?.length && mine[field].every((value) => wanted.some((other) => patternWithin(value, other))))) return false;
    const excluded = theirs[not];
    if (excluded?.length && !isApart(mine[field], excluded, field) && !includesAll(mine[not], excluded)) return false;
  }
  return true;
}

/** Whether none of the values is excluded. Addresses and templates of paths may meet in other ways than as text. */
function isApart(values: readonly string[] | undefined, excluded: readonly string[], field: string): boolean {
  if (!values?.length || field.toLowerCase().endsWith('ipblocks')) return false;
  if (field === 'paths' && [...values, ...excluded].some((path) => path.includes('{'))) return false;
  return values.every((value) => !excluded.some((other) => patternsMeet(value, other)));
}

function includesAll(values: readonly string[] | undefined, excluded: readonly string[]): boolean {
  return values !== undefined && excluded.every((value) => values.some((other) => patternWithin(value, other)));
}
