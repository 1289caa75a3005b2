import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { AllowRule, Rule, Trust } from './allow-rule';
import { DataPlane } from './ambient/data-plane';
import { isAtWaypoint } from './ambient/zero-trust-ambient';
import { DistinctNames, Nameable, selectorKey } from './distinct-name';
import { heldBack } from './egress-reach';
import { sharedAccounts } from './shared-identity';
import { outOfAmbient, withoutSidecar } from './without-sidecar';
import type { AuthorizationPolicySpec } from '../imports/security.istio.io';
import { AppRegistry } from '../model/app-registry';
import { IMeshCaller } from '../model/identity';
import { IstioObject } from '../model/istio-object';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { oncePerSynth, validateOncePerSynth } from '../model/once-per-synth';
import { keepPodsFresh, podsOf } from '../model/pod-index';
import { PolicyScope } from '../model/policy-scope';
import { selectorTooWide } from '../model/selector-width';
import { checkTrustDomains } from '../model/trust-domains';
import { isDnsName } from '../semantics/kubernetes-name';

/** What callers without an identity are called in the names of policies. */
const NOBODY = 'plaintext';

/** The rules of one caller and one target: one policy, `allow-CALLER-to-TARGET`. */
interface Pair extends Nameable {
  readonly caller?: IMeshCaller;
  readonly target: IMeshTarget;
  readonly rules: AllowRule[];
  policy: ApiObject;
}

/** What guards the namespace: where the policies stand, and what they have in common. */
export interface PolicyHome {
  readonly scope: Construct;
  readonly trust: Trust;
  readonly metadata: ApiObjectMetadata;
  /** Who carries them out. */
  readonly plane?: DataPlane;
  /** Called for each policy. */
  readonly welcome: (policy: ApiObject) => void;
}

const NAMESPACES = new AppRegistry<AllowPolicies>(() => []);

/**
 * The allow policies of one namespace, whoever asks for them: two that wrote a policy for one pair would overwrite each other.
 *
 * Each stands below its target, in the target's chart, until something guards the namespace: there they belong behind the
 * Namespace and before deny-all, and in one chart with both.
 */
export class AllowPolicies {
  /** Those of a namespace of the construct's App. */
  public static of(construct: IConstruct, namespace: string): AllowPolicies {
    const known = NAMESPACES.of(construct).find((policies) => policies.namespace === namespace);
    if (known) return known;
    const policies = new AllowPolicies(construct, namespace);
    NAMESPACES.register(construct, policies);
    return policies;
  }

  private readonly pairs: Pair[] = [];
  private readonly byTarget = new Map<IMeshTarget, Map<IMeshCaller | undefined, Pair>>();
  private readonly names: () => DistinctNames<Pair>;
  private home?: PolicyHome;

  private constructor(construct: IConstruct, private readonly namespace: string) {
    this.names = oncePerSynth(construct, () => new DistinctNames(this.pairs));
  }

  /** In the order in which they were first spoken of. */
  public get objects(): ApiObject[] {
    return this.pairs.map(({ policy }) => policy);
  }

  /** What is allowed. */
  public get rules(): AllowRule[] {
    return this.pairs.flatMap(({ rules }) => rules);
  }

  /** Moves all policies to what guards the namespace, which judges them from now on. */
  public settle(home: PolicyHome): void {
    this.home = home;
    this.pairs.forEach((pair, index) => {
      (pair.policy as IstioObject<unknown>).withdraw();
      pair.policy = this.createPolicy(index + 1, () => pair);
    });
  }

  /** Adds a rule to the policy of its pair. */
  public add(rule: AllowRule): void {
    rule.checkEarly(this.home?.trust);
    const { caller, target } = rule;
    if (!this.byTarget.has(target)) this.judgeAtTarget(target);
    const callers = this.byTarget.get(target) ?? new Map<IMeshCaller | undefined, Pair>();
    this.byTarget.set(target, callers);
    const known = callers.get(caller);
    if (known) {
      known.rules.push(rule);
      return;
    }
    const pair: Pair = {
      caller,
      target,
      rules: [rule],
      policy: this.createPolicy(this.pairs.length + 1, () => pair, target),
      get base() { return `allow-${caller?.callerName ?? NOBODY}-to-${target.name}`; },
      key: () => `${JSON.stringify(rule.identities().map(String).sort())} ${selectorKey(target.selector)}`,
    };
    callers.set(caller, pair);
    this.pairs.push(pair);
  }

  /** Rules by caller for ports where nobody has an identity: they never match. */
  public unreachable(portsWithoutIdentity: (selector: { readonly [label: string]: string }) => ReadonlySet<number>): string[] {
    return this.pairs.flatMap(({ rules, target }) => rules.flatMap((rule) => rule.unreachable(portsWithoutIdentity(target.selector)).map((port) =>
      `allow ${rule.title}: the pods' port ${port} is excepted from mutual TLS as DISABLE, so no caller has an identity there and this never matches. `
      + 'Except it as PERMISSIVE, or replace exception and allow by allowPlaintext.')));
  }

  /** What can only be said once every manifest is final. */
  public mistakes(): string[] {
    return this.mistakesOf(this.pairs);
  }

  private mistakesOf(pairs: readonly Pair[]): string[] {
    const rules = pairs.flatMap((pair) => pair.rules);
    return [
      ...new Set(rules.flatMap((rule) => attempt(rule, () => [this.checkTrust(rule), rule.render(undefined), rule.target.selector]))),
      ...pairs.flatMap(nameMistakes),
      ...new Set(rules.flatMap((rule) => sharedIdentity(rule))),
      ...new Set(heldBack(rules)),
      ...new Set(rules.flatMap((rule) => unprotected(rule, this.home?.plane))),
      ...[...new Set(pairs.filter((pair) => !isAtWaypoint(pair, this.home?.plane)).map(({ target }) => target))]
        .flatMap(wideSelector),
    ];
  }

  /** While nothing guards the namespace, each target's own validation says what is wrong. */
  private judgeAtTarget(target: IMeshTarget): void {
    keepPodsFresh(target);
    validateOncePerSynth(target, () => (this.home ? [] : this.mistakesOf(this.pairs.filter((pair) => pair.target === target))));
  }

  private checkTrust(rule: AllowRule): void {
    try {
      rule.checkTrust(this.home?.trust ?? { domains: checkTrustDomains() });
    } catch (error) {
      throw this.home ? error : new Error(`${(error as Error).message} It is a property of the ZeroTrustNamespace or the CallGraph that guards ${this.namespace}; nothing does.`);
    }
  }

  private createPolicy(number: number, pair: () => Pair, target: IMeshTarget = pair().target): ApiObject {
    const policy = new IstioObject<AuthorizationPolicySpec>(this.home?.scope ?? target, `Allow${number}`, {
      kind: 'AuthorizationPolicy',
      metadata: {
        ...this.home?.metadata,
        namespace: this.namespace,
        name: Lazy.any({ produce: () => this.names().of(pair()) }),
      },
      spec: () => ({
        action: 'ALLOW',
        ...this.placeOf(pair())._selection(),
        rules: this.render(pair()),
      }),
    });
    this.home?.welcome(policy);
    return policy;
  }

  private placeOf(pair: Pair): PolicyScope {
    return isAtWaypoint(pair, this.home?.plane) ? PolicyScope.service(pair.target as MeshService) : PolicyScope.workload(pair.target);
  }

  /** What two said with the same words, the caller and the target perhaps, is one rule. */
  private render({ rules }: Pair): Rule[] {
    const rendered = rules.map((rule) => rule.render(this.home?.trust.own, isAtWaypoint(rule, this.home?.plane)));
    return [...new Map(rendered.map((rule) => [JSON.stringify(rule), rule])).values()];
  }
}

function nameMistakes(pair: Pair): string[] {
  return [pair.caller?.callerName ?? NOBODY, pair.target.name]
    .filter((name) => !isDnsName(name))
    .map((name) => `allow ${pair.rules[0].title}: "${name}" becomes part of the policy's name, which takes lower-case letters, digits, dashes and dots. Give another \`name\`.`);
}

function identitiesOf(rule: AllowRule): ReturnType<AllowRule['identities']> {
  try {
    return rule.identities();
  } catch {
    return []; // reported on its own
  }
}

function attempt(rule: AllowRule, action: () => unknown): string[] {
  try {
    action();
    return [];
  } catch (error) {
    return [`allow ${rule.title}: ${(error as Error).message}`];
  }
}

function sharedIdentity(rule: AllowRule): string[] {
  if (rule.sharedIdentity || !rule.caller) return [];
  return sharedAccounts(rule.caller, identitiesOf(rule), podsOf(rule.target), 'sharedIdentity: true to allow all of these')
    .map((mistake) => `allow ${rule.title}: ${mistake}`);
}

function unprotected(rule: AllowRule, plane: DataPlane | undefined): string[] {
  try {
    return (plane?._isAmbient ? outOfAmbient : withoutSidecar)(rule, podsOf(rule.target));
  } catch {
    return []; // a selector or a pod template that cannot be known is reported with its rule
  }
}

function wideSelector(target: IMeshTarget): string[] {
  try {
    return selectorTooWide(target, podsOf(target));
  } catch {
    return []; // a selector that cannot be known is reported with its rule
  }
}
