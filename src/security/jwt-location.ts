import { describeValue } from '../semantics/describe-value';
import { isHeaderName } from '../semantics/http-header';

/** How a RequestAuthentication says where tokens are. */
export interface LocationSpec {
  readonly fromHeaders?: { readonly name: string; readonly prefix?: string };
  readonly fromParams?: string;
  readonly fromCookies?: string;
}

/**
 * Where a request carries its token. Other places are then not looked at: a token there is none.
 */
export class JwtLocation {
  /** `Authorization: Bearer TOKEN`. */
  public static authorization(): JwtLocation {
    return new JwtLocation({ fromHeaders: { name: 'Authorization', prefix: 'Bearer ' } });
  }

  /**
   * A request header that holds nothing but the token.
   *
   * @param name for example `x-token`
   */
  public static header(name: string): JwtLocation {
    checkToken('header', name);
    return new JwtLocation({ fromHeaders: { name } });
  }

  /**
   * A request header that holds the token behind a prefix. A value without it counts as no token.
   *
   * @param name for example `x-token`
   * @param prefix with the blank that follows it, for example `Token `
   */
  public static headerWithPrefix(name: string, prefix: string): JwtLocation {
    checkToken('headerWithPrefix', name);
    if (typeof prefix !== 'string' || prefix === '' || !/^[\x20-\x7e]+$/.test(prefix)) {
      throw new Error(`JwtLocation.headerWithPrefix: the prefix is ${describeValue(prefix)}. Give what stands before the token, with its blank, for example "Token ".`);
    }
    return new JwtLocation({ fromHeaders: { name, prefix } });
  }

  /**
   * A query parameter: for what cannot send headers. Query strings stand in logs, in the browser's history and in
   * `Referer`, and so does the token.
   *
   * @param name for example `access_token`
   */
  public static queryParameter(name: string): JwtLocation {
    if (typeof name !== 'string' || name === '' || /[\s&=#?]/.test(name)) {
      throw new Error(`JwtLocation.queryParameter: ${describeValue(name)} is not a parameter's name. Write for example "access_token".`);
    }
    return new JwtLocation({ fromParams: name });
  }

  /**
   * A cookie. Browsers send it with every request, also with those that another site makes: the application needs a
   * protection against such requests (`SameSite`, a CSRF token). A proxy takes no cookie out: the application
   * gets the token, whatever `forward` says.
   *
   * @param name for example `session`
   */
  public static cookie(name: string): JwtLocation {
    checkToken('cookie', name);
    return new JwtLocation({ fromCookies: name });
  }

  private constructor(
    /** @internal */
    public readonly _spec: LocationSpec,
  ) {}

  /** Equal for one place. @internal */
  public get _key(): string {
    const { fromHeaders, fromParams, fromCookies } = this._spec;
    return fromHeaders ? `the header ${fromHeaders.name.toLowerCase()}` : fromParams !== undefined ? `the query parameter ${fromParams}` : `the cookie ${fromCookies}`;
  }
}

function checkToken(factory: string, name: unknown): void {
  if (typeof name === 'string' && isHeaderName(name)) return;
  throw new Error(`JwtLocation.${factory}: ${describeValue(name)} is not the name of a ${factory === 'cookie' ? 'cookie' : 'header'}. Write for example "${factory === 'cookie' ? 'session' : 'x-token'}".`);
}
