import { IConstruct } from 'constructs';
import type { RolloutDescription } from './rollout-driver';
import { MeshWorkload } from '../model/mesh-workload';
import { PodFacts } from '../model/pod-template';

/** The one Deployment whose pod template an engine releases: where both versions are, at different times. */
export class ReleasedDeployment {
  /** The one that is given, or the only one behind the service. Throws when it is not clear which. */
  public static of(title: string, { rollout, service }: RolloutDescription, given?: IConstruct): ReleasedDeployment {
    const path = rollout.node.path;
    const workloads = given ? [asWorkload(rollout, service.namespace, given)] : service.workloads;
    if (workloads.length !== 1) {
      const what = workloads.length === 0
        ? `no workload of ${service.name} is known`
        : `${service.name} has the workloads ${workloads.map(({ name }) => name).join(' and ')}`;
      throw new Error(`[${path}] ${title} releases the versions of one Deployment, and ${what}. Give the Deployment to the MeshService as its \`workload\`, or to the engine.`);
    }
    const [workload] = workloads;
    const kind = workload.rendered?.kind ?? 'Deployment';
    if (kind !== 'Deployment') throw new Error(`[${path}] ${title} releases the versions of a Deployment, and ${workload.name} is a ${kind}. Give a Deployment.`);
    return new ReleasedDeployment(path, workload);
  }

  private constructor(private readonly path: string, private readonly workload: MeshWorkload) {}

  public get name(): string {
    return this.workload.name;
  }

  public get namespace(): string {
    return this.workload.namespace;
  }

  /** Whether this App renders it. */
  public get rendered(): boolean {
    return this.facts !== undefined;
  }

  /** Undefined when an autoscaler decides, or another App. */
  public get replicas(): number | undefined {
    return this.facts?.replicas;
  }

  /** What the Deployment selects its pods by, a hash of cdk8s-plus too: an engine has to select the very same. */
  public get matchLabels(): Record<string, string> {
    return this.workload.rendered ? this.workload.rendered.toJson().spec?.selector?.matchLabels ?? {} : this.workload.selector;
  }

  /** The label `version` that Istio's metrics tell versions apart by. Throws when there is none. */
  public version(why: string): string {
    const version = this.facts ? this.facts.allLabels.version : this.workload.selector.version;
    if (version !== undefined) return version;
    throw new Error(
      `[${this.path}] ${why}, and Istio's metrics tell the versions of one workload apart by the pods' label \`version\`, which those of ${this.name} do not have. `
      + 'Give the pod template one that changes with every release, or a RolloutGate.query(...) of your own.');
  }

  private get facts(): PodFacts | undefined {
    return this.workload._podFacts();
  }
}

function asWorkload(scope: IConstruct & { readonly node: IConstruct['node'] }, namespace: string, given: IConstruct): MeshWorkload {
  return given instanceof MeshWorkload ? given : new MeshWorkload(scope as MeshWorkload, 'Workload', { workload: given, namespace });
}
