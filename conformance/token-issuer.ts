import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';

interface TokenHeader {
  /** How it is signed; RS256 unless given. */
  readonly alg?: 'RS256' | 'HS256' | 'none';
  readonly kid?: string;
}

/** Somebody who signs tokens, with keys that live as long as the test. */
export class TokenIssuer {
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

  constructor(public readonly issuer: string, private readonly keyId: string = 'key-1') {}

  /** What the issuer publishes. */
  public get jwks(): string {
    return JSON.stringify({ keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: this.keyId, alg: 'RS256', use: 'sig' }] });
  }

  /** What it must not publish. */
  public get privateJwks(): string {
    return JSON.stringify({ keys: [{ ...this.keys.privateKey.export({ format: 'jwk' }), kid: this.keyId }] });
  }

  /** A token for an hour. A claim that is given as undefined is left out. */
  public token(claims: Record<string, unknown> = {}, { alg = 'RS256', kid = this.keyId }: TokenHeader = {}): string {
    const payload = { iss: this.issuer, sub: 'alice', aud: 'shop', exp: inSeconds(3600), ...claims };
    const input = [{ alg, typ: 'JWT', kid }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${input}.${this.signature(input, alg)}`;
  }

  /** The same as the header of a request. */
  public bearer(claims?: Record<string, unknown>, header?: TokenHeader): { authorization: string } {
    return { authorization: `Bearer ${this.token(claims, header)}` };
  }

  private signature(input: string, alg: TokenHeader['alg']): string {
    // The public key as a shared secret: what a careless verifier falls for.
    if (alg === 'HS256') return createHmac('sha256', this.keys.publicKey.export({ type: 'spki', format: 'pem' })).update(input).digest('base64url');
    return alg === 'none' ? '' : createSign('RSA-SHA256').update(input).sign(this.keys.privateKey).toString('base64url');
  }
}

/** A time as it stands in a token. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
