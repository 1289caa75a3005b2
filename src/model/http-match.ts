import { CannotCombine, EVERY_REQUEST, MatchAtoms, TooManyAlternatives, complement, intersect } from './match-atom';
import { StringMatch } from './string-match';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';
import { regexLengthProblem } from '../semantics/regex-length';
import { StringCondition, escapeRegex } from '../semantics/string-condition';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Which HTTP requests are meant. Conditions are ANDed by `allOf` and `and`, ORed by `anyOf`, turned into their opposite
 * by `noneOf` and `butNot`.
 *
 * Where several matches fit one request, the most specific decides, whatever the order they were
 * written in: an exact path before a regex, a regex before a prefix, a longer path before a
 * shorter, any path before none; then more conditions before fewer, exact values before prefixes.
 * An exception counts as one condition.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export class HttpMatch {
  /** Every request. */
  public static any(): HttpMatch {
    return new HttpMatch(EVERY_REQUEST);
  }

  /** By path, without the query string. Case-sensitive. The prefix `/` is every request. */
  public static path(path: StringMatch): HttpMatch {
    const { kind, value } = conditionOf('path', path);
    if (kind === 'present' || isEveryPath(path)) return HttpMatch.any();
    if (kind !== 'regex' && !value.startsWith('/')) {
      throw new Error(`HttpMatch.path: "${value}" never matches, as every path starts with a slash. Write "/${value}".`);
    }
    if (kind !== 'regex') refuseUnmatchable(value);
    return new HttpMatch([{ uri: path._condition }]);
  }

  /**
   * By whole segments of the path, which Istio's prefix does not know: `/api` is `/api` and all below `/api/`, but
   * not `/apiary`. The path `/` is every request.
   */
  public static pathSegments(path: string): HttpMatch {
    if (typeof path !== 'string' || !path.startsWith('/')) throw new Error(`HttpMatch.pathSegments: ${describeValue(path)} is not a path. It starts with a slash, for example /api.`);
    if (path === '/') return HttpMatch.any();
    if (path.endsWith('/')) throw new Error(`HttpMatch.pathSegments: "${path}" ends with a slash. Write "${path.replace(/\/+$/, '') || '/'}", which includes all below it.`);
    return HttpMatch.anyOf(HttpMatch.path(StringMatch.exact(path)), HttpMatch.path(StringMatch.prefix(`${path}/`)));
  }

  /** By a request header. The name's case does not matter, the value's does. */
  public static header(name: string, value: StringMatch): HttpMatch {
    checkToken('header', name);
    return new HttpMatch([{ headers: { [name.toLowerCase()]: conditionOf('header', value) } }]);
  }

  /** By one cookie of the `Cookie` header, whatever other cookies stand beside it. */
  public static cookie(name: string, value: StringMatch): HttpMatch {
    checkToken('cookie', name);
    const { kind, value: text } = conditionOf('cookie', value);
    const expression = { exact: escapeRegex(text), prefix: `${escapeRegex(text)}[^;]*`, regex: `(?:${text})`, present: '[^;]*' }[kind];
    const regex = `(.*;\\s*)?${escapeRegex(name)}=${expression}(;.*)?`;
    const tooLong = regexLengthProblem(regex);
    if (tooLong) throw new Error(`HttpMatch.cookie: a cookie is matched by an expression, and ${tooLong}. Give a shorter name or value.`);
    return new HttpMatch([{ headers: { cookie: { kind: 'regex', value: regex } } }]);
  }

  /** By a query parameter, decoded as it stands in the URL. */
  public static queryParameter(name: string, value: StringMatch): HttpMatch {
    if (typeof name !== 'string' || name === '') throw new Error(`HttpMatch.queryParameter: the name is ${describeValue(name)}. Give the parameter's name.`);
    const condition = conditionOf('queryParameter', value);
    if (condition.kind === 'prefix') {
      throw new Error(`HttpMatch.queryParameter: prefix "${condition.value}" on a query parameter is outside of what Istio documents (exact and regex). Use StringMatch.regex("${escapeRegex(condition.value)}.*").`);
    }
    return new HttpMatch([{ queryParams: { [name]: condition } }]);
  }

  /**
   * By a claim of the token, at a gateway: its text, or one of the texts of its list, or of `scope` and `permission` one of
   * the words. Numbers and booleans match nothing. A request without a token has no claims, so it is among those that
   * `noneOf` leaves.
   *
   * Claims are there where the gateway's pods verify tokens: `JwtAuthentication` with `PolicyScope.workload(gatewayPods)`,
   * and `tokenOptional: true` where requests without a token have routes of their own. On the mesh it is an error.
   *
   * @param path the claim's name; for one inside another, each name: `['group', 'id']`
   * @see https://istio.io/latest/docs/tasks/security/authentication/jwt-route/
   */
  public static claim(path: string[], value: StringMatch): HttpMatch {
    if (!Array.isArray(path) || path.length === 0) throw new Error(`HttpMatch.claim: the path is ${describeValue(path)}. Give the claim's name in a list, for example ['role'].`);
    const wrong = path.findIndex((name) => typeof name !== 'string' || name === '' || /[[\]]/.test(name));
    if (wrong >= 0) throw new Error(`HttpMatch.claim: ${describeValue(path[wrong])} is not the name of a claim that Istio can route by: a text without [ and ], for example "role".`);
    return new HttpMatch([{ claims: { [`@request.auth.claims${path.map((name) => `[${name}]`).join('')}`]: conditionOf('claim', value) } }]);
  }

  /** By any of these methods, in capitals. HEAD is not part of GET. */
  public static methods(...methods: string[]): HttpMatch {
    return new HttpMatch([{ methods: checkMethods(methods) }]);
  }

  /**
   * By the Host header, as the client sends it: with the port where it names one, so that `shop.example.com` is not
   * `shop.example.com:8080`.
   */
  public static authority(authority: StringMatch): HttpMatch {
    const condition = conditionOf('authority', authority);
    if (condition.kind === 'present') return HttpMatch.any();
    if (condition.kind !== 'regex' && /[/\s]/.test(condition.value)) {
      throw new Error(`HttpMatch.authority: "${condition.value}" never matches: a host has no scheme, path or blank. Write for example shop.example.com.`);
    }
    return new HttpMatch([{ authority: condition }]);
  }

  /** By the scheme of the request: `http` or `https`. Behind a sidecar that is the one that the application used. */
  public static scheme(scheme: string): HttpMatch {
    if (scheme !== 'http' && scheme !== 'https') throw new Error(`HttpMatch.scheme: ${describeValue(scheme)} is not a scheme of HTTP. Write http or https.`);
    return new HttpMatch([{ scheme: { kind: 'exact', value: scheme } }]);
  }

  /** By the Service's port that was called. */
  public static port(port: number): HttpMatch {
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`HttpMatch.port: ${describeValue(port)} is not a port. It is a whole number from 1 to 65535.`);
    return new HttpMatch([{ port }]);
  }

  /** By labels of the calling pod, all of them. At a gateway, the caller is the gateway itself. */
  public static sourceLabels(labels: { readonly [label: string]: string }): HttpMatch {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels) || Object.keys(labels).length === 0) {
      throw new Error(`HttpMatch.sourceLabels: the labels are ${describeValue(labels)}. Say which pods call, for example { app: 'web' }.`);
    }
    for (const [key, value] of Object.entries(labels)) {
      if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) {
        throw new Error(`HttpMatch.sourceLabels: no pod has the label ${key}=${describeValue(value)}. Keys and values are at most 63 letters, digits, dashes, dots and underscores.`);
      }
    }
    return new HttpMatch([{ sourceLabels: { ...labels } }]);
  }

  /** By the namespace of the calling pod. */
  public static sourceNamespace(namespace: string): HttpMatch {
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
      throw new Error(`HttpMatch.sourceNamespace: ${describeValue(namespace)} is not a namespace: lower-case letters, digits and dashes, at most 63.`);
    }
    return new HttpMatch([{ sourceNamespace: namespace }]);
  }

  /**
   * By the gateway that the request came through, as `NAMESPACE/NAME`; for `GatewayRoutes` of several gateways. It goes
   * with neither `sourceLabels` nor `sourceNamespace`, as Istio then looks at the gateway alone.
   */
  public static gateway(gateway: string): HttpMatch {
    const [namespace, name, ...rest] = typeof gateway === 'string' ? gateway.split('/') : [''];
    if (name === undefined || rest.length > 0 || !isDnsLabel(namespace) || !isDnsLabel(name)) {
      throw new Error(`HttpMatch.gateway: ${describeValue(gateway)} does not name a Gateway. Write NAMESPACE/NAME, for example istio-ingress/public.`);
    }
    return new HttpMatch([{ gateways: [gateway] }]);
  }

  /** Requests that satisfy every one of these. */
  public static allOf(...matches: HttpMatch[]): HttpMatch {
    return matches.reduce((all, match) => all.and(matchOf('allOf', match)), HttpMatch.any());
  }

  /** Requests that satisfy at least one of these. */
  public static anyOf(...matches: HttpMatch[]): HttpMatch {
    if (matches.length === 0) throw new Error('HttpMatch.anyOf: no alternatives given, so nothing would match. Give at least one.');
    return new HttpMatch(matches.flatMap((match) => matchOf('anyOf', match)._atoms));
  }

  /**
   * Requests that satisfy none of these. One header is said in Istio's own words (`withoutHeaders`); for everything
   * else, a rule for what is excepted is written before.
   */
  public static noneOf(...matches: HttpMatch[]): HttpMatch {
    if (matches.length === 0) throw new Error('HttpMatch.noneOf: nothing is given to leave out. Give at least one.');
    return new HttpMatch(intersectOf(() => complement(HttpMatch.anyOf(...matches.map((match) => matchOf('noneOf', match)))._atoms)));
  }

  private constructor(
    /** @internal */
    public readonly _atoms: MatchAtoms,
  ) {}

  /** Requests that satisfy this and the other. */
  public and(other: HttpMatch): HttpMatch {
    return new HttpMatch(intersectOf(() => intersect(this._atoms, matchOf('and', other)._atoms)));
  }

  /** Requests that satisfy this, but not the other. */
  public butNot(other: HttpMatch): HttpMatch {
    return new HttpMatch(intersectOf(() => intersect(this._atoms, complement(matchOf('butNot', other)._atoms))));
  }
}

function intersectOf(combine: () => MatchAtoms): MatchAtoms {
  let atoms: MatchAtoms;
  try {
    atoms = combine();
  } catch (error) {
    if (error instanceof TooManyAlternatives) throw new Error(`HttpMatch: ${error.message}. Say without exceptions what is meant, or leave out fewer.`);
    if (!(error instanceof CannotCombine)) throw error;
    throw new Error(`HttpMatch: ${error.message}. ${error.message.includes('gateway') ? 'Take one of them out' : 'Say it as one regex'}.`);
  }
  if (atoms.length === 0) throw new Error('HttpMatch: the conditions exclude each other, so nothing would match.');
  return atoms;
}

/** Every path starts with a slash: such a condition is none, and must not count as one in the order of rules. */
function isEveryPath(path: StringMatch): boolean {
  const { kind, value } = path._condition;
  return (kind === 'prefix' && value === '/') || (kind === 'regex' && ['/.*', '.*', '^/.*', '^/.*$'].includes(value));
}

/** Paths are matched without their query, after `.` and `..` are resolved. */
function refuseUnmatchable(path: string): void {
  const wrong = [
    { pattern: /[?#]/, why: 'a path is matched without its query', fix: 'Use HttpMatch.queryParameter for the part behind "?".' },
    { pattern: /\s/, why: 'a path holds no blanks', fix: 'Write %20.' },
    { pattern: /\*$/, why: '"*" stands for itself in a path', fix: `Use StringMatch.prefix("${path.replace(/\*+$/, '')}").` },
    { pattern: /\/\.{1,2}(\/|$)/, why: '"/./" and "/../" are resolved before', fix: 'Write the resolved path.' },
  ].find(({ pattern }) => pattern.test(path));
  if (wrong) throw new Error(`HttpMatch.path: "${path}" never matches: ${wrong.why}. ${wrong.fix}`);
}

function conditionOf(factory: string, match: StringMatch): StringCondition {
  if (!(match instanceof StringMatch)) throw new Error(`HttpMatch.${factory}: the value is ${describeValue(match)}. Say how it is compared, for example StringMatch.exact("true").`);
  return match._condition;
}

function matchOf(factory: string, match: HttpMatch): HttpMatch {
  if (!(match instanceof HttpMatch)) throw new Error(`HttpMatch.${factory}: one of them is ${describeValue(match)}. Give HttpMatches, one argument each.`);
  return match;
}

function checkToken(what: string, name: string): void {
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new Error(`HttpMatch.${what}: ${describeValue(name)} is not a ${what} name. Letters, digits and !#$%&'*+-.^_\`|~ are allowed.`);
  }
}

/** HTTP methods as they stand in a request; throws for what no client sends. */
export function checkMethods(methods: readonly string[]): string[] {
  if (!Array.isArray(methods)) throw new Error(`The HTTP methods are ${describeValue(methods)}. Give a list, for example ['GET'].`);
  if (methods.length === 0) throw new Error('No HTTP methods given. Name at least one, for example GET.');
  for (const method of methods) {
    if (typeof method !== 'string' || !/^[A-Z][A-Z-]*$/.test(method)) {
      throw new Error(`${describeValue(method)} is not an HTTP method. Methods are case-sensitive: write for example GET.`);
    }
  }
  return [...new Set(methods)];
}
