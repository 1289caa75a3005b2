/*
 * What becomes of an AuthorizationPolicy without targetRefs where ztunnel judges: it sees connections, and no requests.
 * https://istio.io/latest/docs/ambient/usage/l4-policy/
 */

/** The part of an AuthorizationPolicy's spec that decides. */
export interface JudgedPolicy {
  readonly action?: string;
  readonly rules?: readonly JudgedRule[];
}

/** A rule of it. */
export interface JudgedRule {
  readonly from?: readonly { readonly source?: { readonly [field: string]: readonly string[] | undefined } }[];
  readonly to?: readonly { readonly operation?: { readonly [field: string]: readonly string[] | undefined } }[];
  readonly when?: readonly { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] }[];
}

const REQUEST_OPERATIONS = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths'];
const REQUEST_SOURCES = ['remoteIpBlocks', 'notRemoteIpBlocks', 'requestPrincipals', 'notRequestPrincipals'];
const CONNECTION_KEYS = new Set(['source.ip', 'source.namespace', 'source.principal', 'destination.ip', 'destination.port']);

/** What a rule asks that only requests have, in the words of the fields, sorted. */
export function requestConditions({ from = [], to = [], when = [] }: JudgedRule): string[] {
  const isGiven = (values: readonly string[] | undefined) => (values ?? []).length > 0;
  return [...new Set([
    ...from.flatMap(({ source = {} }) => REQUEST_SOURCES.filter((field) => isGiven(source[field]))),
    ...to.flatMap(({ operation = {} }) => REQUEST_OPERATIONS.filter((field) => isGiven(operation[field]))),
    ...when.map(({ key }) => key).filter((key) => !CONNECTION_KEYS.has(key)),
  ])].sort();
}

/** Whether ztunnel is given the policy at all. */
export function isKnownToZtunnel({ action = 'ALLOW' }: JudgedPolicy): boolean {
  return action === 'ALLOW' || action === 'DENY';
}

/** Who opens a connection, as ztunnel knows it. */
export interface Identity {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * Whether what a rule says of callers holds for an identity whose address is not known. A condition on addresses is taken
 * not to hold, and its negation to hold.
 *
 * @param ownNamespace that of the policy, in which a service account without a namespace is
 */
export function isFromIdentity({ from = [], when = [] }: JudgedRule, identity: Identity, ownNamespace: string): boolean {
  const sources = from.length === 0 || from.some(({ source = {} }) => isSource(source, identity, ownNamespace));
  return sources && when.every(({ key, values, notValues }) => {
    const test = WHEN[key];
    return test === undefined || ((values ?? []).length === 0 || values!.some((value) => test(value, identity)))
      && !(notValues ?? []).some((value) => test(value, identity));
  });
}

/** Whether a rule says anything of callers. */
export function asksForCaller({ from = [], when = [] }: JudgedRule): boolean {
  return from.some(({ source }) => Object.keys(source ?? {}).some((field) => field in SOURCE)) || when.some(({ key }) => key in WHEN);
}

type Test = (value: string, identity: Identity) => boolean;

const WHEN: { readonly [key: string]: Test } = {
  'source.principal': isPrincipal,
  'source.namespace': (value, identity) => isLike(value, identity.namespace),
  'source.ip': () => false,
};

const SOURCE: { readonly [field: string]: (value: string, identity: Identity, ownNamespace: string) => boolean } = {
  principals: WHEN['source.principal'],
  namespaces: WHEN['source.namespace'],
  serviceAccounts: (value, { namespace, serviceAccount }, own) => (value.includes('/') ? value : `${own}/${value}`) === `${namespace}/${serviceAccount}`,
  ipBlocks: () => false,
  notPrincipals: WHEN['source.principal'],
  notNamespaces: WHEN['source.namespace'],
  notServiceAccounts: (value, identity, own) => SOURCE.serviceAccounts(value, identity, own),
  notIpBlocks: () => false,
};

function isSource(source: { readonly [field: string]: readonly string[] | undefined }, identity: Identity, own: string): boolean {
  return Object.entries(source).every(([field, values]) => {
    const test = SOURCE[field];
    if (test === undefined || (values ?? []).length === 0) return true;
    const holds = values!.some((value) => test(value, identity, own));
    return field.startsWith('not') ? !holds : holds;
  });
}

/** In whatever trust domain: the mesh has one of its own, by several names. */
function isPrincipal(pattern: string, { namespace, serviceAccount }: Identity): boolean {
  return isLike(pattern.replace(/^[^/*]+(?=\/ns\/)/, ''), `/ns/${namespace}/sa/${serviceAccount}`);
}

function isLike(pattern: string, value: string): boolean {
  if (pattern === '*') return value !== '';
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
