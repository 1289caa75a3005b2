import { Duration } from 'cdk8s';
import type { VirtualServiceSpecHttpCorsPolicy } from '../imports/networking.istio.io';
import { renderCondition } from '../model/http-routes';
import type { Spec } from '../model/istio-object';
import { StringMatch } from '../model/string-match';
import { describeValue } from '../semantics/describe-value';
import { istioDuration, milliSecondsOf } from '../semantics/duration';
import { corsHeaderNameProblem } from '../semantics/http-header';

/** What becomes of a preflight request of an origin that is not allowed. */
export enum UnmatchedPreflights {
  /** It is sent on to the application. */
  FORWARD = 'FORWARD',
  /** The proxy answers it, without the headers that would allow the request. */
  IGNORE = 'IGNORE',
}

/**
 * Which pages of other origins may call. It is the browser that holds to it: a policy keeps no client
 * out that is no browser.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy
 */
export interface CorsPolicy {
  /** The origins, as browsers send them: scheme, host and, where it is not the scheme's own, port, without a slash at the end. */
  readonly allowOrigins: StringMatch[];
  /**
   * The methods that a page may use: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT.
   *
   * @default - those that browsers allow without asking: GET, HEAD and POST
   */
  readonly allowMethods?: string[];
  /**
   * The request headers that a page may set.
   *
   * @default - those that browsers allow without asking
   */
  readonly allowHeaders?: string[];
  /**
   * The response headers that a page may read.
   *
   * @default - those that browsers show without asking
   */
  readonly exposeHeaders?: string[];
  /**
   * How long a browser may remember the answer to a preflight request. Whole seconds.
   *
   * @default - the browser's own, mostly 5 seconds
   */
  readonly maxAge?: Duration;
  /**
   * Whether a page may send cookies and other credentials along.
   *
   * @default false
   */
  readonly allowCredentials?: boolean;
  /**
   * What becomes of preflight requests of other origins.
   *
   * @default UnmatchedPreflights.FORWARD
   */
  readonly unmatchedPreflights?: UnmatchedPreflights;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'];

/** As Istio writes it. Throws what it refuses, and origins that no browser sends. */
export function renderCors(cors: CorsPolicy): Spec<VirtualServiceSpecHttpCorsPolicy> {
  if (typeof cors !== 'object' || cors === null) throw new Error(`\`cors\` is ${describeValue(cors)}. Say for example { allowOrigins: [StringMatch.exact('https://example.com')] }.`);
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials, unmatchedPreflights } = cors;
  checkOrigins(allowOrigins);
  for (const method of list('allowMethods', allowMethods) ?? []) {
    if (!METHODS.includes(method)) throw new Error(`cors.allowMethods: "${method}" is not a method that Istio knows; it knows ${METHODS.join(', ')}.`);
  }
  checkHeaders('allowHeaders', allowHeaders);
  checkHeaders('exposeHeaders', exposeHeaders);
  checkCredentials(cors);
  if (unmatchedPreflights !== undefined && !Object.values(UnmatchedPreflights).includes(unmatchedPreflights)) {
    throw new Error(`cors.unmatchedPreflights is ${describeValue(unmatchedPreflights)}. Say UnmatchedPreflights.FORWARD or UnmatchedPreflights.IGNORE.`);
  }
  return {
    allowOrigins: allowOrigins.map((origin) => renderCondition(origin._condition)),
    allowMethods,
    allowHeaders,
    exposeHeaders,
    maxAge: maxAge === undefined ? undefined : wholeSeconds(maxAge),
    allowCredentials,
    unmatchedPreflights,
  };
}

function checkOrigins(origins: unknown): asserts origins is StringMatch[] {
  if (!Array.isArray(origins)) throw new Error(`cors.allowOrigins is ${describeValue(origins)}. Give a list, for example [StringMatch.exact('https://example.com')].`);
  if (origins.length === 0) throw new Error('cors.allowOrigins is empty, so no page could call. Name an origin, or take `cors` out.');
  for (const origin of origins) {
    if (!(origin instanceof StringMatch)) throw new Error(`cors.allowOrigins holds ${describeValue(origin)}. Say how it is compared, for example StringMatch.exact('https://example.com').`);
    const { kind, value } = origin._condition;
    if (kind === 'present') throw new Error('cors.allowOrigins: StringMatch.present() is no origin. For every origin say StringMatch.regex(\'.*\').');
    if (kind === 'exact' && value !== '*' && value !== 'null' && !/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(value)) {
      throw new Error(`cors.allowOrigins: "${value}" is not an origin: scheme and host in small letters, without a path or a slash at the end, for example https://example.com.`);
    }
    if (kind === 'exact' && value.includes('*')) {
      throw new Error(`cors.allowOrigins: "*" in "${value}" stands for itself, which no browser sends. Say StringMatch.regex('${value === '*' ? '.*' : 'https://[^.]+\\\\.example\\\\.com'}').`);
    }
  }
}

function checkHeaders(field: string, names: unknown): void {
  for (const name of list(field, names) ?? []) {
    const problem = corsHeaderNameProblem(name);
    if (problem || (name.includes(',') && name !== '*')) throw new Error(`cors.${field}: the header name ${JSON.stringify(name)} ${problem ?? 'has a comma'}. Give one name an entry, for example 'x-request-id'.`);
  }
}

function list(field: string, values: unknown): string[] | undefined {
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.some((value) => typeof value !== 'string')) throw new Error(`cors.${field} is ${describeValue(values)}. Give a list of strings.`);
  return values;
}

/** With credentials, browsers take `*` for a name, not for all. */
function checkCredentials({ allowCredentials, allowMethods, allowHeaders, exposeHeaders }: CorsPolicy): void {
  if (allowCredentials !== undefined && typeof allowCredentials !== 'boolean') throw new Error(`cors.allowCredentials is ${describeValue(allowCredentials)}. Say true or false.`);
  const field = Object.entries({ allowMethods, allowHeaders, exposeHeaders }).find(([, names]) => names?.includes('*'))?.[0];
  if (allowCredentials && field) throw new Error(`cors.${field} is "*", which browsers take for a name and not for all where credentials are allowed. Name them one by one.`);
}

function wholeSeconds(maxAge: Duration): string {
  const milliseconds = milliSecondsOf(maxAge, 'cors.maxAge');
  if (milliseconds % 1000 !== 0) throw new Error(`cors.maxAge is ${milliseconds} ms; Istio accepts whole seconds.`);
  return istioDuration(maxAge, 'cors.maxAge');
}
