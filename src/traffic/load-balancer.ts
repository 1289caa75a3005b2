import { Duration } from 'cdk8s';
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
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What requests of one user have in common. */
export class HashKey {
  /** The value of a request header. Requests without it are spread. */
  public static header(name: string): HashKey {
    if (!TOKEN.test(name)) throw new Error(`HashKey.header: "${name}" is not a header name.`);
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
    if (!TOKEN.test(name)) throw new Error(`HashKey.cookie: "${name}" is not a cookie name.`);
    const { path, attributes } = options;
    if (path !== undefined && !/^\/[\x20-\x3A\x3C-\x7E]*$/.test(path)) throw new Error(`HashKey.cookie: path is ${describeValue(path)}; a path begins with "/" and has no ";".`);
    return new HashKey({
      httpCookie: {
        name,
        path,
        ttl: ttl ? istioDuration(ttl, 'HashKey.cookie: ttl') : '0s',
        attributes: attributes && Object.entries(attributes).map(([attribute, value]) => cookieAttribute(attribute, value)),
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
    if (name === '') throw new Error('HashKey.queryParameter: the name is empty.');
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
      throw new Error(`HashAlgorithm.ringHash: the ring size is ${minimumRingSize}; a whole number from 1 to 8388608 is allowed.`);
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
      throw new Error(`HashAlgorithm.maglev: the table size is ${tableSize}; a prime number below 5000011 is needed, for example 65537.`);
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
    return new LoadBalancer({ simple: 'ROUND_ROBIN', warmup: renderWarmUp(options.warmUp) });
  }

  /** The less busy of two at random: Istio's default. */
  public static leastRequest(options: WarmUpOptions = {}): LoadBalancer {
    return new LoadBalancer({ simple: 'LEAST_REQUEST', warmup: renderWarmUp(options.warmUp) });
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
    return new LoadBalancer({ consistentHash: { ...key._spec, ...algorithm?._spec } });
  }

  private constructor(
    /** @internal */
    public readonly _spec: LoadBalancerSpec,
  ) {}
}

function renderWarmUp(warmUp: WarmUp | undefined): LoadBalancerSpec['warmup'] {
  if (!warmUp) return undefined;
  const { duration, minimumPercent, aggression } = warmUp;
  if (minimumPercent !== undefined && !(minimumPercent >= 0 && minimumPercent <= 100)) {
    throw new Error(`warmUp.minimumPercent is ${minimumPercent}; 0 to 100 is allowed.`);
  }
  if (aggression !== undefined && !(aggression >= 1 && aggression < Infinity)) throw new Error(`warmUp.aggression is ${aggression}; a number from 1 is allowed.`);
  return { duration: istioDuration(duration, 'warmUp.duration'), minimumPercent, aggression };
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
