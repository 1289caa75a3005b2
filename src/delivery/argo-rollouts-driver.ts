import { ApiObject, ApiObjectMetadata, Duration, Lazy } from 'cdk8s';
import { IConstruct } from 'constructs';
import { canarySplit } from './canary-split';
import { ReleasedDeployment } from './released-deployment';
import type { BoundRollout, RolloutDescription, RolloutDriver } from './rollout-driver';
import type { RolloutGate } from './rollout-gate';
import { splitRules } from './split-rules';
import { chooseByHash, hashedRule } from './sticky-filter';
import { matchedTo } from './version-split';
import { validateOncePerSynth } from '../model/once-per-synth';
import type { QueryTarget } from '../observability/golden-queries';
import { describeValue } from '../semantics/describe-value';
import { istioDuration } from '../semantics/duration';

export interface ArgoRolloutsOptions {
  /**
   * The Deployment whose template is released: the Rollout refers to it (`workloadRef`), and a release is a change of its
   * template.
   *
   * @default - the service's only workload
   */
  readonly workload?: IConstruct;
  /**
   * How many pods the Rollout runs, from 1: where an autoscaler decides, the least that it keeps.
   *
   * @default - as many as a Deployment says that is being adopted; else it has to be given
   */
  readonly replicas?: number;
  /**
   * Whether the Deployment's own pods still get the requests: the engine then keeps them until the Rollout's are all there,
   * and scales the Deployment to 0. For the first apply alone: the engine does that once, so a Deployment that later says
   * anything but `replicas: 0` would run pods of each new version beside the rollout.
   *
   * @default false: the Deployment says `replicas: 0`
   */
  readonly adopts?: boolean;
  /**
   * How often the gates are asked while the canary gets requests; they are asked once more before the next step.
   * Whole seconds, from 1.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;
  /**
   * How many answers of one gate may fail before the rollout goes back.
   *
   * @default 0
   */
  readonly failureLimit?: number;
  /**
   * Labels and annotations of the Rollout and the AnalysisTemplates, and the Rollout's name if it must differ from the
   * Deployment's.
   *
   * @default - the Deployment's name
   */
  readonly metadata?: ApiObjectMetadata;
}

const API = 'argoproj.io/v1alpha1';
const STABLE = 'stable';
const CANARY = 'canary';

/**
 * Argo Rollouts changes the weights in our VirtualService, and adds a hash to the labels of our two subsets.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export class ArgoRolloutsDriver implements RolloutDriver {
  public readonly title = 'Argo Rollouts';

  constructor(private readonly options: ArgoRolloutsOptions) {
    const { replicas, failureLimit = 0, interval } = options;
    if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
      throw new Error(`RolloutEngine.argoRollouts: \`replicas\` is ${describeValue(replicas)}; a whole number from 1 is allowed.`);
    }
    if (!Number.isInteger(failureLimit) || failureLimit < 0) {
      throw new Error(`RolloutEngine.argoRollouts: \`failureLimit\` is ${describeValue(failureLimit)}; a whole number from 0 is allowed.`);
    }
    if (interval !== undefined) istioDuration(interval, 'RolloutEngine.argoRollouts: interval');
  }

  public bind(description: RolloutDescription): BoundRollout {
    const { rollout, service, alwaysCanary, stickiness } = description;
    this.refuse(description);
    const deployment = ReleasedDeployment.of(this.title, description, this.options.workload);
    // The engine tells the versions' pods apart by a hash that it adds: labels that one version lacks would select nobody.
    for (const name of [STABLE, CANARY]) service._addSubset({ owner: rollout, name, labels: {} });
    const name = stickiness ? hashedRule(service) : `${service.name}-split`.replaceAll('.', '-');
    const split = canarySplit(description, STABLE, CANARY, 0).map((layer) => ({ ...layer, value: { ...layer.value, name } }));
    for (const layer of [...split, ...(alwaysCanary ? [matchedTo(alwaysCanary, CANARY)] : [])]) service._addRouteLayer({ owner: rollout, ...layer });
    if (stickiness?._hash) chooseByHash(rollout, service, stickiness._hash);
    const templates = this.createTemplates(description);
    this.createRollout(description, deployment, name).addDependency(service.destinationRule!, service.virtualService!, ...templates);
    validateOncePerSynth(rollout, () => [...this.ports(description), ...this.foreignSubsets(description), ...this.runningBeside(deployment)]);
    return { stableSubset: STABLE, canarySubset: CANARY };
  }

  private refuse({ rollout, stable, canary, weight, mirrorFirst, stickiness }: RolloutDescription): void {
    const path = rollout.node.path;
    if (stable !== undefined || canary !== undefined) {
      throw new Error(
        `[${path}] \`${stable === undefined ? 'canary' : 'stable'}\` is given, but with ${this.title} both versions come from one Deployment: a release is a change of its pod template. Leave it out.`);
    }
    if (weight !== undefined) throw new Error(`[${path}] weight is ${weight}, but ${this.title} sets the weights, by \`steps\`. Leave it out.`);
    if (mirrorFirst !== undefined) {
      throw new Error(
        `[${path}] \`mirrorFirst\`: the rule by which ${this.title} mirrors stands above all others and has none of their timeouts, retries and headers. `
        + 'Use RolloutEngine.manual() or RolloutEngine.flagger() for it, or leave it out.');
    }
    if (stickiness?._cookie) {
      throw new Error(
        `[${path}] stickiness by a cookie: when ${this.title} goes back, it does not know the cookies that lead to the failed canary, and its users would stay there. `
        + 'Use Stickiness.byHash(...), or leave it out.');
    }
  }

  private ports({ service }: RolloutDescription): string[] {
    return service.ports.some((port) => port.isHttp) ? [] : [
      `${this.title} changes the weights of HTTP rules, and ${service.name} has ${service._ports.list()}. Use RolloutEngine.manual().`,
    ];
  }

  /** It writes the DestinationRule's subsets anew, with no others than its own. */
  private foreignSubsets({ service, rollout }: RolloutDescription): string[] {
    return service._subsets.all.filter(({ owner }) => owner !== rollout).map(({ name, owner }) =>
      `[${owner.node.path}] defines the subset "${name}" of ${service.name}, which ${this.title} would delete: it keeps only its own, ${STABLE} and ${CANARY}. Take it away, or use RolloutEngine.manual().`);
  }

  private createRollout(description: RolloutDescription, deployment: ReleasedDeployment, ruleName: string): ApiObject {
    const { rollout, service, gates, alwaysCanary } = description;
    const { metadata, adopts } = this.options;
    const watch = gates.length === 0 ? undefined : {
      templates: [{ templateName: this.templateName(description, 'watch') }],
      // Before the first weight there is nothing to ask about.
      startingStep: 1,
      args: Lazy.any({ produce: () => this.args(description, deployment) }),
    };
    return new ApiObject(rollout, 'Rollout', {
      apiVersion: API,
      kind: 'Rollout',
      metadata: { ...metadata, name: metadata?.name ?? deployment.name, namespace: deployment.namespace },
      spec: {
        replicas: Lazy.any({ produce: () => this.replicas(description, deployment) }),
        selector: { matchLabels: Lazy.any({ produce: () => deployment.matchLabels }) },
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.name, scaleDown: adopts ? 'onsuccess' : 'never' },
        strategy: {
          canary: {
            // Testers would else find nobody where a canary failed: 0 keeps those pods that a step of their own asked for.
            abortScaleDownDelaySeconds: alwaysCanary ? 0 : undefined,
            trafficRouting: {
              istio: {
                virtualServices: Lazy.any({ produce: () => splitRules(service, ruleName) }),
                destinationRule: { name: service.destinationRule!.name, stableSubsetName: STABLE, canarySubsetName: CANARY },
              },
            },
            analysis: watch,
            steps: description.steps.flatMap((step) => [
              ...(alwaysCanary ? [{ setCanaryScale: { weight: step._weight } }] : []),
              { setWeight: step._weight },
              { pause: step._pause === undefined ? {} : { duration: istioDuration(step._pause, 'pause') } },
              ...(gates.length === 0 ? [] : [{
                analysis: {
                  templates: [{ templateName: this.templateName(description, 'gates') }],
                  args: Lazy.any({ produce: () => this.args(description, deployment) }),
                },
              }]),
            ]),
          },
        },
      },
    });
  }

  /** One asks before each next step, one all the time in between: a canary that fails is not waited for. */
  private createTemplates(description: RolloutDescription): ApiObject[] {
    const { rollout, gates, metrics } = description;
    if (gates.length === 0) return [];
    const { metadata, failureLimit = 0, interval = Duration.minutes(1) } = this.options;
    const every = istioDuration(interval, 'interval');
    const variants = [['Gates', 'gates', { count: 1 }], ['Watch', 'watch', { interval: every, initialDelay: every }]] as const;
    return variants.map(([id, role, schedule]) => new ApiObject(rollout, id, {
      apiVersion: API,
      kind: 'AnalysisTemplate',
      metadata: { ...metadata, name: this.templateName(description, role), namespace: description.service.namespace },
      spec: {
        args: gates.some((gate) => this.needsVersion(gate)) ? [{ name: 'version' }] : undefined,
        metrics: gates.map((gate) => ({
          name: gate._name,
          ...schedule,
          failureLimit,
          successCondition: condition(gate),
          provider: { prometheus: { address: metrics!._address, query: gate._query(this.target(description)) } },
        })),
      },
    }));
  }

  private templateName({ service }: RolloutDescription, role: string): string {
    return `${service.name}-${role}`.replaceAll('.', '-');
  }

  /** Both versions are of one workload: only the label tells them apart. */
  private target({ service }: RolloutDescription): QueryTarget {
    return {
      reporter: 'destination',
      service: service.name,
      serviceNamespace: service.namespace,
      version: VERSION,
      grpc: service.ports.some((port) => port.isGrpc),
    };
  }

  private needsVersion(gate: RolloutGate): boolean {
    return gate._query({ reporter: 'destination', version: VERSION }).includes(VERSION);
  }

  private args({ gates }: RolloutDescription, deployment: ReleasedDeployment): object[] | undefined {
    const gate = gates.find((one) => this.needsVersion(one));
    return gate && [{ name: 'version', value: deployment.version(`the gate ${gate._name} is about the new version alone`) }];
  }

  private replicas({ rollout }: RolloutDescription, { name, replicas: ofDeployment }: ReleasedDeployment): number {
    const replicas = this.options.replicas ?? (this.options.adopts ? ofDeployment : undefined);
    if (replicas !== undefined && replicas > 0) return replicas;
    throw new Error(`[${rollout.node.path}] nothing says how many pods the Rollout of ${name} runs. Give \`replicas\` to RolloutEngine.argoRollouts(...).`);
  }

  /** The engine scales the Deployment down once; every later apply would scale it up again, to pods of the newest version. */
  private runningBeside(deployment: ReleasedDeployment): string[] {
    const { rendered, name, replicas } = deployment;
    if (this.options.adopts || !rendered || replicas === 0) return [];
    return [
      `the Deployment ${name} says ${replicas === undefined ? 'nothing of `replicas`, which is 1' : `replicas: ${replicas}`}, so pods of each new version would run beside the Rollout and get requests at once. `
      + `Let it say \`replicas: 0\`, and give ${replicas === undefined ? 'the number' : replicas} to RolloutEngine.argoRollouts({ replicas }). `
      + 'Where the Deployment\'s own pods get the requests until now, apply `adopts: true` once before.',
    ];
  }
}

/** An argument of the AnalysisTemplate, filled in by each Rollout. */
const VERSION = '{{args.version}}';

/** No number (no request) satisfies neither: what nobody measured has not passed. */
function condition(gate: RolloutGate): string {
  return [
    gate._atLeast === undefined ? [] : [`result[0] >= ${gate._atLeast}`],
    gate._atMost === undefined ? [] : [`result[0] <= ${gate._atMost}`],
  ].flat().join(' && ');
}
