import { isEmpty } from './condition-actions';
import { RateLimitKey } from './rate-limit-key';
import { Term, callerLiteral, termsOf } from './request-condition';
import { RequestLimit, RequestRate } from './request-limit';
import { checkList, checkProps } from '../../model/given';
import { HttpMatch } from '../../model/http-match';
import { IMeshCaller } from '../../model/identity';
import { EVERY_REQUEST } from '../../model/match-atom';
import { describeValue } from '../../semantics/describe-value';
import { milliSecondsOf } from '../../semantics/duration';
import { isDnsLabel } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { escapeRegex } from '../../semantics/string-condition';

/** A rate whose figures are what Envoy takes. */
export interface CheckedRate {
  readonly requests: number;
  readonly seconds: number;
  readonly burst: number;
  readonly burstGiven: boolean;
  readonly keys: readonly RateLimitKey[];
}

export interface CheckedLimit extends CheckedRate {
  readonly name: string;
  /** Any of these. */
  readonly terms: readonly Term[];
}

/** The name of the general limit in descriptors. */
export const OTHERWISE = 'otherwise';
const MOST = 4_294_967_295;
const DAY = 86_400;
const MAX_KEYS = 3;

/**
 * @param final whether manifests are complete, so that the service accounts of callers are known
 * @throws with what is wrong, what is allowed, and the fix
 */
export function checkedLimit(limit: RequestLimit, index: number, final: boolean): CheckedLimit {
  checkProps(limit, 'limits: [{ requests: 100, window: Duration.seconds(1) }]');
  const { name = `limit-${index + 1}`, match, callers, callerNamespaces } = limit;
  if (typeof name !== 'string' || !isDnsLabel(name) || name === OTHERWISE) {
    throw new Error(`limit ${index + 1}: \`name\` is ${describeValue(name)}. Lower-case letters, digits and dashes are allowed, at most 63, but not "${OTHERWISE}".`);
  }
  return within(name, () => {
    if (match !== undefined && !(match instanceof HttpMatch)) {
      throw new Error(`\`match\` is ${describeValue(match)}. Say which requests are meant, for example HttpMatch.path(StringMatch.exact('/login')).`);
    }
    const patterns = [...callerPatterns(callers, final), ...namespacePatterns(callerNamespaces)];
    const own = patterns.length > 0 ? [callerLiteral(patterns)] : [];
    const terms = termsOf(match?._atoms ?? EVERY_REQUEST).map(({ headers, queries }) => ({ headers: [...headers, ...own], queries }));
    return { name, terms: terms.some(isEmpty) ? [{ headers: [], queries: [] }] : terms, ...checkedRate(limit) };
  });
}

export function checkedRate({ requests, window, burst, per }: RequestRate): CheckedRate {
  count('requests', requests, 'To refuse requests altogether, use an AuthorizationPolicy');
  const milliseconds = milliSecondsOf(window, '`window`');
  if (milliseconds % 1000 !== 0 || milliseconds > DAY * 1000) {
    throw new Error(`\`window\` is ${milliseconds / 1000} s. Whole seconds from 1 s to 24 h are allowed: give for example ${
      milliseconds > DAY * 1000 ? 'Duration.hours(24)' : `${Math.max(1, Math.round((requests * 1000) / milliseconds))} requests in Duration.seconds(1)`}.`);
  }
  if (burst !== undefined) count('burst', burst, 'Leave it out for as many as `requests`');
  if (per !== undefined) checkKeys(per);
  return { requests, seconds: milliseconds / 1000, burst: burst ?? requests, burstGiven: burst !== undefined, keys: per ?? [] };
}

/** Says which limit is meant. */
export function within<T>(name: string, work: () => T): T {
  return located(`limit "${name}": `, work);
}

function count(field: string, value: number, fix: string): void {
  if (!Number.isInteger(value) || value < 1 || value > MOST) {
    throw new Error(`\`${field}\` is ${describeValue(value)}. Whole numbers from 1 to ${MOST} are allowed. ${fix}.`);
  }
}

function checkKeys(keys: readonly RateLimitKey[]): void {
  checkList('per', keys, '[RateLimitKey.clientIp()]');
  for (const key of keys) {
    if (!(key instanceof RateLimitKey)) throw new Error(`\`per\` holds ${describeValue(key)}. Give what is counted apart, for example RateLimitKey.header('x-api-key').`);
  }
  if (keys.length > MAX_KEYS) throw new Error(`\`per\` has ${keys.length} keys. At most ${MAX_KEYS} are allowed. Count by fewer, or give another limit for the rest.`);
  const twice = keys.find((key, index) => keys.findIndex((other) => other._key === key._key) !== index);
  if (twice) throw new Error(`\`per\` has ${twice._title} twice. Leave one out.`);
}

/** A service account of this mesh in whatever trust domain, as Istio does for `serviceAccounts`; a foreign one as a whole. */
function callerPatterns(callers: readonly IMeshCaller[] | undefined, final: boolean): string[] {
  if (callers === undefined) return [];
  checkList('callers', callers, '[frontend]');
  if (callers.length === 0) throw new Error('`callers` is empty, so nobody would be limited. Name at least one, or leave it out.');
  return callers.flatMap((caller) => {
    if (typeof caller?.callerIdentities !== 'function') {
      throw new Error(`\`callers\` holds ${describeValue(caller)}, which has no identities. Give a MeshService or a MeshWorkload.`);
    }
    if (!final) return [caller.callerName];
    return caller.callerIdentities().map(({ foreignPrincipal, namespace, name }) =>
      (foreignPrincipal === undefined ? `${ANY_DOMAIN}/ns/${namespace}/sa/${escapeRegex(name)}` : escapeRegex(foreignPrincipal)));
  });
}

function namespacePatterns(namespaces: readonly string[] | undefined): string[] {
  if (namespaces === undefined) return [];
  checkList('callerNamespaces', namespaces, "['shop']");
  if (namespaces.length === 0) throw new Error('`callerNamespaces` is empty, so nobody would be limited. Name at least one, or leave it out.');
  return namespaces.map((namespace) => {
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`\`callerNamespaces\` holds ${describeValue(namespace)}. Lower-case letters, digits and dashes are allowed, at most 63.`);
    return `${ANY_DOMAIN}/ns/${namespace}/sa/[^/,;]+`;
  });
}

const ANY_DOMAIN = '[^/,;]+';
