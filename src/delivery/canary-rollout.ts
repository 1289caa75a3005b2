import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CanaryVersion, ResolvedVersion, resolveVersion } from './canary-version';
import { HttpMatch } from '../model/http-match';
import { selects, unstableLabel } from '../model/kubernetes-object';
import { EVERY_REQUEST } from '../model/match-atom';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';

export interface CanaryRolloutProps {
  /** The service whose Kubernetes Service selects the pods of both versions. */
  readonly service: MeshService;
  /** The version that everybody had so far. */
  readonly stable: CanaryVersion;
  /** The new version. */
  readonly canary: CanaryVersion;
  /** The share of requests that reach the canary, in whole percent, 0–100. */
  readonly weight: number;
  /**
   * Requests that always reach the canary, whatever its weight: of testers, say, by a header or cookie.
   *
   * @default - none
   */
  readonly alwaysCanary?: HttpMatch;
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
  /** The name of the stable version's subset. */
  public readonly stableSubset: string;
  /** The name of the canary's subset. */
  public readonly canarySubset: string;

  constructor(scope: Construct, id: string, props: CanaryRolloutProps) {
    super(scope, id);
    registerConstruct(this, CanaryRollout);
    const { service, weight } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${this.node.path}] \`service\` is ${describeValue(service)}. Give a MeshService.`);
    if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
      throw new Error(`[${this.node.path}] weight is ${typeof weight === 'number' ? weight : describeValue(weight)}; the canary's share is a whole percentage from 0 to 100.`);
    }
    const stable = this.resolve('stable', props.stable);
    const canary = this.resolve('canary', props.canary);
    this.checkDifferent(stable, canary);
    this.service = service;
    this.stableSubset = stable.subset;
    this.canarySubset = canary.subset;

    for (const { subset, labels } of [stable, canary]) service._addSubset({ owner: this, name: subset, labels });
    service._addRouteLayer({
      owner: this,
      aspect: 'action',
      match: EVERY_REQUEST,
      value: { destinations: [{ subset: stable.subset, weight: 100 - weight }, { subset: canary.subset, weight }] },
    });
    if (props.alwaysCanary) {
      service._addRouteLayer({
        owner: this,
        aspect: 'action',
        match: props.alwaysCanary._atoms,
        value: { destinations: [{ subset: canary.subset }] },
      });
    }
    validateOncePerSynth(this, () => [stable, canary].flatMap((version) => this.unselected(version)));
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  /** The service's DestinationRule. */
  public get destinationRule(): ApiObject {
    return this.service.destinationRule!;
  }

  private resolve(role: 'stable' | 'canary', version: CanaryVersion): ResolvedVersion {
    return resolveVersion(this.node.path, role, version);
  }

  private checkDifferent(stable: ResolvedVersion, canary: ResolvedVersion): void {
    if (stable.subset === canary.subset) {
      throw new Error(`[${this.node.path}] stable and canary are both the subset "${stable.subset}". Give them different versions, or different \`subset\` names.`);
    }
    if (selects(stable.labels, canary.labels) || selects(canary.labels, stable.labels)) {
      throw new Error(
        `[${this.node.path}] the labels of stable (${describe(stable.labels)}) and canary (${describe(canary.labels)}) select the same pods. `
        + 'They have to differ in the value of one label.');
    }
  }

  /** A version whose pods the Service does not select gets no request, whatever its weight. */
  private unselected(version: ResolvedVersion): string[] {
    const selector = this.service._serviceSelector;
    const who = () => `the pods of ${version.role} (${describe(version.labels)})`;
    const conflict = Object.entries(version.labels).find(([key, value]) => selector?.[key] !== undefined && selector[key] !== value);
    if (conflict) {
      return [`the Service ${this.service.name} selects ${describe(selector!)}, so never ${who()}. Take ${conflict[0]} out of its selector.`];
    }
    const hash = unstableLabel(selector);
    const pods = this.service.workloads.map((workload) => ({ workload, facts: workload._podFacts() }));
    if (hash !== undefined && pods.length < 2) {
      return [`the Service ${this.service.name} selects by ${hash}, which only one workload's pods have, so never both versions. Let it select a label that both share, for example app.`];
    }
    if (pods.length === 0 || pods.some(({ facts }) => facts === undefined)) return [];
    const ofVersion = pods.filter(({ facts }) => selects(version.labels, facts!.allLabels));
    if (ofVersion.length === 0) {
      const known = pods.map(({ workload, facts }) => `${workload.name} (${describe(facts!.labels)})`).join(', ');
      return [`none of the workloads of ${this.service.name} has ${who()}; they are ${known}. Label the pods, or hand the MeshService all of its \`workloads\`.`];
    }
    const missed = ofVersion.filter(({ facts }) => selector !== undefined && !selects(selector, facts!.allLabels));
    return missed.map(({ workload }) =>
      `the Service ${this.service.name} selects ${describe(selector!)}, which the pods of ${workload.name} (${version.role}) do not have, so they get no requests. `
      + 'Let it select a label that both versions share, for example app.');
  }
}

function describe(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
}
