import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryVersion } from './canary-version';
import { checkGates } from './gates';
import { MetricSource } from './metric-source';
import { MirrorFirst } from './mirror-first';
import type { BoundRollout } from './rollout-driver';
import { RolloutEngine } from './rollout-engine';
import { RolloutGate } from './rollout-gate';
import { RolloutPlan } from './rollout-plan';
import { RolloutSteps } from './rollout-steps';
import { ROLLOUTS } from './rollouts';
import { Stickiness } from './stickiness';
import { checkConstructProps } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { MeshService } from '../model/mesh-service';
import { registerConstruct } from '../model/registered-construct';
import { warn } from '../model/warning';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { MirrorTarget } from '../traffic/mirror-target';

export interface CanaryRolloutProps {
  /** The service whose Kubernetes Service selects the pods of both versions. */
  readonly service: MeshService;
  /**
   * The version that everybody had so far.
   *
   * @default - has to be given with the manual engine; others keep both versions in one workload
   */
  readonly stable?: CanaryVersion;
  /**
   * The new version.
   *
   * @default - with the manual engine: no rollout is going on, and everybody has `stable`; others keep both versions in one workload
   */
  readonly canary?: CanaryVersion;
  /**
   * The share of requests that reach the canary now, in whole percent, 0–100. Other engines than the manual one set it.
   *
   * @default 0
   */
  readonly weight?: number;
  /**
   * By which weights the canary becomes the version that everybody has.
   *
   * @default RolloutSteps.recipe()
   */
  readonly steps?: RolloutSteps;
  /**
   * What the canary's figures have to be for the rollout to go on.
   *
   * @default - none: a person decides
   */
  readonly gates?: RolloutGate[];
  /**
   * Where the gates' figures come from.
   *
   * @default - has to be given when there are gates
   */
  readonly metrics?: MetricSource;
  /**
   * Requests that always reach the canary, whatever its weight: of testers, say, by a header or cookie.
   *
   * @default - none
   */
  readonly alwaysCanary?: HttpMatch;
  /**
   * How a user stays with one version.
   *
   * @default - every request is decided anew
   */
  readonly stickiness?: Stickiness;
  /**
   * A step before the first weight: the canary gets copies of requests, and its answers are thrown away.
   *
   * @default - none
   */
  readonly mirrorFirst?: MirrorFirst;
  /**
   * Who takes the rollout from step to step.
   *
   * @default RolloutEngine.manual()
   */
  readonly engine?: RolloutEngine;
}

/**
 * Two versions of one service, and how much of the traffic the new one gets: on the mesh and behind
 * a gateway (`GatewayRoutes`) alike.
 *
 * Both subsets stay defined and named at 0 and at 100 percent, so that no step of a rollout leaves a
 * route to a subset that is not there, which is a 503.
 *
 * @see https://istio.io/latest/docs/concepts/traffic-management/#routing-versions
 */
export class CanaryRollout extends Construct {
  /** The service. */
  public readonly service: MeshService;

  private readonly bound: BoundRollout;

  constructor(scope: Construct, id: string, props: CanaryRolloutProps) {
    super(scope, id);
    registerConstruct(this, CanaryRollout);
    checkConstructProps(this, props, '{ service: reviews, stable: { version: \'v1\' }, canary: { version: \'v2\' } }');
    this.checkKinds(props);
    checkGates(this.node.path, props.gates, props.metrics);
    this.service = props.service;
    ROLLOUTS.claim(this, this.service);
    this.checkMirror(props.mirrorFirst);
    const { engine = RolloutEngine.manual(), ...described } = props;
    this.bound = engine._driver.bind({
      ...described, rollout: this, steps: (props.steps ?? RolloutSteps.recipe())._all, gates: props.gates ?? [],
    });
  }

  /** The name of the stable version's subset. Throws where there is none, as with an engine that has a Service for each version. */
  public get stableSubset(): string {
    return this.subset('stableSubset');
  }

  /** The name of the canary's subset. Throws where there is none, as with an engine that has a Service for each version. */
  public get canarySubset(): string {
    return this.subset('canarySubset');
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  /** The service's DestinationRule. */
  public get destinationRule(): ApiObject {
    return this.service.destinationRule!;
  }

  /**
   * What to apply, step by step, with the manual engine: ask when all that the service has is said. Throws where the rollout
   * or the service does not hold, and with other engines, which take the steps by themselves.
   */
  public plan(): RolloutPlan {
    if (this.bound.plan) return this.bound.plan();
    throw new Error(`[${this.node.path}] there is no plan: ${this.bound.whyNot}.`);
  }

  private subset(which: 'stableSubset' | 'canarySubset'): string {
    const name = this.bound[which];
    if (name === undefined) throw new Error(`[${this.node.path}] there is no ${which}: ${this.bound.whyNot}.`);
    return name;
  }

  private checkKinds(props: CanaryRolloutProps): void {
    const { weight } = props;
    if (weight !== undefined && (!Number.isInteger(weight) || weight < 0 || weight > 100)) {
      throw new Error(`[${this.node.path}] weight is ${describeValue(weight)}; the canary's share is a whole percentage from 0 to 100.`);
    }
    const kinds = [
      ['service', props.service ?? null, MeshService, 'a MeshService'],
      ['steps', props.steps, RolloutSteps, 'for example RolloutSteps.of(RolloutStep.to(10), RolloutStep.to(100))'],
      ['alwaysCanary', props.alwaysCanary, HttpMatch, 'for example HttpMatch.header(\'x-canary\', StringMatch.exact(\'true\'))'],
      ['stickiness', props.stickiness, Stickiness, 'for example Stickiness.byCookie(\'reviews-rollout\', Duration.days(7))'],
      ['engine', props.engine, RolloutEngine, 'for example RolloutEngine.manual()'],
    ] as const;
    for (const [name, value, kind, fix] of kinds) {
      if (value !== undefined && !(value instanceof kind)) throw new Error(`[${this.node.path}] \`${name}\` is ${describeValue(value)}. Give ${fix}.`);
    }
  }

  private checkMirror(mirrorFirst: MirrorFirst | undefined): void {
    if (mirrorFirst === undefined) return;
    if (typeof mirrorFirst !== 'object' || mirrorFirst === null) {
      throw new Error(`[${this.node.path}] \`mirrorFirst\` is ${describeValue(mirrorFirst)}. Give an object, for example { percentage: 10, safeForWrites: true }.`);
    }
    if (mirrorFirst.pause !== undefined) milliSecondsOf(mirrorFirst.pause, `[${this.node.path}] mirrorFirst: pause`);
    // Refuses what no mirror can be.
    if (MirrorTarget.subset('canary', mirrorFirst)._safeForWrites) return;
    warn(this, '`mirrorFirst` copies requests that write (POST, PUT, DELETE …) to the canary, which does again what they ask for. '
      + 'Say `safeForWrites: true` when its writes do no harm, or leave `mirrorFirst` out.');
  }
}
