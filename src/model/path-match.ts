import { describeValue } from '../semantics/describe-value';

const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/**
 * Which paths of a request an authorization rule is about. Case-sensitive, without the query
 * string, after Istio has normalised the path.
 *
 * `/admin` is neither `/admin/` nor `/admin;x`: to mean a path and everything below it, use
 * `PathMatch.segment('/admin')`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
 */
export class PathMatch {
  /** Exactly this path, for example `/healthz`. */
  public static exact(path: string): PathMatch {
    checkPath('exact', path);
    refuse('exact', path, /\*/, '"*" would make it a prefix or a suffix', 'Use PathMatch.prefix or PathMatch.suffix.');
    return new PathMatch([path]);
  }

  /**
   * Every path that starts with this text, for example `/reviews/` (written as `/reviews/*`). It is a prefix of
   * characters, not of segments: `/api` also covers `/apiary`.
   */
  public static prefix(prefix: string): PathMatch {
    checkPath('prefix', prefix);
    refuse('prefix', prefix, /\*/, '"*" is added at the end and stands nowhere else', 'Leave it out, or use PathMatch.template with {*} or {**}.');
    return new PathMatch([`${prefix}*`]);
  }

  /** Every path that ends with this text, for example `.css` (written as `*.css`). */
  public static suffix(suffix: string): PathMatch {
    checkString('suffix', suffix);
    if (suffix === '') throw new Error('PathMatch.suffix: the suffix is empty, so every path would be meant. Give its text, for example ".css".');
    checkText('suffix', suffix);
    refuse('suffix', suffix, /\*/, '"*" is added at the start and stands nowhere else', 'Leave it out, or use PathMatch.template with {*} or {**}.');
    return new PathMatch([`*${suffix}`]);
  }

  /** This path and everything below it: `/api` and `/api/…`, but not `/apiary`. */
  public static segment(path: string): PathMatch {
    checkPath('segment', path);
    refuse('segment', path, /\*/, '"*" is added where it is needed', 'Leave it out.');
    const trimmed = path.replace(/\/+$/, '');
    return trimmed === '' ? new PathMatch(['/*']) : new PathMatch([trimmed, `${trimmed}/*`]);
  }

  /**
   * A path with operators for whole segments: `{*}` is exactly one segment, `{**}` any number of
   * them and the last operator. For example `/users/{*}/orders` or `/files/{**}`.
   */
  public static template(template: string): PathMatch {
    checkString('template', template);
    if (!template.startsWith('/')) throw new Error(missingSlash('template', template));
    checkCharacters('template', template);
    const segments = template.replace(/^\//, '').replace(/\/$/, '').split('/');
    if (!segments.some(isOperator)) {
      throw new Error(`PathMatch.template: "${template}" has neither {*} nor {**} as a whole segment. Use PathMatch.exact, or write for example "/users/{*}".`);
    }
    const rest = segments.findIndex((segment) => segment === '{**}');
    if (rest >= 0 && segments.slice(rest + 1).some(isOperator)) {
      throw new Error(`PathMatch.template: in "${template}" an operator follows {**}, which must be the last one. Use {*} before it.`);
    }
    const wrong = segments.find((segment) => !isOperator(segment) && !LITERAL.test(segment));
    if (wrong !== undefined) {
      throw new Error(`PathMatch.template: the segment "${wrong}" of "${template}" is not a literal. An operator is a whole segment, {*} or {**}; other segments are letters, digits and -._~%!$&'()+,;:@=.`);
    }
    checkDots('template', template);
    return new PathMatch([template]);
  }

  private constructor(private readonly values: readonly string[]) {}

  /** How an AuthorizationPolicy says it; any of these. @internal */
  public get _values(): readonly string[] {
    return this.values;
  }
}

function isOperator(segment: string): boolean {
  return segment === '{*}' || segment === '{**}';
}

function checkString(factory: string, text: unknown): void {
  if (typeof text !== 'string') throw new Error(`PathMatch.${factory}: ${describeValue(text)} is not a text. Write for example PathMatch.${factory}('${factory === 'template' ? '/users/{*}' : '/reviews'}').`);
}

function checkPath(factory: string, path: string): void {
  checkString(factory, path);
  if (!path.startsWith('/')) throw new Error(missingSlash(factory, path));
  checkText(factory, path);
  checkDots(factory, path);
}

function missingSlash(factory: string, path: string): string {
  return `PathMatch.${factory}: "${path}" never matches, as every path starts with a slash. Write "/${path.replace(/^\*+/, '')}".`;
}

function checkText(factory: string, text: string): void {
  checkCharacters(factory, text);
  refuse(factory, text, /[{}]/, 'Istio rejects "{" and "}" outside of a template', 'Use PathMatch.template, where {*} is one segment and {**} any number.');
}

function checkCharacters(factory: string, text: string): void {
  refuse(factory, text, /[?#]/, 'policies see the path without the query string and the fragment', 'Leave out everything from "?" or "#" on.');
  refuse(factory, text, /[^\x21-\x7e]|\\/, 'no normalised path contains blanks, backslashes or characters beyond ASCII',
    'Write them percent-encoded, as %20 for a blank, and "/" for a backslash.');
}

/** Istio resolves these before a policy sees the path, so a rule with one never matches. */
function checkDots(factory: string, path: string): void {
  refuse(factory, path, /\/\.{1,2}(\/|$)/, '"/./" and "/../" are resolved before policies see the path, so this never matches', 'Write the resolved path.');
}

function refuse(factory: string, text: string, pattern: RegExp, why: string, fix: string): void {
  if (pattern.test(text)) throw new Error(`PathMatch.${factory}: in "${text}", ${why}. ${fix}`);
}
