import { ApiObject, ApiObjectMetadata, Duration, Lazy } from 'cdk8s';
import { IConstruct } from 'constructs';
import { lostByFlagger } from './flagger-traffic-policy';
import { ReleasedDeployment } from './released-deployment';
import type { BoundRollout, RolloutDescription, RolloutDriver } from './rollout-driver';
import { EVERY_REQUEST } from '../model/match-atom';
import { validateOncePerSynth } from '../model/once-per-synth';
import { wireNames } from '../model/wire-names';
import type { QueryTarget } from '../observability/golden-queries';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';

export interface FlaggerOptions {
  /**
   * The Deployment whose template is released. Flagger keeps it for the canary, scaled to 0 between releases, and runs a
   * copy `NAME-primary` for everybody.
   *
   * @default - the service's only workload
   */
  readonly workload?: IConstruct;
  /**
   * The name of the HorizontalPodAutoscaler of the Deployment, which Flagger then copies as well.
   *
   * @default - none
   */
  readonly autoscaler?: string;
  /**
   * How many answers of the gates may fail before the rollout goes back. They are asked at the end of each step.
   *
   * @default 0
   */
  readonly failureLimit?: number;
  /**
   * Labels and annotations of the Canary and the MetricTemplates, and the Canary's name if it must differ from the
   * Deployment's.
   *
   * @default - the Deployment's name
   */
  readonly metadata?: ApiObjectMetadata;
}

const API = 'flagger.app/v1beta1';

/** Flagger takes a shorter one for this. */
const SHORTEST_INTERVAL = Duration.seconds(10);

/** The labels by which Flagger tells the pods of its copy from the others: the first that the Deployment selects by. */
const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];

/**
 * Flagger writes a VirtualService, two DestinationRules and three Services of its own. By delegation its VirtualService
 * holds nothing but the weights, as its types lose much of what ours says.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export class FlaggerDriver implements RolloutDriver {
  public readonly title = 'Flagger';

  constructor(private readonly options: FlaggerOptions) {
    const { failureLimit = 0, autoscaler } = options;
    if (!Number.isInteger(failureLimit) || failureLimit < 0) {
      throw new Error(`RolloutEngine.flagger: \`failureLimit\` is ${describeValue(failureLimit)}; a whole number from 0 is allowed.`);
    }
    if (autoscaler !== undefined && (typeof autoscaler !== 'string' || autoscaler === '')) {
      throw new Error(`RolloutEngine.flagger: \`autoscaler\` is ${describeValue(autoscaler)}. Give the name of a HorizontalPodAutoscaler.`);
    }
  }

  public bind(description: RolloutDescription): BoundRollout {
    const { rollout, service } = description;
    this.refuse(description);
    const deployment = ReleasedDeployment.of(this.title, description, this.options.workload);
    service._nameVirtualService(`${service.name}-routes`);
    service._addRouteLayer({
      owner: rollout,
      aspect: 'action',
      match: EVERY_REQUEST,
      // Before Flagger has written its own, or when it is gone, the Service answers.
      value: { delegate: { name: service.name, namespace: service.namespace }, destinations: [{}] },
    });
    const templates = this.createTemplates(description, deployment);
    this.createCanary(description, deployment).addDependency(...templates);
    validateOncePerSynth(rollout, () => [
      ...this.ports(description), ...this.subsets(description), ...this.policies(description), ...this.selectors(description, deployment),
    ]);
    return {};
  }

  private refuse({ rollout, stable, canary, weight, steps, alwaysCanary, stickiness, mirrorFirst }: RolloutDescription): void {
    const path = rollout.node.path;
    if (stable !== undefined || canary !== undefined) {
      throw new Error(
        `[${path}] \`${stable === undefined ? 'canary' : 'stable'}\` is given, but with ${this.title} both versions come from one Deployment: a release is a change of its pod template. Leave it out.`);
    }
    if (weight !== undefined) throw new Error(`[${path}] weight is ${weight}, but ${this.title} sets the weights, by \`steps\`. Leave it out.`);
    if (alwaysCanary !== undefined) {
      throw new Error(
        `[${path}] \`alwaysCanary\`: between releases ${this.title} runs no pod of the canary, so these requests would get a 503. `
        + 'Use RolloutEngine.argoRollouts() or RolloutEngine.manual() for it, or leave it out.');
    }
    if (stickiness?._hash) throw new Error(`[${path}] stickiness by a hash is not written for ${this.title}. Use Stickiness.byCookie(...), or RolloutEngine.manual().`);
    if (stickiness && mirrorFirst) {
      throw new Error(`[${path}] \`stickiness\` and \`mirrorFirst\`: ${this.title} would copy only the requests of users who stay with a version, and there are none yet. Leave one of them out.`);
    }
    const pauses = [...steps.map((step) => step._pause), ...mirrorFirst ? [mirrorFirst.pause] : []];
    const [first] = pauses;
    const differing = pauses.find((pause) => pause?.toMilliseconds() !== first?.toMilliseconds());
    if (first === undefined || pauses.includes(undefined)) {
      throw new Error(`[${path}] a step has no \`pause\`, but ${this.title} waits for nobody. Give all steps the same one, for example RolloutSteps.recipe({ pause: Duration.minutes(5) }).`);
    }
    if (differing) {
      throw new Error(
        `[${path}] the pauses of the steps are ${[...new Set(pauses.map((pause) => pause!.toHumanString()))].join(' and ')}, but ${this.title} takes a step in every interval. Give all steps the same one.`);
    }
    const milliseconds = milliSecondsOf(first, 'pause');
    if (milliseconds < SHORTEST_INTERVAL.toMilliseconds() || milliseconds % 1000 !== 0) {
      throw new Error(`[${path}] the pause of the steps is ${milliseconds} ms; ${this.title} takes whole seconds from 10 s on.`);
    }
  }

  private createCanary(description: RolloutDescription, deployment: ReleasedDeployment): ApiObject {
    const { rollout, service, steps, gates, stickiness, mirrorFirst } = description;
    const { metadata, autoscaler, failureLimit = 0 } = this.options;
    const interval = seconds(steps[0]._pause!);
    return new ApiObject(rollout, 'Canary', {
      apiVersion: API,
      kind: 'Canary',
      metadata: { ...metadata, name: metadata?.name ?? deployment.name, namespace: deployment.namespace },
      spec: {
        provider: 'istio',
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment.name },
        autoscalerRef: autoscaler === undefined ? undefined : { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: autoscaler },
        service: Lazy.any({
          produce: () => ({ name: service.name, ...this.port(description), delegation: true, trafficPolicy: trafficPolicy(description) }),
        }),
        analysis: {
          interval,
          // How many may fail until it goes back: the last of them counts.
          threshold: failureLimit + 1,
          stepWeights: steps.map((step) => step._weight),
          mirror: mirrorFirst ? true : undefined,
          mirrorWeight: mirrorFirst && mirrorFirst.percentage !== undefined ? mirrorFirst.percentage : undefined,
          sessionAffinity: stickiness?._cookie && { cookieName: stickiness._cookie.name, maxAge: stickiness._cookie.seconds },
          metrics: gates.length === 0 ? undefined : gates.map((gate) => ({
            name: gate._name,
            interval,
            templateRef: { name: this.templateName(description, gate._name), namespace: service.namespace },
            thresholdRange: { min: gate._atLeast, max: gate._atMost },
          })),
        },
      },
    });
  }

  private createTemplates(description: RolloutDescription, deployment: ReleasedDeployment): ApiObject[] {
    const { rollout, service, gates, metrics } = description;
    // The canary keeps the Deployment's own name; what everybody gets is of another.
    const target: QueryTarget = {
      reporter: 'destination',
      workload: deployment.name,
      workloadNamespace: deployment.namespace,
      grpc: service.ports.some((port) => port.isGrpc),
    };
    const { name, ...metadata } = this.options.metadata ?? {};
    return gates.map((gate) => new ApiObject(rollout, `Gate-${gate._name}`, {
      apiVersion: API,
      kind: 'MetricTemplate',
      metadata: { ...metadata, name: this.templateName(description, gate._name), namespace: service.namespace },
      spec: { provider: { type: 'prometheus', address: metrics!._address }, query: gate._query(target) },
    }));
  }

  private templateName({ service }: RolloutDescription, gate: string): string {
    return `${service.name}-${gate}`;
  }

  /** What Flagger's Services lead to: it knows one port. */
  private port({ service }: RolloutDescription): object {
    const [{ port, targetPortName }] = service._ports.all;
    return {
      port: port.number,
      portName: port.name ?? port.protocol.toLowerCase(),
      targetPort: targetPortName ?? port.targetPort,
      appProtocol: port.protocol.toLowerCase(),
    };
  }

  private ports({ service }: RolloutDescription): string[] {
    if (service._ports.all.length === 1 && service.ports[0].isHttp) return [];
    return [`${this.title} leads requests to one HTTP port, and ${service.name} has ${service._ports.list()}. Use RolloutEngine.argoRollouts() or RolloutEngine.manual().`];
  }

  private subsets({ service }: RolloutDescription): string[] {
    return service._subsets.all.map(({ name, owner }) =>
      `[${owner.node.path}] defines the subset "${name}" of ${service.name}, but ${this.title} has a Service for each version, to which subsets do not apply. Take it away, or use another engine.`);
  }

  private policies(description: RolloutDescription): string[] {
    const policy = trafficPolicy(description);
    return (policy === undefined ? [] : lostByFlagger(policy)).map((field) =>
      `${this.title} writes the DestinationRules of both versions and would lose ${field}, as its own format has no such field. Leave it out, or use RolloutEngine.argoRollouts() or RolloutEngine.manual().`);
  }

  /** Flagger gives its copy another value of the label that the Deployment selects by. */
  private selectors({ rollout }: RolloutDescription, deployment: ReleasedDeployment): string[] {
    const labels = deployment.matchLabels;
    const key = SELECTOR_LABELS.find((label) => labels[label] !== undefined);
    if (key === undefined) {
      return [`${this.title} needs a Deployment that selects its pods by one of the labels ${SELECTOR_LABELS.join(', ')}; ${deployment.name} selects by ${Object.keys(labels).join(', ') || 'none of its own'}. Add one.`];
    }
    return rollout.node.root.node.findAll()
      .filter((child): child is ApiObject => ApiObject.isApiObject(child) && child.apiGroup.endsWith('.istio.io'))
      .map((object) => ({ object, json: object.toJson() }))
      .filter(({ json }) => json.metadata.namespace === deployment.namespace && selectorOf(json.spec)?.[key] === labels[key])
      .map(({ object, json }) =>
        `the ${json.kind} ${json.metadata.name} [${object.node.path}] selects pods by ${key}=${labels[key]}, and ${this.title} runs everybody's pods with ${key}=${labels[key]}-primary: it would not hold for them. `
        + 'Let it select by another label of the pod template (MeshWorkload\'s `selector`).');
  }
}

function trafficPolicy({ service }: RolloutDescription): object | undefined {
  const policy = service._trafficLayers.service();
  return policy && (wireNames('DestinationRule', { trafficPolicy: policy }) as { trafficPolicy: object }).trafficPolicy;
}

function selectorOf(spec: any): Record<string, string> | undefined {
  return spec?.selector?.matchLabels ?? spec?.workloadSelector?.labels;
}

function seconds(duration: Duration): string {
  return `${milliSecondsOf(duration, 'pause') / 1000}s`;
}
