import { PathChange, RouteRewrite } from '../model/route-rewrite';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';
import { re2Problem } from '../semantics/re2';
import { regexLengthProblem } from '../semantics/regex-length';

/**
 * How the path or the Host header of a request is changed before it is sent on. The query string stays as it is.
 *
 * Combine a change of the path with one of the host by `withAuthority`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
 */
export class PathRewrite {
  /**
   * The path that the route matches is replaced by this one, what follows stays: with `/v2`, a route for
   * `HttpMatch.pathSegments('/api')` sends `/api` as `/v2` and `/api/x` as `/v2/x`. With `/` the matched path is taken
   * away. Slashes are never doubled or lost, whatever stands at the end of either.
   */
  public static prefix(path: string): PathRewrite {
    checkPath('prefix', path);
    return new PathRewrite({ kind: 'prefix', to: path });
  }

  /** The whole path is replaced by this one. */
  public static path(path: string): PathRewrite {
    checkPath('path', path);
    return new PathRewrite({ kind: 'path', to: path });
  }

  /**
   * Every part of the path that the expression finds (RE2) is replaced. In the replacement `\1` is what the first group
   * found, `\0` all of it, and `\\` a backslash.
   */
  public static regex(pattern: string, substitution: string): PathRewrite {
    if (typeof pattern !== 'string' || typeof substitution !== 'string') {
      throw new Error(`PathRewrite.regex: given are ${describeValue(pattern)} and ${describeValue(substitution)}. Give two strings, for example ('^/users/([^/]+)/', '/u/\\\\1/').`);
    }
    if (pattern === '' || substitution === '') throw new Error('PathRewrite.regex: Istio takes neither an empty expression nor an empty replacement. Let the expression find more, and keep that by \\1.');
    const problem = re2Problem(pattern);
    if (problem) throw new Error(`PathRewrite.regex: "${pattern}" is not a regular expression of RE2: ${problem}.`);
    const tooLong = regexLengthProblem(pattern);
    if (tooLong) throw new Error(`PathRewrite.regex: ${tooLong}. Shorten it.`);
    checkSubstitution(pattern, substitution);
    return new PathRewrite({ kind: 'regex', match: pattern, rewrite: substitution });
  }

  /** The Host header is replaced, the path stays. */
  public static authority(host: string): PathRewrite {
    return new PathRewrite(undefined, checkAuthority(host));
  }

  private constructor(private readonly path?: PathChange | { readonly kind: 'prefix'; readonly to: string }, private readonly host?: string) {}

  /** This, and the Host header replaced. */
  public withAuthority(host: string): PathRewrite {
    return new PathRewrite(this.path, checkAuthority(host));
  }

  /** Whether the Host header is replaced. @internal */
  public get _setsAuthority(): boolean {
    return this.host !== undefined;
  }

  /** Whether it is about the path that a route matches. @internal */
  public get _isPrefix(): boolean {
    return this.path?.kind === 'prefix';
  }

  /** For a route that matches this path or prefix. @internal */
  public _of(matched: string): RouteRewrite {
    return { path: this.path?.kind === 'prefix' ? { ...this.path, of: matched } : this.path, authority: this.host };
  }
}

function checkPath(factory: string, path: unknown): void {
  if (typeof path !== 'string' || !path.startsWith('/')) throw new Error(`PathRewrite.${factory}: ${describeValue(path)} is not a path. It starts with a slash, for example /v2.`);
  if (/[?#\s]/.test(path)) throw new Error(`PathRewrite.${factory}: "${path}" holds more than a path: no query, fragment or blank. A blank is written %20; the query of the request stays.`);
}

function checkAuthority(host: unknown): string {
  const [name, port, ...rest] = typeof host === 'string' ? host.split(':') : [''];
  if (!isDnsName(name) || rest.length > 0 || (port !== undefined && !/^[1-9]\d{0,4}$/.test(port))) {
    throw new Error(`PathRewrite.authority: ${describeValue(host)} is not a host. Give a DNS name, perhaps with a port, for example api.example.com.`);
  }
  return host as string;
}

/** A group that is not there makes the proxy refuse all routes of the listener. */
function checkSubstitution(pattern: string, substitution: string): void {
  const groups = [...pattern.replace(/\\./g, '').replace(/\[\^?\]?[^\]]*\]/g, '').matchAll(/\((?!\?)|\(\?P?</g)].length;
  for (const [found, digit] of substitution.matchAll(/\\(\d)?\\?/g)) {
    if (digit === undefined && found !== '\\\\') {
      throw new Error(`PathRewrite.regex: in the replacement "${substitution}" a backslash stands alone. Write \\\\ for a backslash, or \\1 for a group.`);
    }
    if (Number(digit ?? 0) > groups) {
      throw new Error(`PathRewrite.regex: the replacement "${substitution}" names group ${digit}, but "${pattern}" has ${groups}.`);
    }
  }
}
