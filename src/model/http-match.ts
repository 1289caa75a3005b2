import { CannotCombine, EVERY_REQUEST, MatchAtoms, intersect } from './match-atom';
import { StringMatch } from './string-match';
import { describeValue } from '../semantics/describe-value';
import { StringCondition, escapeRegex } from '../semantics/string-condition';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Which HTTP requests are meant. Conditions are ANDed by `allOf` and `and`, ORed by `anyOf`.
 *
 * Where several matches fit one request, the most specific decides, whatever the order they were
 * written in: an exact path before a regex, a regex before a prefix, a longer path before a
 * shorter, any path before none; then more conditions before fewer, exact values before prefixes.
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
    return new HttpMatch([{ headers: { cookie: { kind: 'regex', value: `(.*;\\s*)?${escapeRegex(name)}=${expression}(;.*)?` } } }]);
  }

  /** By a query parameter, decoded as it stands in the URL. */
  public static queryParameter(name: string, value: StringMatch): HttpMatch {
    if (name === '') throw new Error('HttpMatch.queryParameter: the name is empty.');
    const condition = conditionOf('queryParameter', value);
    if (condition.kind === 'prefix') {
      throw new Error(`HttpMatch.queryParameter: prefix "${condition.value}" on a query parameter is outside of what Istio documents (exact and regex). Use StringMatch.regex("${escapeRegex(condition.value)}.*").`);
    }
    return new HttpMatch([{ queryParams: { [name]: condition } }]);
  }

  /** By any of these methods, in capitals. HEAD is not part of GET. */
  public static methods(...methods: string[]): HttpMatch {
    return new HttpMatch([{ methods: checkMethods(methods) }]);
  }

  /** By the Service's port that was called. */
  public static port(port: number): HttpMatch {
    return new HttpMatch([{ port }]);
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

  private constructor(
    /** @internal */
    public readonly _atoms: MatchAtoms,
  ) {}

  /** Requests that satisfy this and the other. */
  public and(other: HttpMatch): HttpMatch {
    let atoms: MatchAtoms;
    try {
      atoms = intersect(this._atoms, other._atoms);
    } catch (error) {
      if (error instanceof CannotCombine) throw new Error(`HttpMatch: ${error.message}. Say it as one regex.`);
      throw error;
    }
    if (atoms.length === 0) throw new Error('HttpMatch: the two conditions exclude each other, so nothing would match.');
    return new HttpMatch(atoms);
  }
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
  if (!TOKEN.test(name)) {
    throw new Error(`HttpMatch.${what}: "${name}" is not a ${what} name. Letters, digits and !#$%&'*+-.^_\`|~ are allowed.`);
  }
}

/** HTTP methods as they stand in a request; throws for what no client sends. */
export function checkMethods(methods: readonly string[]): string[] {
  if (!Array.isArray(methods)) throw new Error(`The HTTP methods are ${describeValue(methods)}. Give a list, for example ['GET'].`);
  if (methods.length === 0) throw new Error('No HTTP methods given. Name at least one, for example GET.');
  for (const method of methods) {
    if (!/^[A-Z][A-Z-]*$/.test(method)) {
      throw new Error(`"${method}" is not an HTTP method. Methods are case-sensitive: write for example GET.`);
    }
  }
  return [...new Set(methods)];
}
