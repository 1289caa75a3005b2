import { Construct } from 'constructs';
import { CorsPolicy, renderCors } from './cors-policy';
import { HeaderOperations, renderHeaders, setsAuthority } from './header-operations';
import { PathRewrite } from './path-rewrite';
import { RequestTimeout } from './request-timeout';
import { Retries } from './retries';
import { EVERY_REQUEST, MatchAtom, MatchAtoms, intersect } from '../model/match-atom';
import { RouteAspect, RouteLayer, RouteValue } from '../model/route-layers';
import { describeValue } from '../semantics/describe-value';

/** What may be said of a route, wherever it leads. */
export interface RoutePolicy {
  /**
   * How the path or the host is changed before the request is sent on.
   *
   * @default - what others say of the same requests; unchanged
   */
  readonly rewrite?: PathRewrite;
  /**
   * What is done to the request's headers. With `responseHeaders` it is one setting: no other route's header
   * operations hold for these requests.
   *
   * @default - what others say of the same requests; nothing
   */
  readonly requestHeaders?: HeaderOperations;
  /**
   * What is done to the response's headers.
   *
   * @default - what others say of the same requests; nothing
   */
  readonly responseHeaders?: HeaderOperations;
  /**
   * Which pages of other origins may call.
   *
   * @default - what others say of the same requests; it is left to the application
   */
  readonly cors?: CorsPolicy;
  /**
   * How long a request may take.
   *
   * @default - what others say of the same requests, such as a `ResilientService`
   */
  readonly timeout?: RequestTimeout;
  /**
   * What is repeated.
   *
   * @default - what others say of the same requests, such as a `ResilientService`
   */
  readonly retries?: Retries;
  /**
   * Routes of a higher number are tried before those of a lower one, however specific these are.
   *
   * @default 0
   */
  readonly priority?: number;
}

/** The layers that a construct adds for one of its routes. Throws, without a path, what cannot be. */
export function policyLayers(owner: Construct, match: MatchAtoms, policy: RoutePolicy): RouteLayer[] {
  const { rewrite, requestHeaders, responseHeaders, cors, timeout, retries, priority } = policy;
  checkPriority(priority);
  const layer = (aspect: RouteAspect, value: RouteValue, atoms = match): RouteLayer => ({ owner, aspect, match: atoms, priority, value });
  const headers = renderHeaders(requestHeaders, responseHeaders);
  if (setsAuthority(requestHeaders) && rewrite?._setsAuthority) throw new Error('the Host header is set by `requestHeaders` and by `rewrite`. Keep one.');
  return [
    ...rewrite === undefined ? [] : rewrites(match, rewrite).map(({ atoms, value }) => layer('rewrite', value, atoms)),
    ...headers ? [layer('headers', { headers })] : [],
    ...cors === undefined ? [] : [layer('cors', { corsPolicy: renderCors(cors) })],
    ...timeoutAndRetries(owner, match, timeout, retries).map((each) => ({ ...each, priority })),
  ];
}

/** A timeout and what is repeated, for requests that match. */
function timeoutAndRetries(owner: Construct, match: MatchAtoms, timeout?: RequestTimeout, retries?: Retries): RouteLayer[] {
  if (timeout !== undefined && !(timeout instanceof RequestTimeout)) throw new Error(`\`timeout\` is ${describeValue(timeout)}. Say RequestTimeout.after(Duration.seconds(5)) or RequestTimeout.none().`);
  if (retries !== undefined && !(retries instanceof Retries)) throw new Error(`\`retries\` is ${describeValue(retries)}. Say Retries.upTo(2), or Retries.none().`);
  if (timeout) retries?._checkAgainst(timeout);
  return [
    ...timeout ? [{ owner, aspect: 'timeout' as const, match, value: { timeout: timeout._text } }] : [],
    ...retries ? retryLayers(owner, match, retries) : [],
  ];
}

/** What is repeated of the requests that match; the others of them are left to the mesh. */
export function retryLayers(owner: Construct, match: MatchAtoms, retries: Retries): RouteLayer[] {
  if (matchesNothing(match, retries._requests)) {
    throw new Error(
      'the retries of a route would repeat nothing: none of the requests that it matches is one that they repeat. '
      + 'Name the methods that are safe to repeat there, for example Retries.upTo(2, { methods: [\'POST\'] }), or take the retries out.');
  }
  const repeated: RouteLayer = { owner, aspect: 'retries', match, within: retries._requests, value: { retries: retries._spec } };
  if (match === EVERY_REQUEST || retries._requests === EVERY_REQUEST) return [repeated];
  // What this route does not repeat is not repeated by the service's general rule either.
  return [repeated, { owner, aspect: 'retries', match, value: { retries: undefined } }];
}

export function matchesNothing(a: MatchAtoms, b: MatchAtoms): boolean {
  try {
    return intersect(a, b).length === 0;
  } catch {
    return false; // what Istio cannot say is the layers' to refuse
  }
}

/** A prefix is rewritten by what the alternative matches, so each has its own. */
function rewrites(match: MatchAtoms, rewrite: PathRewrite): { atoms: MatchAtoms; value: RouteValue }[] {
  if (!(rewrite instanceof PathRewrite)) throw new Error(`\`rewrite\` is ${describeValue(rewrite)}. Say for example PathRewrite.prefix('/v2').`);
  if (!rewrite._isPrefix) return [{ atoms: match, value: { rewrite: rewrite._of('/') } }];
  const byPath = new Map<string, MatchAtom[]>();
  for (const atom of match) {
    if (atom.uri?.kind === 'regex') {
      throw new Error(`PathRewrite.prefix cannot tell which part of the path the regular expression "${atom.uri.value}" takes for the prefix. Use PathRewrite.regex or PathRewrite.path.`);
    }
    const path = atom.uri?.value ?? '/';
    byPath.set(path, [...byPath.get(path) ?? [], atom]);
  }
  return [...byPath].map(([path, atoms]) => ({ atoms: match === EVERY_REQUEST ? match : atoms, value: { rewrite: rewrite._of(path) } }));
}

export function checkPriority(priority: unknown): void {
  if (priority !== undefined && !Number.isInteger(priority)) throw new Error(`\`priority\` is ${describeValue(priority)}. Give a whole number; 0 is what routes have that are given none.`);
}

/** Envoy calls each answer of its own plain text: a body of another type says so. */
export function withContentType<T extends RoutePolicy>(policy: T, type: string | undefined): T {
  if (type === undefined) return policy;
  const { set, ...operations } = policy.responseHeaders ?? {};
  const named = Object.keys(set ?? {}).some((header) => header.toLowerCase() === 'content-type');
  return named ? policy : { ...policy, responseHeaders: { ...operations, set: { ...set, 'content-type': type } } };
}
