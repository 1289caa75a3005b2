import { Duration } from 'cdk8s';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { HashKey } from '../traffic/load-balancer';

export interface HashStickinessOptions {
  /**
   * The namespaces of the workloads that call the service, gateways included: their proxies choose the version, so it is
   * there that an EnvoyFilter is written. Callers elsewhere choose anew for every request.
   *
   * @default - the service's namespace
   */
  readonly callerNamespaces?: string[];
}

/** A cookie that says which part of the users somebody belongs to. */
export interface StickyCookie {
  readonly name: string;
  readonly seconds: number;
}

/** A hash that callers' proxies choose the version by. */
export interface StickyHash {
  readonly key: HashKey;
  readonly callerNamespaces?: readonly string[];
}

/**
 * How a user stays with the version that answered first. A user moves only from the old version to the new one, when the
 * weight reaches them, and back only when the weight goes back.
 */
export class Stickiness {
  /**
   * By a cookie that the proxies set on the first answer. For services that browsers reach through a gateway: a program
   * that calls a service keeps no cookies.
   *
   * @param name the cookie, for example `reviews-rollout`
   * @param ttl how long a user stays in their part; longer than the rollout takes. Whole seconds
   */
  public static byCookie(name: string, ttl: Duration): Stickiness {
    if (typeof name !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new Error(`Stickiness.byCookie: the name is ${describeValue(name)}; letters, digits and !#$%&'*+-.^_\`|~ are allowed, for example reviews-rollout.`);
    }
    const milliseconds = milliSecondsOf(ttl, 'Stickiness.byCookie: ttl');
    if (milliseconds % 1000 !== 0) throw new Error(`Stickiness.byCookie: ttl is ${milliseconds} ms; a cookie lives for whole seconds. Give for example Duration.days(7).`);
    return new Stickiness({ name, seconds: milliseconds / 1000 }, undefined);
  }

  /**
   * By what the requests of one user have in common, say a header with the user's id: nothing has to be remembered.
   * Requests without it are spread by the weights. Written as an EnvoyFilter, since Istio has no field for it.
   *
   * @param key what the requests have in common
   */
  public static byHash(key: HashKey, options: HashStickinessOptions = {}): Stickiness {
    if (!(key instanceof HashKey)) throw new Error(`Stickiness.byHash: the key is ${describeValue(key)}. Say for example HashKey.header('x-user-id').`);
    const { callerNamespaces } = typeof options === 'object' && options !== null ? options : { callerNamespaces: options };
    if (callerNamespaces !== undefined && !Array.isArray(callerNamespaces)) {
      throw new Error(`Stickiness.byHash: \`callerNamespaces\` is ${describeValue(callerNamespaces)}. Give a list, for example { callerNamespaces: ['shop'] }.`);
    }
    const wrong = callerNamespaces?.find((namespace) => typeof namespace !== 'string' || !isDnsLabel(namespace));
    if (wrong !== undefined) throw new Error(`Stickiness.byHash: ${describeValue(wrong)} is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    if (callerNamespaces?.length === 0) throw new Error('Stickiness.byHash: `callerNamespaces` is empty, so nobody would be sticky. Name the namespaces that call the service, or leave it out.');
    return new Stickiness(undefined, { key, callerNamespaces });
  }

  private constructor(
    /** @internal */
    public readonly _cookie: StickyCookie | undefined,
    /** @internal */
    public readonly _hash: StickyHash | undefined,
  ) {}
}
