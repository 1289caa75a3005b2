import { ANY, SourceSpec, SourceTerm, isIdentity, isToken, mergeTerms, renderTerms, titleOf } from './source-term';
import { checkFlags, checkOptions } from '../../model/given';
import { CallerIdentity, IMeshCaller } from '../../model/identity';
import { checkIpBlocks } from '../../model/ip-blocks';
import { checkTrusted } from '../../model/trust-domains';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { checkCaller } from '../given';

/** How a caller is named. */
export interface PolicyCallerOptions {
  /**
   * Whether the caller's service account may be one that other pods use, too: they are then all meant.
   *
   * @default false
   */
  readonly sharedIdentity?: boolean;
}

/**
 * Who calls. What is said of one source holds together (`allOf`, `butNot`); several sources of a rule are alternatives.
 *
 * Who calls in plaintext has no identity: no `caller`, `namespace` or `trustDomain` ever is one of these, and all of
 * their negations hold for it. So an allow never starts from a negation: say whom it lets in, and then who is excepted:
 * `PolicySource.anyIdentity().butNot(PolicySource.namespace('legacy'))`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source
 */
export class PolicySource {
  /**
   * Everyone: callers without an identity (plaintext) and without a token, too.
   */
  public static anyone(): PolicySource {
    return new PolicySource([]);
  }

  /** Everyone who comes by mutual TLS with an identity of a trust domain that the mesh knows. */
  public static anyIdentity(): PolicySource {
    return new PolicySource([{ attribute: 'principals', negated: false, presence: true, title: 'identity', values: () => [ANY] }]);
  }

  /** Who comes in plaintext: whoever is not in the mesh, or has no sidecar. STRICT mutual TLS cuts them off before any policy. */
  public static withoutIdentity(): PolicySource {
    return new PolicySource([{ attribute: 'principals', negated: true, presence: true, title: 'identity', values: () => [ANY] }]);
  }

  /**
   * The pods of a service or a workload, by the service accounts they run under.
   *
   * @param caller a `MeshService`, a `MeshWorkload`, or anything with identities
   * @param options whether its service account may be shared by others
   */
  public static caller(caller: IMeshCaller, options: PolicyCallerOptions = {}): PolicySource {
    located('PolicySource.caller: ', () => {
      if (caller === undefined || caller === null) throw new Error(`the caller is ${describeValue(caller)}. Give the MeshService or MeshWorkload that calls; everyone is PolicySource.anyone().`);
      checkCaller(caller);
      checkOptions('PolicySource.caller', options, '{ sharedIdentity: true }');
      checkFlags({ sharedIdentity: options.sharedIdentity });
    });
    return new PolicySource([{
      attribute: 'principals',
      negated: false,
      title: caller.callerName,
      caller: { caller, sharedIdentity: options.sharedIdentity ?? false },
      values: (trustDomains) => principalsOf(caller, trustDomains),
    }]);
  }

  /**
   * A service account of this mesh's own trust domain, of pods that no construct here stands for.
   *
   * @param namespace its namespace
   * @param name its name
   */
  public static serviceAccount(namespace: string, name: string): PolicySource {
    if (typeof namespace !== 'string' || typeof name !== 'string') {
      throw new Error(`PolicySource.serviceAccount: ${describeValue(namespace)}, ${describeValue(name)} is no service account. Give namespace and name, for example ('shop', 'frontend').`);
    }
    const identity = located('PolicySource.serviceAccount: ', () => CallerIdentity.serviceAccount(namespace, name));
    return new PolicySource([{ attribute: 'principals', negated: false, title: identity.toString(), values: (trustDomains) => [principalOf(identity, trustDomains)] }]);
  }

  /**
   * An identity as a certificate says it, without `spiffe://`: `TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT`.
   * Its trust domain has to be listed in `trustDomains` of the policy.
   */
  public static principal(principal: string): PolicySource {
    if (typeof principal !== 'string') throw new Error(`PolicySource.principal: ${describeValue(principal)} is not a text. Write for example "cluster.local/ns/shop/sa/frontend".`);
    if (principal === ANY) throw new Error('PolicySource.principal: "*" is every identity. Say PolicySource.anyIdentity() where that is meant.');
    const identity = located('PolicySource.principal: ', () => CallerIdentity.principal(principal));
    return new PolicySource([{ attribute: 'principals', negated: false, title: principal, values: (trustDomains) => [principalOf(identity, trustDomains)] }]);
  }

  /** Every service account of a namespace, of this mesh's own trust domain. */
  public static namespace(namespace: string): PolicySource {
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
      throw new Error(`PolicySource.namespace: ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63. `
        + 'Several namespaces are several sources.');
    }
    return new PolicySource([{ attribute: 'namespaces', negated: false, title: `namespace ${namespace}`, values: () => [namespace] }]);
  }

  /**
   * Every identity of a trust domain, which has to be listed in `trustDomains` of the policy. Other than in identities,
   * `cluster.local` is just that here, also in a mesh of another name. Istio knows this from 1.31 on; an older one refuses the policy.
   */
  public static trustDomain(trustDomain: string): PolicySource {
    if (typeof trustDomain !== 'string' || !isDnsName(trustDomain)) {
      throw new Error(`PolicySource.trustDomain: ${describeValue(trustDomain)} is not a domain. Write it without spiffe:// and without wildcards, for example "partner.example".`);
    }
    return new PolicySource([{
      attribute: 'trustDomains',
      negated: false,
      title: `trust domain ${trustDomain}`,
      values: (trustDomains) => {
        checkTrusted(trustDomain, trustDomains);
        return [trustDomain];
      },
    }]);
  }

  /**
   * Where the connection comes from: the address of the pod that called, or of the last proxy before this one. Behind a
   * gateway that is the gateway's address, whoever the client is; for clients use `remoteIpBlocks`.
   *
   * @param blocks addresses and CIDR blocks, any of which is enough: `10.0.0.1`, `10.0.0.0/16`, `fd00::/8`
   */
  public static ipBlocks(...blocks: string[]): PolicySource {
    return new PolicySource([addresses('ipBlocks', blocks)]);
  }

  /**
   * The client's original address: at a gateway and behind it the one that the gateway found, from `X-Forwarded-For` or
   * the proxy protocol. How far that can be believed is the gateway's setting `numTrustedProxies`: by default (0) a
   * gateway believes nobody's `X-Forwarded-For` and takes the peer of its connection, which is the load balancer's where
   * there is one that does not keep the client's address. Callers inside the mesh can claim any address here.
   *
   * @param blocks addresses and CIDR blocks, any of which is enough: `203.0.113.0/24`
   * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
   */
  public static remoteIpBlocks(...blocks: string[]): PolicySource {
    return new PolicySource([addresses('remoteIpBlocks', blocks)]);
  }

  /**
   * The principal of a token (JWT) that a JwtAuthentication verified: its claims `iss` and `sub`.
   *
   * @param issuer the claim `iss`, exactly
   * @param subject the claim `sub`, exactly; any when left out
   */
  public static requestPrincipal(issuer: string, subject?: string): PolicySource {
    checkPrincipalPart('issuer', issuer, 'https://id.example.com');
    if (subject !== undefined) {
      checkPrincipalPart('subject', subject, 'alice');
      if (subject.includes('/')) {
        throw new Error(`PolicySource.requestPrincipal: the subject "${subject}" contains a slash, by which Istio tells issuer and subject apart. Use PolicyCondition.claim(['sub'], { values: ['${subject}'] }).`);
      }
    }
    return new PolicySource([{
      attribute: 'requestPrincipals',
      negated: false,
      title: `the token of ${subject === undefined ? '' : `${subject} of `}${issuer}`,
      values: () => [`${issuer}/${subject ?? ANY}`],
    }]);
  }

  /** Whoever brings a token that a JwtAuthentication verified. */
  public static anyToken(): PolicySource {
    return new PolicySource([{ attribute: 'requestPrincipals', negated: false, presence: true, title: 'token', values: () => [ANY] }]);
  }

  /** Whoever brings no token that a JwtAuthentication verifies. (A wrong one is answered with 401 before any policy.) */
  public static withoutToken(): PolicySource {
    return new PolicySource([{ attribute: 'requestPrincipals', negated: true, presence: true, title: 'token', values: () => [ANY] }]);
  }

  /** One source of which all of these hold: for example a caller, with a token. */
  public static allOf(...sources: PolicySource[]): PolicySource {
    if (sources.length === 0) throw new Error('PolicySource.allOf: no sources given. Name at least one; everyone is PolicySource.anyone().');
    sources.forEach((source) => checkSource('PolicySource.allOf', source));
    return located('PolicySource.allOf: ', () => new PolicySource(sources.flatMap(({ _terms }) => _terms)));
  }

  /** What is said of this source. @internal */
  public readonly _terms: readonly SourceTerm[];

  private constructor(terms: readonly SourceTerm[]) {
    this._terms = mergeTerms(terms);
  }

  /**
   * The same without these.
   *
   * In an allow, whoever is excepted by identity could come in plaintext, and by token without one: there, start from
   * `anyIdentity()`, `anyToken()`, or another identity or token. In a deny, `anyone().butNot(…)` refuses plaintext, too.
   *
   * @param sources each of one thing: a caller, a namespace, addresses …
   */
  public butNot(...sources: PolicySource[]): PolicySource {
    if (sources.length === 0) throw new Error('PolicySource.butNot: no sources given. Name who is excepted.');
    sources.forEach((source) => checkSource('PolicySource.butNot', source));
    return located('PolicySource.butNot: ', () => new PolicySource([...this._terms, ...sources.map(negation)]));
  }

  /** For messages: `namespace data, not frontend`. @internal */
  public get _title(): string {
    return this._terms.length === 0 ? 'anyone' : this._terms.map(titleOf).join(', ');
  }

  /** Whether only those who have an identity, or only those who have a token, are meant. @internal */
  public _requires(what: 'identity' | 'token'): boolean {
    return this._terms.some((term) => !term.negated && (what === 'identity' ? isIdentity(term) : isToken(term)));
  }

  /** What is excepted of those who have an identity (a token), and so holds for those who have none. @internal */
  public _excepts(what: 'identity' | 'token'): SourceTerm | undefined {
    return this._terms.find((term) => term.negated && !term.presence && (what === 'identity' ? isIdentity(term) : isToken(term)));
  }

  /** As Istio has it; undefined for anyone. Throws for what never matches. @internal */
  public _render(trustDomains: readonly string[]): SourceSpec | undefined {
    return renderTerms(this._terms, trustDomains);
  }
}

/** What programs without types give where a source is meant. */
export function checkSource(where: string, value: unknown): asserts value is PolicySource {
  if (value instanceof PolicySource) return;
  throw new Error(`${where}: ${describeValue(value)} is not a PolicySource. Write for example PolicySource.caller(frontend) or PolicySource.namespace('shop').`);
}

function negation({ _terms, _title }: PolicySource): SourceTerm {
  if (_terms.length === 0) throw new Error('nobody is left without anyone. Name who is excepted.');
  if (_terms.length > 1) {
    throw new Error(`"${_title}" holds together, and Istio cannot except what holds together. Except each on its own, as alternatives: two sources, each with one butNot.`);
  }
  return { ..._terms[0], negated: !_terms[0].negated };
}

function addresses(attribute: 'ipBlocks' | 'remoteIpBlocks', blocks: readonly string[]): SourceTerm {
  const values = located(`PolicySource.${attribute}: `, () => checkIpBlocks('blocks', blocks));
  return { attribute, negated: false, title: `${attribute} ${values.join(', ')}`, values: () => values };
}

function principalsOf(caller: IMeshCaller, trustDomains: readonly string[]): string[] {
  const identities = caller.callerIdentities();
  if (identities.length === 0) {
    throw new Error(`the caller ${caller.callerName} has no identity, and a source without one would be everyone. Give the service account it runs under.`);
  }
  return identities.map((identity) => principalOf(identity, trustDomains));
}

/** `cluster.local` is always understood as the mesh's own, so that a policy may be written before it is known. */
function principalOf({ namespace, name, foreignPrincipal }: CallerIdentity, trustDomains: readonly string[]): string {
  const principal = foreignPrincipal ?? `${trustDomains[0]}/ns/${namespace}/sa/${name}`;
  checkTrusted(principal, trustDomains);
  return principal;
}

function checkPrincipalPart(what: string, value: unknown, example: string): void {
  if (typeof value !== 'string' || value === '') throw new Error(`PolicySource.requestPrincipal: the ${what} is ${describeValue(value)}. Write for example "${example}".`);
  if (value.includes('*')) throw new Error(`PolicySource.requestPrincipal: the ${what} "${value}" contains "*". Give it in full; every token is PolicySource.anyToken(), parts of claims are PolicyCondition.claim.`);
}
