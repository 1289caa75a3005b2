import { Duration } from 'cdk8s';
import { JwtAudiences, checkAudiences } from './jwt-audiences';
import { Jwks, checkJwks } from './jwt-keys';
import { JwtLocation } from './jwt-location';
import type { RequestAuthenticationSpecJwtRules } from '../imports/security.istio.io';
import { checkFlags, checkList, checkProps } from '../model/given';
import type { Spec } from '../model/istio-object';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

/** Whose tokens are believed, and what becomes of them. */
export interface JwtIssuer {
  /** The issuer exactly as it stands in the tokens' `iss`, for example `https://id.example.com`. */
  readonly issuer: string;
  /** The public keys that verify its tokens. */
  readonly jwks: Jwks;
  /** For whom the tokens have to be issued. */
  readonly audiences: JwtAudiences;
  /**
   * Where the token is. Left out, the query parameter `access_token`, where Istio would look as well, is not believed:
   * addresses stand in logs.
   *
   * @default - [JwtLocation.authorization()]
   */
  readonly tokenFrom?: JwtLocation[];
  /**
   * Whether the application gets the token, to call others in the user's name. The proxy takes it out otherwise, so that
   * nobody behind it can use it (a cookie stays).
   *
   * @default false
   */
  readonly forward?: boolean;
  /**
   * A header that the application gets with all claims: the payload as base64url of JSON.
   *
   * @default - none
   */
  readonly payloadToHeader?: string;
  /**
   * Headers that the application gets, each with one claim; a dot goes one level down: `{ 'x-user': 'sub', 'x-team':
   * 'group.id' }`. Numbers and booleans come as text, lists and objects as base64url of JSON. What clients send in these
   * headers is taken out, also where the token has no such claim, or where there is no token.
   *
   * @default - none
   */
  readonly claimsToHeaders?: { readonly [header: string]: string };
  /**
   * Claims that hold several values with blanks between them, so that conditions look at each. `scope` and `permission`
   * always do.
   *
   * @default - `scope` and `permission`
   */
  readonly spaceDelimitedClaims?: string[];
  /**
   * How long fetching the keys may take, from a millisecond on. With `Jwks.uri` only.
   *
   * @default - 5 seconds, Istio's own
   */
  readonly timeout?: Duration;
}

type JwtRule = Spec<RequestAuthenticationSpecJwtRules>;

const EXAMPLE = "{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/.well-known/jwks.json'), audiences: JwtAudiences.of('https://api.example.com') }";
/** The CRD's own pattern. */
const HEADER = /^[-_A-Za-z0-9]+$/;
/** What means something else to everybody behind the proxy. */
const TAKEN_HEADERS = ['authorization', 'cookie', 'host', 'connection', 'content-length', 'transfer-encoding', 'x-forwarded-for', 'x-forwarded-client-cert'];
const MAX_SPACE_DELIMITED = 64;

/** As a RequestAuthentication says it. Throws for what cannot be meant. */
export function renderIssuer(given: JwtIssuer): JwtRule {
  checkProps(given, `issuers: [${EXAMPLE}]`);
  const { issuer, jwks, audiences, forward, timeout } = given;
  checkIssuer(issuer);
  checkJwks(jwks);
  checkAudiences(audiences);
  checkFlags({ forward });
  const locations = locationsOf(given.tokenFrom);
  const headers = claimHeaders(given);
  if (timeout !== undefined && jwks._spec.jwks !== undefined) throw new Error('`timeout` is given, but the keys are written inline, and nothing is fetched. Leave it out.');
  return {
    issuer,
    ...jwks._spec,
    audiences: audiences._values,
    fromHeaders: some(locations.flatMap(({ fromHeaders }) => fromHeaders ?? [])),
    fromParams: some(locations.flatMap(({ fromParams }) => fromParams ?? [])),
    fromCookies: some(locations.flatMap(({ fromCookies }) => fromCookies ?? [])),
    forwardOriginalToken: forward ? true : undefined,
    outputPayloadToHeader: payloadHeader(given.payloadToHeader, headers.map(({ header }) => header)),
    outputClaimToHeaders: some(headers),
    spaceDelimitedClaims: spaceDelimited(given.spaceDelimitedClaims),
    timeout: timeout === undefined ? undefined : istioDuration(timeout, 'timeout'),
  };
}

function checkIssuer(issuer: unknown): void {
  if (typeof issuer !== 'string' || issuer === '') throw new Error(`\`issuer\` is ${describeValue(issuer)}. Give it as it stands in the tokens' \`iss\`, for example "https://id.example.com".`);
  if (/[\s*]/.test(issuer)) throw new Error(`\`issuer\` is ${describeValue(issuer)}, and it is compared as it is: no token has one with "*" or blanks. Name one issuer; for several, give several.`);
}

function locationsOf(given: readonly JwtLocation[] | undefined): JwtLocation['_spec'][] {
  if (given === undefined) return [JwtLocation.authorization()._spec];
  checkList('tokenFrom', given, "[JwtLocation.header('x-token')]");
  if (given.length === 0) throw new Error('`tokenFrom` is empty, and Istio would look in its own places. Name one, for example JwtLocation.authorization(), or leave it out.');
  const wrong = given.findIndex((one) => !(one instanceof JwtLocation));
  if (wrong >= 0) throw new Error(`\`tokenFrom\` holds ${describeValue(given[wrong])}. Say where the token is, for example JwtLocation.header('x-token').`);
  const twice = given.find((one, index) => given.findIndex((other) => other._key === one._key) !== index);
  if (twice) throw new Error(`\`tokenFrom\` names ${twice._key} twice. Take one of them out.`);
  return given.map(({ _spec }) => _spec);
}

function claimHeaders({ claimsToHeaders }: JwtIssuer): { header: string; claim: string }[] {
  if (claimsToHeaders === undefined) return [];
  checkProps(claimsToHeaders, "claimsToHeaders: { 'x-user': 'sub' }");
  const all = Object.entries(claimsToHeaders);
  const seen = new Set<string>();
  for (const [header, claim] of all) {
    checkHeader('claimsToHeaders', header);
    if (seen.has(header.toLowerCase())) throw new Error(`\`claimsToHeaders\` names the header ${header.toLowerCase()} twice, in different case. Take one of them out.`);
    seen.add(header.toLowerCase());
    if (typeof claim !== 'string' || claim.split('.').includes('')) {
      throw new Error(`\`claimsToHeaders\`: the claim for ${header} is ${describeValue(claim)}. Give its name, for example "sub"; a dot goes one level down, so that a name with dots in it (https://example.com/role) cannot be meant.`);
    }
  }
  return all.map(([header, claim]) => ({ header, claim })).sort((a, b) => (a.header < b.header ? -1 : 1));
}

function payloadHeader(header: string | undefined, others: readonly string[]): string | undefined {
  if (header === undefined) return undefined;
  checkHeader('payloadToHeader', header);
  if (others.some((other) => other.toLowerCase() === header.toLowerCase())) throw new Error(`\`payloadToHeader\` is ${header}, which \`claimsToHeaders\` has for a claim. Give another name.`);
  return header;
}

function checkHeader(field: string, header: unknown): void {
  if (typeof header !== 'string' || !HEADER.test(header)) throw new Error(`\`${field}\`: ${describeValue(header)} is not a header that Istio writes claims to: letters, digits, dashes and underscores, for example "x-user".`);
  if (TAKEN_HEADERS.includes(header.toLowerCase())) throw new Error(`\`${field}\`: the header ${header} means something else to whoever reads it. Give one of your own, for example "x-user".`);
}

function spaceDelimited(claims: readonly string[] | undefined): string[] | undefined {
  if (claims === undefined) return undefined;
  checkList('spaceDelimitedClaims', claims, "['roles']");
  const wrong = claims.findIndex((claim) => typeof claim !== 'string' || claim === '');
  if (wrong >= 0) throw new Error(`\`spaceDelimitedClaims\` holds ${describeValue(claims[wrong])}. Give names of claims, for example "roles".`);
  if (claims.length > MAX_SPACE_DELIMITED) throw new Error(`\`spaceDelimitedClaims\` names ${claims.length} claims, and Istio takes ${MAX_SPACE_DELIMITED}.`);
  return some([...new Set(claims)]);
}

function some<T>(list: readonly T[]): T[] | undefined {
  return list.length > 0 ? [...list] : undefined;
}
