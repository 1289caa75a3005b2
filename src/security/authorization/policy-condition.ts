import { PolicyValues, checkValues, checkWildcard } from './policy-values';
import type { AuthorizationPolicySpecRulesWhen } from '../../imports/security.istio.io';
import { checkIpBlocks } from '../../model/ip-blocks';
import { Spec } from '../../model/istio-object';
import { checkPorts } from '../../model/target-ports';
import { checkTrusted } from '../../model/trust-domains';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';

/** Which ports a condition is about, and which not. */
export interface PolicyPortValues {
  /**
   * Any of these: the Service's ports where the policy is for a `MeshService`, else the pods' own.
   *
   * @default - every port
   */
  readonly ports?: number[];
  /**
   * None of these.
   *
   * @default - none
   */
  readonly notPorts?: number[];
}

/** What a condition looks at, as far as it matters where it may stand. */
export type ConditionSort = 'identity' | 'token' | 'request' | 'connection';

export type ConditionSpec = Spec<AuthorizationPolicySpecRulesWhen>;

/** What a condition is rendered with. */
export interface ConditionContext {
  readonly trustDomains: readonly string[];
  /** The pods' ports behind those that are named. */
  readonly podPorts: (ports: readonly number[]) => readonly number[];
}

/** More than these in one condition are rejected by the API server. */
const MAX_ACCOUNTS = 16;

/**
 * Something else that has to hold for a request or a connection. All conditions of a rule hold together; of the
 * `values` of one, any is enough.
 *
 * A request that does not have the attribute has none of its `notValues`: `header('x-role', { notValues: ['guest'] })`
 * holds for a request without that header, and a claim's `notValues` for one without a token.
 *
 * @see https://istio.io/latest/docs/reference/config/security/conditions/
 */
export class PolicyCondition {
  /**
   * A claim of the verified token (`request.auth.claims`): a text, or a list of which one member is enough.
   *
   * @param path the claim's name, and for claims within claims the names on the way: `['realm_access', 'roles']`
   * @param values what it may be
   */
  public static claim(path: string[], values: PolicyValues): PolicyCondition {
    const wrong: unknown = Array.isArray(path) && path.length > 0 ? path.find((name) => typeof name !== 'string' || name === '' || /[[\]]/.test(name)) : path;
    if (wrong !== undefined || (Array.isArray(path) && path.includes(undefined as never))) {
      throw new Error(`PolicyCondition.claim: ${describeValue(wrong)} is not the name of a claim. Give a list of names without brackets, for example ['role'] or ['realm_access', 'roles'].`);
    }
    return texts('claim', 'token', `request.auth.claims${path.map((name) => `[${name}]`).join('')}`, values);
  }

  /** The audiences that the verified token is for: its claim `aud`. */
  public static audience(values: PolicyValues): PolicyCondition {
    return texts('audience', 'token', 'request.auth.audiences', values);
  }

  /** Who presents the verified token: its claim `azp`. */
  public static presenter(values: PolicyValues): PolicyCondition {
    return texts('presenter', 'token', 'request.auth.presenter', values);
  }

  /** The principal of the verified token, `ISSUER/SUBJECT`. */
  public static requestPrincipal(values: PolicyValues): PolicyCondition {
    return texts('requestPrincipal', 'token', 'request.auth.principal', values);
  }

  /** A header of the request. Its name's case does not matter, its value's does. Anybody can send any header. */
  public static header(name: string, values: PolicyValues): PolicyCondition {
    if (typeof name !== 'string' || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new Error(`PolicyCondition.header: ${describeValue(name)} is not a header name. Letters, digits and !#$%&'*+-.^_\`|~ are allowed.`);
    }
    return texts('header', 'request', `request.headers[${name}]`, values);
  }

  /** Where the connection comes from, as addresses and CIDR blocks: see `PolicySource.ipBlocks`. */
  public static sourceIp(values: PolicyValues): PolicyCondition {
    return blocks('sourceIp', 'source.ip', values);
  }

  /** The client's original address, as addresses and CIDR blocks: see `PolicySource.remoteIpBlocks`. */
  public static remoteIp(values: PolicyValues): PolicyCondition {
    return blocks('remoteIp', 'remote.ip', values);
  }

  /** The caller's namespace, in whatever trust domain of the mesh. */
  public static sourceNamespace(values: PolicyValues): PolicyCondition {
    return of('sourceNamespace', 'identity', 'source.namespace', values, (value, what) => {
      if (!/^[-a-z0-9*]+$/.test(value)) throw new Error(`${what}: "${value}" is not a namespace: lower-case letters, digits and dashes, and * for any text.`);
    });
  }

  /** The caller's service account as `NAMESPACE/ACCOUNT`, in whatever trust domain of the mesh. At most 16, without wildcards. */
  public static sourceServiceAccount(values: PolicyValues): PolicyCondition {
    const condition = of('sourceServiceAccount', 'identity', 'source.serviceAccount', values, (value, what) => {
      const [namespace, name, ...rest] = value.split('/');
      if (rest.length === 0 && isDnsLabel(namespace) && isDnsName(name ?? '')) return;
      throw new Error(`${what}: "${value}" is not a service account. Write NAMESPACE/ACCOUNT without wildcards, for example "shop/frontend".`);
    });
    for (const [field, list] of Object.entries(condition.given)) {
      if (list.length > MAX_ACCOUNTS) throw new Error(`PolicyCondition.sourceServiceAccount: \`${field}\` holds ${list.length} accounts, and Istio takes at most ${MAX_ACCOUNTS}. Divide them over several rules, or use PolicySource.`);
    }
    return condition;
  }

  /** The caller's identity, `TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT`; its trust domain has to be listed in `trustDomains` of the policy. */
  public static sourcePrincipal(values: PolicyValues): PolicyCondition {
    const condition = of('sourcePrincipal', 'identity', 'source.principal', values, (value, what) => {
      checkWildcard(what, value);
      if (value === '*' || /^[^/*]+\/ns\/[^/*]+\/sa\/([^/*]+\*?|\*)$/.test(value)) return;
      throw new Error(`${what}: "${value}" is not an identity. Write TRUST_DOMAIN/ns/NAMESPACE/sa/ACCOUNT, without spiffe://, or TRUST_DOMAIN/ns/NAMESPACE/sa/*.`);
    });
    return condition.trusted();
  }

  /** The caller's trust domain, which has to be listed in `trustDomains` of the policy. Istio knows this from 1.31 on. */
  public static sourceTrustDomain(values: PolicyValues): PolicyCondition {
    const condition = of('sourceTrustDomain', 'identity', 'source.trustDomain', values, (value, what) => {
      if (value !== '*' && !isDnsName(value)) throw new Error(`${what}: "${value}" is not a domain. Write it without spiffe://, for example "partner.example".`);
    });
    return condition.trusted();
  }

  /** The address that was called: of the pod, as addresses and CIDR blocks. */
  public static destinationIp(values: PolicyValues): PolicyCondition {
    return blocks('destinationIp', 'destination.ip', values);
  }

  /** The port that was called. The same as `ports` and `notPorts` of a PolicyOperation, for all operations of a rule. */
  public static destinationPort(ports: PolicyPortValues): PolicyCondition {
    const what = 'PolicyCondition.destinationPort';
    if (typeof ports !== 'object' || ports === null || Array.isArray(ports) || (ports.ports === undefined && ports.notPorts === undefined)) {
      throw new Error(`${what}: ${describeValue(ports)} is given instead of ports. Write for example { ports: [8080] } or { notPorts: [9090] }.`);
    }
    located(`${what}: `, () => {
      checkPorts(ports.ports);
      checkPorts(ports.notPorts);
      const both = ports.ports?.find((port) => ports.notPorts?.includes(port));
      if (both !== undefined) throw new Error(`port ${both} is both wanted and excluded, so it never matches. Leave out one of them.`);
    });
    const { ports: wanted = [], notPorts = [] } = ports;
    return new PolicyCondition('connection', 'destination.port', { values: wanted.map(String), notValues: notPorts.map(String) }, ({ podPorts }, values) =>
      (values.length === 0 ? [] : podPorts(values.map(Number)).map(String)));
  }

  /**
   * The name that a TLS client asked for (SNI): at a gateway that passes TLS through, the host. Mutual TLS of the mesh asks for
   * `outbound_.PORT_._.HOST`; plaintext asks for nothing.
   */
  public static sni(values: PolicyValues): PolicyCondition {
    return of('sni', 'connection', 'connection.sni', values, (value, what) => checkWildcard(what, value));
  }

  /**
   * Metadata that a filter of Envoy leaves behind: `experimental.envoy.filters.…`. Experimental in Istio.
   *
   * @param filter the filter's name: `envoy.filters.network.mysql_proxy`
   * @param key the key of the metadata: `bookinfo.reviews`
   * @param values a text, or in brackets (`[update]`) a member of a list
   */
  public static envoyFilter(filter: string, key: string, values: PolicyValues): PolicyCondition {
    if (typeof filter !== 'string' || !/^envoy\.filters\.[a-z0-9_.]+$/.test(filter)) {
      throw new Error(`PolicyCondition.envoyFilter: ${describeValue(filter)} is not a filter of Envoy. Write for example "envoy.filters.network.mysql_proxy".`);
    }
    if (typeof key !== 'string' || key === '' || /[[\]]/.test(key)) throw new Error(`PolicyCondition.envoyFilter: ${describeValue(key)} is not a key. Write it without brackets.`);
    return of('envoyFilter', 'connection', `experimental.${filter}[${key}]`, values, () => undefined);
  }

  /** @internal */
  public static _of(sort: ConditionSort, key: string, values: Required<PolicyValues>): PolicyCondition {
    return new PolicyCondition(sort, key, values);
  }

  private constructor(
    /** @internal */
    public readonly _sort: ConditionSort,
    /** @internal */
    public readonly _key: string,
    private readonly given: Required<PolicyValues>,
    private readonly resolve: (context: ConditionContext, values: readonly string[]) => readonly string[] = (_, values) => values,
  ) {}

  /** Whether it only holds for what has the attribute. @internal */
  public get _requires(): boolean {
    return this.given.values.length > 0;
  }

  /** As Istio has it. @internal */
  public _render(context: ConditionContext): ConditionSpec {
    const values = this.resolve(context, this.given.values);
    const notValues = this.resolve(context, this.given.notValues);
    return { key: this._key, values: values.length > 0 ? values : undefined, notValues: notValues.length > 0 ? notValues : undefined };
  }

  private trusted(): PolicyCondition {
    return new PolicyCondition(this._sort, this._key, this.given, ({ trustDomains }, values) => {
      for (const value of values) if (value !== '*') checkTrusted(value, trustDomains);
      return values;
    });
  }
}

/** What programs without types give where a condition is meant. */
export function checkCondition(where: string, value: unknown): asserts value is PolicyCondition {
  if (value instanceof PolicyCondition) return;
  throw new Error(`${where}: ${describeValue(value)} is not a PolicyCondition. Write for example PolicyCondition.claim(['role'], { values: ['reader'] }).`);
}

function of(factory: string, sort: ConditionSort, key: string, values: PolicyValues, check: (value: string, what: string) => void): PolicyCondition {
  const what = `PolicyCondition.${factory}`;
  return PolicyCondition._of(sort, key, checkValues(what, values, (value) => check(value, what)));
}

function texts(factory: string, sort: ConditionSort, key: string, values: PolicyValues): PolicyCondition {
  return of(factory, sort, key, values, (value, what) => checkWildcard(what, value));
}

function blocks(factory: string, key: string, values: PolicyValues): PolicyCondition {
  const what = `PolicyCondition.${factory}`;
  return PolicyCondition._of('connection', key, checkValues(what, values, (value, field) => {
    located(`${what}: `, () => void checkIpBlocks(field, [value]));
  }));
}
