import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { AllowRule } from './allow-rule';
import { Nameable, distinctName, selectorKey } from './distinct-name';
import { heldBack } from './egress-reach';
import { sharersOf } from './shared-identity';
import { withoutSidecar } from './without-sidecar';
import type { AuthorizationPolicySpec } from '../imports/security.istio.io';
import { IMeshCaller } from '../model/identity';
import { IstioObject } from '../model/istio-object';
import { IMeshTarget } from '../model/mesh-target';
import { podsOf } from '../model/pod-index';
import { selectedBeside } from '../model/selector-width';
import { isDnsName } from '../semantics/kubernetes-name';

/** What callers without an identity are called in the names of policies. */
const NOBODY = 'plaintext';

/** The rules of one caller and one target: one policy, `allow-CALLER-to-TARGET`. */
interface Pair extends Nameable {
  readonly caller?: IMeshCaller;
  readonly target: IMeshTarget;
  readonly rules: AllowRule[];
  readonly policy: ApiObject;
}

export interface AllowPoliciesOptions {
  readonly trustDomain?: string;
  readonly metadata: ApiObjectMetadata;
}

/** The allow policies of one namespace. */
export class AllowPolicies {
  private readonly pairs: Pair[] = [];
  private readonly byTarget = new Map<IMeshTarget, Map<IMeshCaller | undefined, Pair>>();

  constructor(private readonly scope: Construct, private readonly options: AllowPoliciesOptions) {}

  /** In the order in which they were first spoken of. */
  public get objects(): ApiObject[] {
    return this.pairs.map(({ policy }) => policy);
  }

  /** Adds a rule to the policy of its pair; returns that policy when it is new. */
  public add(rule: AllowRule): ApiObject | undefined {
    rule.checkEarly(this.options.trustDomain);
    const callers = this.byTarget.get(rule.target) ?? new Map<IMeshCaller | undefined, Pair>();
    this.byTarget.set(rule.target, callers);
    const known = callers.get(rule.caller);
    if (known) {
      known.rules.push(rule);
      return undefined;
    }
    const { caller, target } = rule;
    const pair: Pair = {
      caller,
      target,
      rules: [rule],
      policy: this.createPolicy(() => pair),
      get base() { return `allow-${caller?.callerName ?? NOBODY}-to-${target.name}`; },
      key: () => `${JSON.stringify(rule.identities().map(String).sort())} ${selectorKey(target.selector)}`,
    };
    callers.set(caller, pair);
    this.pairs.push(pair);
    return pair.policy;
  }

  /** Rules by caller for ports where nobody has an identity: they never match. */
  public unreachable(portsWithoutIdentity: (selector: { readonly [label: string]: string }) => ReadonlySet<number>): string[] {
    return this.pairs.flatMap(({ rules, target }) => rules.flatMap((rule) => rule.unreachable(portsWithoutIdentity(target.selector)).map((port) =>
      `allow ${rule.title}: the pods' port ${port} is excepted from mutual TLS as DISABLE, so no caller has an identity there and this never matches. `
      + 'Except it as PERMISSIVE, or replace exception and allow by allowPlaintext.')));
  }

  /** What can only be said once every manifest is final. */
  public mistakes(): string[] {
    const rules = this.pairs.flatMap((pair) => pair.rules);
    return [
      ...new Set(rules.flatMap((rule) => attempt(rule, () => [rule.render(this.options.trustDomain), rule.target.selector]))),
      ...this.pairs.flatMap(nameMistakes),
      ...rules.flatMap((rule) => sharedIdentity(rule, this.scope)),
      ...new Set(rules.flatMap((rule) => heldBack(rule, callerNamespaces(rule)))),
      ...new Set(rules.flatMap((rule) => unprotected(rule, this.scope))),
      ...[...this.byTarget.keys()].flatMap((target) => wideSelector(target, this.scope)),
      ...this.foreignMistakes(rules),
    ];
  }

  private createPolicy(pair: () => Pair): ApiObject {
    return new IstioObject<AuthorizationPolicySpec>(this.scope, `Allow${this.pairs.length + 1}`, {
      kind: 'AuthorizationPolicy',
      metadata: { ...this.options.metadata, name: Lazy.any({ produce: () => distinctName(pair(), this.pairs) }) as unknown as string },
      spec: () => ({
        action: 'ALLOW',
        selector: { matchLabels: { ...pair().target.selector } },
        rules: pair().rules.map((rule) => rule.render(this.options.trustDomain)),
      }),
    });
  }

  /** `serviceAccounts` do not look at the trust domain, so beside another one ours has to be said. */
  private foreignMistakes(rules: readonly AllowRule[]): string[] {
    if (this.options.trustDomain !== undefined) return [];
    const foreign = identitiesOf(rules).find(({ foreignPrincipal }) => foreignPrincipal !== undefined);
    const local = identitiesOf(rules).find(({ foreignPrincipal }) => foreignPrincipal === undefined);
    if (foreign === undefined || local === undefined) return [];
    const [domain] = foreign.toString().split('/');
    return [
      `${foreign.toString()} of another trust domain is allowed, so this mesh trusts ${domain}, and an allow of ${local.toString()} by service account would hold for `
      + `${domain}/ns/${local.namespace}/sa/${local.name}, too. Give \`trustDomain\`, the one of this mesh, for example trustDomain: 'cluster.local'.`,
    ];
  }
}

function nameMistakes(pair: Pair): string[] {
  return [pair.caller?.callerName ?? NOBODY, pair.target.name]
    .filter((name) => !isDnsName(name))
    .map((name) => `allow ${pair.rules[0].title}: "${name}" becomes part of the policy's name, which takes lower-case letters, digits, dashes and dots. Give another \`name\`.`);
}

function identitiesOf(rules: readonly AllowRule[]): ReturnType<AllowRule['identities']> {
  return rules.flatMap((rule) => {
    try {
      return rule.identities();
    } catch {
      return []; // reported on its own
    }
  });
}

function attempt(rule: AllowRule, action: () => unknown): string[] {
  try {
    action();
    return [];
  } catch (error) {
    return [`allow ${rule.title}: ${(error as Error).message}`];
  }
}

function sharedIdentity(rule: AllowRule, scope: Construct): string[] {
  if (rule.sharedIdentity || !rule.caller) return [];
  const caller = rule.caller;
  return identitiesOf([rule]).flatMap((identity) => {
    const others = sharersOf(identity, caller, podsOf(scope));
    return others.length === 0 ? [] : [
      `allow ${rule.title}: the service account ${identity.toString()} is not ${caller.callerName}'s alone. It is shared by: ${others.join('; ')}. `
      + `Give ${caller.callerName} a service account of its own, or say sharedIdentity: true to allow all of these.`,
    ];
  });
}

function callerNamespaces(rule: AllowRule): Set<string> {
  return new Set(identitiesOf([rule]).filter(({ foreignPrincipal }) => foreignPrincipal === undefined).map(({ namespace }) => namespace));
}

function unprotected(rule: AllowRule, scope: Construct): string[] {
  try {
    return withoutSidecar(rule, podsOf(scope));
  } catch {
    return []; // a selector or a pod template that cannot be known is reported with its rule
  }
}

function wideSelector(target: IMeshTarget, scope: Construct): string[] {
  let others: string[];
  try {
    others = selectedBeside(target, podsOf(scope));
  } catch {
    return []; // a selector that cannot be known is reported with its rule
  }
  const labels = () => Object.entries(target.selector).map(([key, value]) => `${key}=${value}`).join(', ');
  return others.length === 0 ? [] : [
    `a policy for ${target.name} [${target.node.path}] would select ${labels()}, and so these pods too: ${others.join('; ')}. `
    + `Give the pods of ${target.name} a label of their own, or say which are meant by \`selector\` of its MeshWorkload.`,
  ];
}
