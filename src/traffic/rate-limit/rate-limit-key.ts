import { Action, headersMatch, queriesMatch } from './envoy-rate-limit';
import { checkOptions } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isHeaderName } from '../../semantics/http-header';

export interface ClientIpOptions {
  /**
   * How many leading bits of an IPv4 address say who it is: 24 counts a network of 256 addresses as one. 1–32.
   *
   * @default 32
   */
  readonly ipv4Prefix?: number;
  /**
   * How many leading bits of an IPv6 address say who it is. 1–128. One customer usually has a network of 64 bits, and so
   * more addresses than anyone could count.
   *
   * @default 64
   */
  readonly ipv6Prefix?: number;
}

/** What a limit counts apart: each value has requests of its own. */
export class RateLimitKey {
  /**
   * Each value of a request header, compared as it stands. Requests without the header are counted together, as if that
   * were one more value.
   *
   * The value is what the client says: who may choose it freely has a limit anew with every value. Use a header that
   * something in front has checked: an API key that the gateway or an authorization policy verifies, or a header that the
   * gateway itself sets.
   */
  public static header(name: string): RateLimitKey {
    if (typeof name !== 'string' || !isHeaderName(name)) {
      throw new Error(`RateLimitKey.header: ${describeValue(name)} is not a header name. Letters, digits and !#$%&'*+-.^_\`|~ are allowed, for example "x-api-key".`);
    }
    const key = name.toLowerCase();
    return new RateLimitKey(`header ${key}`, key, false, [
      { entry: { key }, action: { request_headers: { header_name: key, descriptor_key: key } } },
      headersMatch({ key, value: ABSENT }, [{ name: key, present_match: true, invert_match: true }], true),
    ]);
  }

  /** Each value of a query parameter. Requests without it are counted together, as if that were one more value. */
  public static queryParameter(name: string): RateLimitKey {
    if (typeof name !== 'string' || name === '') throw new Error(`RateLimitKey.queryParameter: the name is ${describeValue(name)}. Give the name of the parameter, for example "tenant".`);
    return new RateLimitKey(`query parameter ${name}`, name, false, [
      { entry: { key: name }, action: { query_parameters: { query_parameter_name: name, descriptor_key: name } } },
      queriesMatch({ key: name, value: ABSENT }, [{ name, present_match: true }], false),
    ]);
  }

  /**
   * Each address of a client.
   *
   * On a gateway that is who connects to it, or who the proxies in front say that the client is, as far as the mesh trusts
   * them (`numTrustedProxies`). In front of a service it is what the gateway saw, for requests that come through one; a
   * caller within the mesh may write any X-Forwarded-For, so count those by `RateLimitKey.caller()`.
   */
  public static clientIp(options: ClientIpOptions = {}): RateLimitKey {
    checkOptions('RateLimitKey.clientIp', options, '{ ipv4Prefix: 24 }');
    const bits = (what: 'ipv4Prefix' | 'ipv6Prefix', most: number, usual: number) => {
      const value = options[what] ?? usual;
      if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`RateLimitKey.clientIp: ${what} is ${describeValue(value)}. Give a whole number from 1 to ${most}.`);
      return value;
    };
    const masks = { v4_prefix_mask_len: bits('ipv4Prefix', 32, 32), v6_prefix_mask_len: bits('ipv6Prefix', 128, 64) };
    return new RateLimitKey('client IP', ADDRESS, false, [{ entry: { key: ADDRESS }, action: { masked_remote_address: masks } }]);
  }

  /**
   * Each service account of the mesh that calls, by the certificate of its mutual TLS, which nobody can make up. Callers
   * without one (plaintext) are counted together. Not on gateways, whose clients are no members of the mesh.
   */
  public static caller(): RateLimitKey {
    const text = `connection.mtls ? connection.uri_san_peer_certificate : "${ABSENT}"`;
    return new RateLimitKey('caller', CALLER, true, [{
      entry: { key: CALLER },
      action: { extension: { name: 'envoy.rate_limit_descriptors.expr', typed_config: { '@type': CEL, 'descriptor_key': CALLER, text } } },
    }]);
  }

  private constructor(
    /** For messages. @internal */
    public readonly _title: string,
    /** The key of its entry in descriptors. @internal */
    public readonly _key: string,
    /** Whether it takes an identity of the mesh. @internal */
    public readonly _needsIdentity: boolean,
    /** Ways to make the entry, of which exactly one works for a request. @internal */
    public readonly _ways: readonly Action[],
  ) {}
}

/** Stands for requests that do not have what is counted. */
const ABSENT = '(none)';
const CALLER = 'caller';
const CEL = 'type.googleapis.com/envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor';
/** Envoy's own name for the entry of this action. */
const ADDRESS = 'masked_remote_address';
