import { Duration } from 'cdk8s';
import { HashStickinessOptions, Stickiness } from './stickiness';
import { describeValue } from '../semantics/describe-value';
import type { HashKey } from '../traffic/load-balancer';

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Throws for what no header is called. */
export function checkVariantHeader(what: string, header: string): void {
  if (typeof header !== 'string' || !HEADER.test(header)) {
    throw new Error(`${what} is ${describeValue(header)}; the name of a header is allowed: letters, digits and !#$%&'*+-.^_\`|~, for example x-variant.`);
  }
}

/** How a request gets its variant, and how a user keeps it. */
export class VariantAssignment {
  /**
   * By a header that says the variant: whoever calls assigns the users, a feature flag service, say. Requests without it,
   * or with a value that is no variant, are spread by the shares, each anew.
   *
   * @param header for example `x-variant`
   */
  public static byHeader(header: string): VariantAssignment {
    checkVariantHeader('VariantAssignment.byHeader: the header', header);
    return new VariantAssignment(header, undefined);
  }

  /**
   * By a cookie that says the variant. The proxies set it on the first answer, by the shares; the user has the variant as
   * long as the cookie. For services that browsers reach through a gateway: a program that calls a service keeps no cookies.
   *
   * @param name the cookie, for example `reviews-variant`
   * @param ttl how long a user has the variant. Whole seconds
   */
  public static byCookie(name: string, ttl: Duration): VariantAssignment {
    return new VariantAssignment(undefined, Stickiness.byCookie(name, ttl));
  }

  /**
   * By what the requests of one user have in common, say a header with the user's id: the same user always has the same
   * variant, and nothing is remembered. Requests without it are spread by the shares, each anew. Written as an EnvoyFilter,
   * since Istio has no field for it.
   *
   * @param key what the requests have in common
   */
  public static byUserHash(key: HashKey, options: HashStickinessOptions = {}): VariantAssignment {
    return new VariantAssignment(undefined, Stickiness.byHash(key, options));
  }

  private constructor(
    /** @internal */
    public readonly _header: string | undefined,
    /** @internal */
    public readonly _stickiness: Stickiness | undefined,
  ) {}
}
