import type { VirtualServiceSpecHttpRedirect } from '../imports/networking.istio.io';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { isDnsName } from '../semantics/kubernetes-name';

/** Of a redirect; the ones that Envoy can answer with. */
export enum RedirectCode {
  /** Permanent: clients may remember it. They may turn a POST into a GET. */
  MOVED_PERMANENTLY = 301,
  /** Temporary: clients ask here again the next time. They may turn a POST into a GET. */
  FOUND = 302,
  /** To something else, which is fetched by GET. */
  SEE_OTHER = 303,
  /** Temporary: clients ask here again the next time. Method and body stay the same. */
  TEMPORARY_REDIRECT = 307,
  /** Permanent: clients may remember it. Method and body stay the same. */
  PERMANENT_REDIRECT = 308,
}

export interface RedirectOptions {
  /**
   * The path that replaces the whole path. The query of the request is kept unless this has one.
   *
   * @default - the path of the request
   */
  readonly path?: string;
  /**
   * The host that replaces that of the request.
   *
   * @default - the host of the request
   */
  readonly authority?: string;
  /**
   * `http` or `https`.
   *
   * @default - the scheme of the request
   */
  readonly scheme?: string;
  /**
   * The port.
   *
   * @default - the scheme's own where `scheme` or `authority` is given, else that of the request
   */
  readonly port?: number;
  /**
   * The status.
   *
   * @default RedirectCode.MOVED_PERMANENTLY
   */
  readonly code?: RedirectCode;
}

/**
 * An answer by the proxy that sends the client elsewhere.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
 */
export class Redirect {
  /** To another path, host, scheme or port; what is not given stays. */
  public static to(options: RedirectOptions): Redirect {
    return new Redirect(options);
  }

  /** To the same address by HTTPS. */
  public static toHttps(): Redirect {
    return new Redirect({ scheme: 'https' });
  }

  private constructor(private readonly options: RedirectOptions) {
    if (typeof options !== 'object' || options === null) throw wrong('it', options, 'Say where to, for example { path: \'/new\' }.');
    const { path, authority, scheme, port, code } = options;
    if ([path, authority, scheme, port].every((part) => part === undefined)) {
      throw new Error('Redirect: nothing changes, so the client would come back for ever. Give `path`, `authority`, `scheme` or `port`.');
    }
    if (path !== undefined && (typeof path !== 'string' || !path.startsWith('/') || /[\s#]/.test(path))) throw wrong('path', path, 'It starts with a slash and holds no blanks, for example /new.');
    if (authority !== undefined && (typeof authority !== 'string' || !isDnsName(authority))) throw wrong('authority', authority, 'Give a host without scheme and port, for example shop.example.com.');
    if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') throw wrong('scheme', scheme, 'It is http or https.');
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) throw wrong('port', port, 'It is a whole number from 1 to 65535.');
    if (code !== undefined && !Object.values(RedirectCode).includes(code)) {
      throw wrong('code', code, 'Envoy answers with 301, 302, 303, 307 or 308: say for example RedirectCode.FOUND.');
    }
  }

  /** @internal */
  public get _spec(): Spec<VirtualServiceSpecHttpRedirect> {
    const { path, authority, scheme, port, code } = this.options;
    return { uri: path, authority, scheme, port, redirectCode: code };
  }
}

function wrong(what: string, value: unknown, fix: string): Error {
  return new Error(`Redirect: ${what === 'it' ? what : `\`${what}\``} is ${describeValue(value)}. ${fix}`);
}
