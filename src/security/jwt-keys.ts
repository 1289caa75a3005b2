import { describeValue } from '../semantics/describe-value';
import { readJwks } from '../semantics/jwks';

const MAX_URI = 2048;
const EXAMPLE = 'https://id.example.com/.well-known/jwks.json';

/**
 * The public keys of an issuer, by which its tokens are verified.
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/#JWTRule
 */
export class Jwks {
  /**
   * Fetched from the issuer, over https. istiod fetches them, from where it runs, and again every 20 minutes: so a key
   * that the issuer takes back is believed for that long. While they cannot be fetched, every token is refused.
   *
   * @param uri for example `https://id.example.com/.well-known/jwks.json`
   */
  public static uri(uri: string): Jwks {
    const { protocol } = parse('uri', uri);
    if (protocol === 'https:') return new Jwks({ jwksUri: uri });
    throw new Error(`Jwks.uri: "${uri}" is fetched without TLS, so whoever is on the way can put in keys of their own and sign tokens. `
      + `Write https://…; inside the cluster, where something else protects the way, say Jwks.unprotectedUri('${uri}').`);
  }

  /**
   * Fetched over plain http: whoever can answer in the issuer's place decides which tokens are good. Only for an issuer
   * inside the cluster, on a way that is protected otherwise.
   *
   * @param uri for example `http://keycloak.identity.svc.cluster.local:8080/certs`
   */
  public static unprotectedUri(uri: string): Jwks {
    const { protocol } = parse('unprotectedUri', uri);
    if (protocol === 'http:') return new Jwks({ jwksUri: uri });
    throw new Error(`Jwks.unprotectedUri: "${uri}" is fetched over TLS. Say Jwks.uri('${uri}').`);
  }

  /**
   * Written into the object: nothing is fetched, and a new key of the issuer is a new version of the manifests.
   *
   * @param jwks the JSON Web Key Set that the issuer publishes, `{"keys": [...]}`: public keys only
   */
  public static inline(jwks: string): Jwks {
    // What is given may be a secret: no message repeats it.
    if (typeof jwks !== 'string') throw new Error(`Jwks.inline: ${typeof jwks === 'object' ? 'an object' : describeValue(jwks)} is given, not a text. Give the JSON as text: JSON.stringify({ keys: [...] }).`);
    if (/PRIVATE KEY-----/.test(jwks)) throw new Error(`Jwks.inline: this is a private key in PEM. Whoever reads the manifests could sign tokens with it: take it out of use. ${PUBLIC_ONLY}`);
    const read = readJwks(jwks);
    if ('problem' in read) {
      if (/^\s*[a-z]+:\/\//.test(jwks)) throw new Error(`Jwks.inline: ${describeValue(jwks)} is an address, not the keys. Say Jwks.uri('${jwks.trim()}').`);
      throw new Error(`Jwks.inline: this is no JSON Web Key Set: ${read.problem}. ${PUBLIC_ONLY} To have them fetched, say Jwks.uri('${EXAMPLE}').`);
    }
    if (read.privateKeys.length > 0) {
      throw new Error(`Jwks.inline: key ${read.privateKeys.join(' and ')} is private, and whoever reads the manifests could sign tokens with it. `
        + 'Give its public half, without "d" (RSA: also without p, q, dp, dq, qi), and take the private one out of use. A symmetric key ("kty": "oct") has no public half: use RSA or EC keys.');
    }
    if (keyCount(jwks) === 0) throw new Error(`Jwks.inline: the set has no key, so every token would be refused. ${PUBLIC_ONLY}`);
    return new Jwks({ jwks });
  }

  private constructor(
    /** As a rule of a RequestAuthentication says it. @internal */
    public readonly _spec: { readonly jwksUri?: string; readonly jwks?: string },
  ) {}
}

const PUBLIC_ONLY = 'Give the public keys that the issuer publishes, {"keys": [{"kty": "RSA", "kid": "…", "n": "…", "e": "AQAB"}]}.';

function keyCount(jwks: string): number {
  try {
    const { keys } = JSON.parse(jwks);
    return Array.isArray(keys) ? keys.length : 1;
  } catch {
    // Istio's reader takes more than JSON.parse does.
    return 1;
  }
}

function parse(factory: string, uri: unknown): URL {
  const example = factory === 'uri' ? EXAMPLE : 'http://keycloak.identity.svc.cluster.local:8080/certs';
  if (typeof uri !== 'string') throw new Error(`Jwks.${factory}: ${describeValue(uri)} is not an address. Write for example "${example}".`);
  if (uri.trimStart().startsWith('{')) throw new Error(`Jwks.${factory}: the keys themselves are given, not their address. Say Jwks.inline(…).`);
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (!url || !/^https?:\/\/[^/?#\s]+\S*$/.test(uri)) throw new Error(`Jwks.${factory}: ${describeValue(uri)} is not an address with a scheme and a host. Write for example "${example}".`);
  if (url.username !== '' || url.password !== '') throw new Error(`Jwks.${factory}: the address has a user or password in it, which manifests keep for everyone to read. Public keys need none: leave it out.`);
  if (uri.length > MAX_URI) throw new Error(`Jwks.${factory}: the address has ${uri.length} characters, and Istio takes ${MAX_URI}.`);
  return url;
}

/** What programs without types give where keys are meant. */
export function checkJwks(value: unknown): asserts value is Jwks {
  if (value instanceof Jwks) return;
  const given = typeof value === 'string' ? 'a text' : describeValue(value);
  throw new Error(`\`jwks\` is ${given}, and a token is only worth something where keys verify it. Say Jwks.uri('${EXAMPLE}'), or Jwks.inline('{"keys": [...]}').`);
}
