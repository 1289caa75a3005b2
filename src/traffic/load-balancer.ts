import { Duration } from 'cdk8s';
import { checkOptions } from '../model/given';
import type { TrafficBlocks } from '../model/traffic-layers';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

type LoadBalancerSpec = NonNullable<TrafficBlocks['loadBalancer']>;

/** How a pod that just came up is spared: its share of requests grows over the window. */
export interface WarmUp {
  /** How long the pod counts as new. */
  readonly duration: Duration;
  /**
   * The share it starts with, 0–100.
   *
   * @default - 10
   */
  readonly minimumPercent?: number;
  /**
   * How the share grows: 1 linearly, above 1 slowly first. From 1.
   *
   * @default - 1
   */
  readonly aggression?: number;
}

/** What a cookie is given beside its name. */
export interface HashCookieOptions {
  /**
   * The path that the browser sends it back to.
   *
   * @default - none is set
   */
  readonly path?: string;
  /**
   * Further attributes, by name: `{ SameSite: 'Strict', Secure: '' }`. An empty value is an attribute
   * without one.
   *
   * @default - none
   */
  readonly attributes?: { readonly [name: string]: string };
}

export interface WarmUpOptions {
  /**
   * Sparing new pods.
   *
   * @default - none: a new pod gets its whole share at once
   */
  readonly warmUp?: WarmUp;
}

/** RFC 7230's token: a header's or cookie's name. */
/** For messages. */
const NAME_FIX = 'Letters, digits and !#$%&\'*+-.^_`|~ are allowed.';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What requests of one user have in common. */
export class HashKey {
  /** The value of a request header. Requests without it are spread. */
  public static header(name: string): HashKey {
    if (typeof name !== 'string' || !TOKEN.test(name)) throw new Error(`HashKey.header: ${describeValue(name)} is not a header name. ${NAME_FIX}`);
    return new HashKey({ httpHeaderName: name });
  }

  /**
   * A cookie. A client that sends none is given one, for `ttl`.
   *
   * @param name the cookie
   * @param ttl how long the browser keeps it; without one it lasts as long as the session
   * @param options what else it is given with
   */
  public static cookie(name: string, ttl?: Duration, options: HashCookieOptions = {}): HashKey {
    if (typeof name !== 'string' || !TOKEN.test(name)) throw new Error(`HashKey.cookie: ${describeValue(name)} is not a cookie name. ${NAME_FIX}`);
    checkOptions('HashKey.cookie', options, '{ path: \'/\' }');
    const { path, attributes } = options;
    if (path !== undefined && !(typeof path === 'string' && /^\/[\x20-\x3A\x3C-\x7E]*$/.test(path))) throw new Error(`HashKey.cookie: path is ${describeValue(path)}; a path begins with "/" and has no ";".`);
    return new HashKey({
      httpCookie: {
        name,
        path,
        ttl: ttl === undefined ? '0s' : istioDuration(ttl, 'HashKey.cookie: ttl'),
        attributes: cookieAttributes(attributes),
      },
    });
  }

  /**
   * The address of the client, as the proxy sees it: behind a load balancer that may be one for all, and
   * the proxy of a pod always sees that pod. The one key that TCP has, there for the whole service or a
   * subset.
   */
  public static sourceIp(): HashKey {
    return new HashKey({ useSourceIp: true });
  }

  /** The value of a query parameter. */
  public static queryParameter(name: string): HashKey {
    if (typeof name !== 'string' || name === '') throw new Error(`HashKey.queryParameter: the name is ${describeValue(name)}. Give the parameter's name.`);
    return new HashKey({ httpQueryParameterName: name });
  }

  private constructor(
    /** @internal */
    public readonly _spec: NonNullable<LoadBalancerSpec['consistentHash']>,
  ) {}
}

/** Which consistent hash is used. */
export class HashAlgorithm {
  /**
   * A ring of this many points at least, 1–8388608. More points share more evenly and cost memory.
   *
   * @param minimumRingSize Envoy's default is 1024
   */
  public static ringHash(minimumRingSize: number = 1024): HashAlgorithm {
    if (!Number.isInteger(minimumRingSize) || minimumRingSize < 1 || minimumRingSize > 8_388_608) {
      throw new Error(`HashAlgorithm.ringHash: the ring size is ${describeValue(minimumRingSize)}; a whole number from 1 to 8388608 is allowed.`);
    }
    return new HashAlgorithm({ ringHash: { minimumRingSize } });
  }

  /**
   * A Maglev table: faster and more even than a ring, moves a few more users when pods come and go.
   *
   * @param tableSize a prime number below 5000011, from which on Istio's webhook refuses it
   */
  public static maglev(tableSize: number = 65537): HashAlgorithm {
    if (!isPrime(tableSize) || tableSize >= 5_000_011) {
      throw new Error(`HashAlgorithm.maglev: the table size is ${describeValue(tableSize)}; a prime number below 5000011 is needed, for example 65537.`);
    }
    return new HashAlgorithm({ maglev: { tableSize } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: Pick<NonNullable<LoadBalancerSpec['consistentHash']>, 'ringHash' | 'maglev'>,
  ) {}
}

/**
 * How a client proxy chooses among the pods of a service.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export class LoadBalancer {
  /** One after the other. Busy pods get as many as idle ones: prefer `leastRequest`. */
  public static roundRobin(options: WarmUpOptions = {}): LoadBalancer {
    return new LoadBalancer({ simple: 'ROUND_ROBIN', warmup: renderWarmUp('roundRobin', options) });
  }

  /** The less busy of two at random: Istio's default. */
  public static leastRequest(options: WarmUpOptions = {}): LoadBalancer {
    return new LoadBalancer({ simple: 'LEAST_REQUEST', warmup: renderWarmUp('leastRequest', options) });
  }

  /** Any of them at random. */
  public static random(): LoadBalancer {
    return new LoadBalancer({ simple: 'RANDOM' });
  }

  /** The address that the client called, without balancing: a Service's own address leads nowhere in particular then. */
  public static passthrough(): LoadBalancer {
    return new LoadBalancer({ simple: 'PASSTHROUGH' });
  }

  /**
   * The same pod for the same key, as long as the set of pods stays.
   *
   * @param key what the requests have in common
   * @param algorithm the default is a ring of 1024 points
   */
  public static consistentHash(key: HashKey, algorithm?: HashAlgorithm): LoadBalancer {
    if (!(key instanceof HashKey)) throw new Error(`LoadBalancer.consistentHash: the key is ${describeValue(key)}. Say for example HashKey.header('x-user-id').`);
    if (algorithm !== undefined && !(algorithm instanceof HashAlgorithm)) {
      throw new Error(`LoadBalancer.consistentHash: the algorithm is ${describeValue(algorithm)}. Say for example HashAlgorithm.maglev().`);
    }
    return new LoadBalancer({ consistentHash: { ...key._spec, ...algorithm?._spec } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: LoadBalancerSpec,
  ) {}
}

function renderWarmUp(factory: string, options: WarmUpOptions): LoadBalancerSpec['warmup'] {
  const example = '{ warmUp: { duration: Duration.minutes(1) } }';
  checkOptions(`LoadBalancer.${factory}`, options, example);
  const { warmUp } = options;
  if (warmUp === undefined) return undefined;
  if (typeof warmUp !== 'object' || warmUp === null) throw new Error(`LoadBalancer.${factory}: \`warmUp\` is ${describeValue(warmUp)}. Say for example ${example}.`);
  const { duration, minimumPercent, aggression } = warmUp;
  if (minimumPercent !== undefined && !(typeof minimumPercent === 'number' && minimumPercent >= 0 && minimumPercent <= 100)) {
    throw new Error(`warmUp.minimumPercent is ${describeValue(minimumPercent)}; 0 to 100 is allowed.`);
  }
  if (aggression !== undefined && !(typeof aggression === 'number' && aggression >= 1 && aggression < Infinity)) {
    throw new Error(`warmUp.aggression is ${describeValue(aggression)}; a number from 1 is allowed.`);
  }
  return { duration: istioDuration(duration, 'warmUp.duration'), minimumPercent, aggression };
}

function cookieAttributes(attributes: HashCookieOptions['attributes']): { name: string; value?: string }[] | undefined {
  if (attributes === undefined) return undefined;
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    throw new Error(`HashKey.cookie: \`attributes\` is ${describeValue(attributes)}. Give names with their values, for example { SameSite: 'Strict', Secure: '' }.`);
  }
  return Object.entries(attributes).map(([name, value]) => cookieAttribute(name, value));
}

function cookieAttribute(name: string, value: string): { name: string; value?: string } {
  if (!TOKEN.test(name) || typeof value !== 'string' || !/^[\x20-\x3A\x3C-\x7E]*$/.test(value)) {
    throw new Error(`HashKey.cookie: the attribute ${describeValue(name)} is ${describeValue(value)}; for example { SameSite: 'Strict', Secure: '' } is allowed.`);
  }
  // A cookie has one of each, and these have arguments of their own.
  if (/^(path|max-age)$/i.test(name)) throw new Error(`HashKey.cookie: the attribute ${name} is set by \`${/^path$/i.test(name) ? 'path' : 'ttl'}\`. Give it there.`);
  return { name, value: value === '' ? undefined : value };
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) return false;
  }
  return true;
}
