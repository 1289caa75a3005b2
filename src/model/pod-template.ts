import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { findObject, resolveLazy, stableLabels } from './kubernetes-object';

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Rollout', 'Pod'] as const;

/** What a workload's manifest says of its pods. */
export interface PodFacts {
  /** The pods' labels, without those that hash code or templates. */
  readonly labels: Record<string, string>;
  /** All of the pods' labels: what a Service's selector is compared with. */
  readonly allLabels: Record<string, string>;
  /** The workload's own selector, without those labels. */
  readonly matchLabels: Record<string, string>;
  readonly serviceAccount: string;
  /** Undefined when something else (an autoscaler, the nodes) decides. */
  readonly replicas?: number;
  /** Container ports by name. */
  readonly namedPorts: Record<string, number>;
  readonly proxy: ProxyFacts;
}

/** What a pod template says of the pods' proxy. */
export interface ProxyFacts {
  /** What keeps the injector from adding one, in words; undefined where nothing does. */
  readonly refused?: string;
  /** Whether the proxy is a gateway and not a sidecar. */
  readonly gateway: boolean;
}

/** A workload that is rendered in this App. */
export class RenderedWorkload {
  public static isWorkload(object: ApiObject): boolean {
    return (WORKLOAD_KINDS as readonly string[]).includes(object.kind);
  }

  public readonly object: ApiObject;

  constructor(construct: IConstruct) {
    this.object = findObject(construct, WORKLOAD_KINDS, 'workload');
  }

  public get kind(): string {
    return this.object.kind;
  }

  public get name(): string {
    return resolveLazy(this.object.metadata.name) ?? resolveLazy(this.object.name);
  }

  public get namespace(): string | undefined {
    return resolveLazy(this.object.metadata.namespace);
  }

  public facts(): PodFacts {
    const manifest = this.object.toJson();
    const spec = manifest.spec ?? {};
    const template = this.templateIn(manifest);
    const containers = [...(template.spec?.containers ?? []), ...(template.spec?.initContainers ?? [])];
    return {
      labels: stableLabels(template.metadata?.labels),
      allLabels: template.metadata?.labels ?? {},
      matchLabels: stableLabels(spec.selector?.matchLabels),
      serviceAccount: template.spec?.serviceAccountName ?? template.spec?.serviceAccount ?? 'default',
      replicas: this.kind === 'Pod' ? 1 : typeof spec.replicas === 'number' ? spec.replicas : undefined,
      namedPorts: Object.fromEntries(containers
        .flatMap((container: any) => container.ports ?? [])
        .filter((port: any) => port.name !== undefined)
        .map((port: any) => [port.name, port.containerPort])),
      proxy: proxyFacts(template, containers),
    };
  }

  /** The pod template in the manifest, which of a Pod is the whole. */
  public templateIn(manifest: any): any {
    if (this.kind === 'Pod') return manifest;
    const template = this.kind === 'CronJob' ? manifest.spec?.jobTemplate?.spec?.template : manifest.spec?.template;
    if (template === undefined) {
      throw new Error(
        `[${this.object.node.path}] the ${this.kind} ${this.name} has no pod template (a Rollout may refer to a Deployment by workloadRef): `
        + 'pass the object that holds the template, or MeshWorkload.fromLabels(...).');
    }
    return template;
  }
}

const INJECT = 'sidecar.istio.io/inject';

/** The label is asked before the annotation; a template may also bring its proxy along. */
function proxyFacts(template: any, containers: any[]): ProxyFacts {
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  const own = containers.find((container: any) => container.name === 'istio-proxy');
  const gateway = String(annotations['inject.istio.io/templates'] ?? '').split(',').includes('gateway') || (own?.args ?? []).includes('router');
  if (own?.args !== undefined) return { gateway };
  const place = INJECT in labels ? 'label' : 'annotation';
  if (String(labels[INJECT] ?? annotations[INJECT]) === 'false') return { gateway, refused: `${INJECT}: "false" (${place})` };
  return { gateway, refused: template.spec?.hostNetwork === true ? 'hostNetwork: true' : undefined };
}
