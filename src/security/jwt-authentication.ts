import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { tokensInAmbient } from './ambient/ztunnel-judgement';
import { registerAuthentication } from './jwt-authentications';
import { TokenExemption, checkExemptions, exceptedOperations } from './jwt-exemption';
import { JwtIssuer, renderIssuer } from './jwt-issuer';
import { streamExemptions, streamsWithoutExemption } from './jwt-streams';
import type { AuthorizationPolicySpec, RequestAuthenticationSpec } from '../imports/security.istio.io';
import { checkConstructProps, checkFlags, checkList, checkProps } from '../model/given';
import { IstioObject, Spec } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { keepPodsFresh } from '../model/pod-index';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { Silence } from '../model/silence';
import { shortName } from '../semantics/kubernetes-name';

/** Whose tokens are believed where, and whether one has to be brought. */
export interface JwtAuthenticationProps {
  /** For whom it holds: a service, the pods of a gateway, a namespace or the mesh. */
  readonly scope: PolicyScope;
  /** Whose tokens are believed. A token of anybody else, or one that is not good, is refused with 401. */
  readonly issuers: JwtIssuer[];
  /**
   * Whether requests without a token may pass. What needs one then has to be said elsewhere: by an `AllowPolicy` with a
   * condition on claims, or by routes.
   *
   * @default false
   */
  readonly tokenOptional?: boolean;
  /**
   * Requests that need no token. Not together with `tokenOptional`.
   *
   * @default - none but the ports of a MeshService that carry no HTTP
   */
  readonly exemptions?: TokenExemption[];
  /**
   * Whether browsers may ask, without a token, what they may send from another site (CORS preflights: OPTIONS with
   * `Origin` and `Access-Control-Request-Method`). The application gets these requests unless a CORS policy answers them.
   *
   * @default false
   */
  readonly corsPreflights?: boolean;
  /**
   * Labels, annotations and another name of the RequestAuthentication; the AuthorizationPolicy is called
   * `require-token-NAME`, with the same labels and annotations. The namespace is the scope's.
   *
   * @default - named like the workload or Gateway, else `default`
   */
  readonly metadata?: ApiObjectMetadata;
}

type Rule = NonNullable<Spec<AuthorizationPolicySpec>['rules']>[number];

const NAME_FOR_ALL = 'default';
/** On a port without requests, a rule that refuses whoever has no token refuses everyone. */
const CLOSES_STREAMS = 'MESH2112';
const EXAMPLE = "{ scope: PolicyScope.workload(api), issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/.well-known/jwks.json'), audiences: JwtAudiences.of('https://api.example.com') }] }";

/**
 * Requests carry a token of an issuer that is named here, a JSON Web Token, and one that is good: signed by the issuer's
 * key, for this audience, neither expired (a token without `exp` never does) nor early, with a minute's tolerance.
 *
 * A RequestAuthentication alone lets requests without a token pass, so this also writes an AuthorizationPolicy that
 * refuses them: one that denies, as an allow would open the workload to everyone with a token, or close it for whom another
 * policy lets in. What a token has to say beyond that is for an `AllowPolicy`.
 *
 * - 401: a token that is expired, not yet valid, of another issuer, by another key, or no token at all by its form
 * - 403: no token; a token for another audience; a token without a `sub`, which has no principal
 *
 * @see https://istio.io/latest/docs/reference/config/security/request_authentication/
 */
export class JwtAuthentication extends Construct {
  /** The RequestAuthentication. */
  public readonly requestAuthentication: ApiObject;
  /** The AuthorizationPolicy that refuses requests without a token; undefined where tokens are optional. */
  public readonly tokenPolicy?: ApiObject;

  private readonly props: JwtAuthenticationProps;

  /** Throws for an issuer without keys or audiences, and for what would make the requirement void. */
  constructor(parent: Construct, id: string, props: JwtAuthenticationProps) {
    super(parent, id);
    registerConstruct(this, JwtAuthentication);
    checkConstructProps(this, props, EXAMPLE);
    this.props = { ...props };
    const rules = locatedAt(this, () => this.checkedRules());
    const { scope: held, metadata } = this.props;
    const name = metadata?.name ?? (held._name === undefined ? NAME_FOR_ALL : shortName(held._name));
    this.requestAuthentication = new IstioObject<RequestAuthenticationSpec>(this, 'RequestAuthentication', {
      kind: 'RequestAuthentication',
      metadata: { ...metadata, name, namespace: held._namespace },
      spec: () => ({ ...held._selection(), jwtRules: rules }),
    });
    if (!this.props.tokenOptional) {
      this.tokenPolicy = new IstioObject<AuthorizationPolicySpec>(this, 'AuthorizationPolicy', {
        kind: 'AuthorizationPolicy',
        metadata: { ...metadata, name: shortName(name === NAME_FOR_ALL ? 'require-token' : `require-token-${name}`), namespace: held._namespace },
        spec: () => ({ ...held._selection(), action: 'DENY', rules: this.refusals() }),
      });
      Silence.finding(this.tokenPolicy, CLOSES_STREAMS, 'where nobody can bring a token, nobody is to come in, but on ports that are named here');
    }
    registerAuthentication(this, { scope: held, issuers: rules.map(({ issuer }) => issuer!), isRequired: !this.props.tokenOptional });
    keepPodsFresh(this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** What is refused: whoever has no token of these issuers, but for what is excepted. */
  private refusals(): Rule[] {
    const { scope, exemptions = [], issuers, corsPreflights } = this.props;
    const excepted = [...exemptions, ...streamExemptions(scope._target, exemptions)];
    const principals = [...new Set(issuers.map(({ issuer }) => `${issuer}/*`))].sort();
    const rule = (more: readonly TokenExemption[], when?: Rule['when']): Rule => {
      const operations = exceptedOperations([...excepted, ...more], scope).filter((operation) => Object.keys(operation).length > 0);
      return {
        from: [{ source: { notRequestPrincipals: principals } }],
        to: operations.length > 0 ? operations.map((operation) => ({ operation })) : undefined,
        when,
      };
    };
    if (!corsPreflights) return [rule([])];
    // A preflight is all three; whatever lacks one of them is none.
    return [
      rule([{ methods: ['OPTIONS'] }]),
      ...['origin', 'access-control-request-method'].map((header) => rule([], [{ key: `request.headers[${header}]`, notValues: ['*'] }])),
    ];
  }

  private checkedRules() {
    const { scope, issuers, tokenOptional, exemptions, corsPreflights, metadata } = this.props;
    checkScope(scope);
    checkFlags({ tokenOptional, corsPreflights });
    if (metadata !== undefined) checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
    if (metadata?.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${metadata.namespace}, but a policy for ${scope._title} stands in ${scope._namespace}. Leave it out.`);
    }
    checkList('issuers', issuers, "[{ issuer: 'https://id.example.com', jwks: …, audiences: … }]");
    if (issuers.length === 0) throw new Error(`\`issuers\` is empty, so nobody's tokens would be verified. Name one: ${EXAMPLE.slice(EXAMPLE.indexOf('issuers'), -2)}.`);
    const rules = issuers.map(renderIssuer);
    const twice = rules.find(({ issuer }, index) => rules.findIndex((other) => other.issuer === issuer) !== index);
    if (twice) throw new Error(`\`issuers\` names ${twice.issuer} twice, and Istio verifies a token by either. Make one of the two, with all audiences: JwtAudiences.of('a', 'b').`);
    checkExemptions(exemptions);
    if (tokenOptional && (exemptions?.length || corsPreflights)) {
      throw new Error(`\`${exemptions?.length ? 'exemptions' : 'corsPreflights'}\` is given with \`tokenOptional: true\`, and then no request needs a token. Leave one of them out.`);
    }
    this.checkTokensArrive();
    return rules;
  }

  /** Gateways are part of the mesh, too: one that takes the token out leaves none for the services behind it. */
  private checkTokensArrive(): void {
    const { scope, issuers, tokenOptional } = this.props;
    if (!scope._isMesh || tokenOptional) return;
    const taken = issuers.find(({ forward }) => !forward);
    if (taken === undefined) return;
    throw new Error(`every proxy of the mesh would require a token of ${taken.issuer}, and the first one, the gateway's say, takes it out of the request, so the next one would refuse it. `
      + 'Say `forward: true` for the issuer, and let applications pass the token on; or require tokens at the gateway only: PolicyScope.workload(gatewayPods).');
  }

  private mistakes(): string[] {
    try {
      this.refusals();
    } catch (error) {
      return [(error as Error).message];
    }
    const { scope, exemptions = [], tokenOptional } = this.props;
    return [...scope._mistakes(this), ...tokensInAmbient(this, scope), ...tokenOptional ? [] : streamsWithoutExemption(this, scope, exemptions)];
  }
}
