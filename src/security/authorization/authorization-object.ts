import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { AuthorizationPolicyOptions } from './authorization-props';
import { foreignHosts } from './foreign-host';
import { withoutMtls } from './identity-ports';
import { PolicyRule } from './policy-rule';
import { PolicyAction, RuleContext } from './rule-context';
import { RuleWriter } from './rule-writer';
import { NamedCaller } from './source-term';
import type { AuthorizationPolicySpec } from '../../imports/security.istio.io';
import { checkFlags, checkList, checkProps } from '../../model/given';
import { IMeshCaller } from '../../model/identity';
import { IstioObject } from '../../model/istio-object';
import { MeshService } from '../../model/mesh-service';
import { IMeshTarget } from '../../model/mesh-target';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { keepPodsFresh, podsOf } from '../../model/pod-index';
import { PolicyScope, checkScope } from '../../model/policy-scope';
import { checkTrustDomains } from '../../model/trust-domains';
import { describeValue } from '../../semantics/describe-value';
import { isDnsName, shortName } from '../../semantics/kubernetes-name';
import { located } from '../../semantics/located';
import { judgeInAmbient } from '../ambient/ztunnel-judgement';
import { sharedAccounts } from '../shared-identity';

const DRY_RUN = 'istio.io/dry-run';

export interface AuthorizationObjectProps extends AuthorizationPolicyOptions {
  readonly action: PolicyAction;
  /** What the name begins with: `allow`. */
  readonly word: string;
  /** Undefined for a policy that never matches. */
  readonly rules: readonly PolicyRule[] | undefined;
  readonly provider?: string;
  readonly dryRun?: boolean;
  readonly closesTcpPorts?: boolean;
  readonly requestsOnly?: string;
}

/** The AuthorizationPolicy of a construct, and what is wrong with it. */
export class AuthorizationObject {
  public readonly object: ApiObject;
  private readonly context: RuleContext;
  private readonly rules: readonly RuleWriter[];

  constructor(private readonly owner: Construct, private readonly props: AuthorizationObjectProps) {
    checkScope(props.scope);
    checkFlags({ dryRun: props.dryRun, closesTcpPorts: props.closesTcpPorts });
    const { action, scope, requestsOnly } = props;
    const trustDomains = checkTrustDomains(props.trustDomains);
    this.context = { owner, action, scope, trustDomains, closesTcpPorts: props.closesTcpPorts ?? false, requestsOnly };
    this.rules = (props.rules ?? []).map((rule, index) => located(`rules[${index}]: `, () => new RuleWriter(rule, this.context)));
    this.checkEarly();
    keepPodsFresh(owner);
    this.object = new IstioObject<AuthorizationPolicySpec>(owner, 'AuthorizationPolicy', {
      kind: 'AuthorizationPolicy',
      metadata: this.metadata(),
      spec: () => ({
        // An ALLOW without rules is `spec: {}`, as everybody writes it.
        action: props.rules === undefined ? undefined : action,
        provider: props.provider === undefined ? undefined : { name: props.provider },
        ...scope._selection(),
        rules: props.rules === undefined ? undefined : this.rules.map((rule) => rule.render()),
      }),
    });
    validateOncePerSynth(owner, () => this.mistakes());
    judgeInAmbient({ owner, scope, object: this.object });
  }

  private metadata(): ApiObjectMetadata {
    const { metadata = {}, scope, word, dryRun } = this.props;
    checkProps(metadata, "metadata: { name: 'readers' }");
    if (metadata.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${describeValue(metadata.namespace)}, and the policy is for ${scope._title}: it stands in ${scope._namespace}. Leave it out.`);
    }
    const name = metadata.name ?? shortName(this.props.rules === undefined && !scope._name ? word : `${word}-${placeOf(scope)}`);
    if (typeof name !== 'string' || !isDnsName(name)) {
      throw new Error(`\`metadata.name\` is ${describeValue(name)}, which takes lower-case letters, digits, dashes and dots. Give another one, for example "readers".`);
    }
    if (metadata.annotations?.[DRY_RUN] !== undefined) throw new Error(`\`metadata.annotations\` holds ${DRY_RUN}. Say dryRun: true instead, where there is such a prop.`);
    const annotations = dryRun ? { ...metadata.annotations, [DRY_RUN]: 'true' } : metadata.annotations;
    return { ...metadata, name, namespace: scope._namespace, ...annotations && { annotations } };
  }

  /** Throws now what cannot become right later; a manifest of this App may still change, and is judged at validation. */
  private checkEarly(): void {
    if (this.mayChange()) return;
    this.rules.forEach((rule, index) => located(`rules[${index}]: `, () => rule.render()));
    this.context.scope._selection();
  }

  private mayChange(): boolean {
    const target: (IMeshTarget & Partial<IMeshCaller>) | undefined = this.context.scope._target;
    if (target instanceof MeshService && target._serviceSelector !== undefined) return true;
    return (target?.callerPods?.() ?? []).length > 0 || this.callers().some(({ caller }) => caller.callerPods().length > 0);
  }

  private callers(): NamedCaller[] {
    return this.rules.flatMap(({ sources }) => sources.flatMap(({ _terms }) => _terms.flatMap(({ caller }) => caller ?? [])));
  }

  private mistakes(): string[] {
    const broken = this.rules.flatMap((rule, index) => {
      try {
        rule.render();
        return [];
      } catch (error) {
        return [`rules[${index}]: ${(error as Error).message}`];
      }
    });
    return [
      ...broken,
      ...this.context.scope._mistakes(this.owner),
      ...new Set(this.callers().flatMap((caller) => this.shared(caller))),
      ...broken.length > 0 ? [] : this.neverMatching(),
    ];
  }

  private neverMatching(): string[] {
    return this.rules.flatMap((rule, index) =>
      [...withoutMtls(rule, this.context), ...foreignHosts(rule, this.context)].map((mistake) => `rules[${index}]: ${mistake}`));
  }

  private shared({ caller, sharedIdentity }: NamedCaller): string[] {
    if (sharedIdentity) return [];
    try {
      return sharedAccounts(caller, caller.callerIdentities(), podsOf(this.owner), 'PolicySource.caller(…, { sharedIdentity: true }) where all of these are meant');
    } catch {
      return []; // reported with its rule
    }
  }
}

/** The rules of a policy that has to have some. Throws for what programs without types give. */
export function checkRules(rules: unknown, alternatives: string): asserts rules is PolicyRule[] {
  checkList('rules', rules, '[{ sources: [PolicySource.caller(frontend)] }]');
  if ((rules as unknown[]).length === 0) throw new Error(`\`rules\` is empty. ${alternatives}`);
}

/** `reviews`, `in-shop`, `in-mesh`. */
function placeOf(scope: PolicyScope): string {
  return scope._name ?? (scope._isMesh ? 'in-mesh' : `in-${scope._namespace}`);
}
