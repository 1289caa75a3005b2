import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { selects } from '../../model/kubernetes-object';
import { PodIndex, PodTemplate } from '../../model/pod-index';
import { PortProtocol, selectProtocol } from '../../semantics/port-protocol';

/** An object of the App as it is written. */
export interface WrittenObject {
  readonly object: ApiObject;
  readonly json: any;
  readonly namespace: string;
  readonly name: string;
}

/** A port of a Service, and the port of given pods behind it. */
export interface PortOfPods {
  readonly service: WrittenObject;
  /** The Service's port. */
  readonly number: number;
  readonly name?: string;
  /** Undefined for a name that the containers do not have. */
  readonly target?: number;
  readonly protocol: PortProtocol;
}

const NETWORKING = 'networking.istio.io';
const INJECT = 'sidecar.istio.io/inject';
const EXCLUDED = 'traffic.sidecar.istio.io/excludeInboundPorts';
const INCLUDED = 'traffic.sidecar.istio.io/includeInboundPorts';

/** The App as it will be when the namespaces have their sidecars. */
export class MigratedMesh {
  public readonly objects: readonly WrittenObject[];
  public readonly pods: PodIndex;

  constructor(root: IConstruct, public readonly namespaces: readonly string[], private readonly meshNamespaces: readonly string[]) {
    this.objects = root.node.findAll()
      .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))
      .map((object) => {
        const json = object.toJson();
        return { object, json, namespace: json.metadata?.namespace ?? 'default', name: json.metadata?.name };
      });
    this.pods = new PodIndex(root);
  }

  public ofKind(kind: string, group: string = ''): WrittenObject[] {
    return this.objects.filter(({ object }) => object.kind === kind && object.apiGroup === (group === '' ? 'core' : group));
  }

  public isMigrated(namespace: string): boolean {
    return this.namespaces.includes(namespace);
  }

  /** The service accounts of virtual machines, as `namespace/name`. */
  public get machineAccounts(): string[] {
    const entries = this.ofKind('WorkloadEntry', NETWORKING).map(({ namespace, json }) => [namespace, json.spec?.serviceAccount]);
    const groups = this.ofKind('WorkloadGroup', NETWORKING).map(({ namespace, json }) => [namespace, json.spec?.template?.serviceAccount]);
    return [...entries, ...groups].filter(([, account]) => account !== undefined).map((parts) => parts.join('/'));
  }

  /** The Namespace, where the App renders it. */
  public namespaceObject(name: string): WrittenObject | undefined {
    return this.ofKind('Namespace').find((one) => one.name === name);
  }

  /** Pods of the namespaces that will have a sidecar. */
  public get enforcing(): PodTemplate[] {
    return this.migratedPods.filter((pod) => !pod.facts.proxy.gateway && this.withoutSidecar(pod) === undefined);
  }

  public get migratedPods(): PodTemplate[] {
    return this.namespaces.flatMap((namespace) => this.pods.inNamespace(namespace));
  }

  /** Every pod of the App. */
  public get everyPod(): PodTemplate[] {
    const namespaces = new Set(this.objects.map(({ namespace }) => namespace));
    return [...namespaces].flatMap((namespace) => this.pods.inNamespace(namespace));
  }

  /** Why pods will have no sidecar, in words. */
  public withoutSidecar({ object, name, namespace, facts }: PodTemplate): string | undefined {
    if (facts.proxy.refused !== undefined) return `${object.kind} ${name} says ${facts.proxy.refused}`;
    if (facts.proxy.gateway || facts.allLabels[INJECT] === 'true') return undefined;
    return this.namespaceWithout(namespace);
  }

  /** Why pods of a namespace have no sidecar by themselves, in words. */
  public namespaceWithout(namespace: string): string | undefined {
    if (this.isMigrated(namespace) || this.meshNamespaces.includes(namespace)) return undefined;
    const written = this.namespaceObject(namespace);
    if (!written) return `nothing says that pods of ${namespace} have sidecars (if they have, name it in \`meshNamespaces\`)`;
    const labels = written.json.metadata.labels ?? {};
    const inMesh = labels['istio-injection'] === 'enabled' || (labels['istio-injection'] === undefined && 'istio.io/rev' in labels)
      || labels['istio.io/dataplane-mode'] === 'ambient';
    return inMesh ? undefined : `the Namespace ${namespace} has no label for injection`;
  }

  public selected(namespace: string, selector: Readonly<Record<string, string>>): PodTemplate[] {
    return this.pods.inNamespace(namespace).filter(({ facts }) => selects(selector, facts.allLabels));
  }

  /** Services of a namespace, whole. */
  public servicesOf(namespace: string): WrittenObject[] {
    return this.ofKind('Service').filter((service) => service.namespace === namespace);
  }

  /** The pods behind a Service. */
  public behind({ namespace, json }: WrittenObject): PodTemplate[] {
    const selector = json.spec?.selector ?? {};
    return Object.keys(selector).length === 0 ? [] : this.selected(namespace, selector);
  }

  /** The ports that Services give to pods. */
  public portsTo(pod: PodTemplate): PortOfPods[] {
    return this.servicesOf(pod.namespace).filter((service) => this.behind(service).includes(pod))
      .flatMap((service) => portsOf(service, pod));
  }

  /** Whether the sidecar sees what comes to a port of the pods. */
  public captures({ object }: PodTemplate, port: number): boolean {
    const { annotations = {} } = templateOf(object.toJson()).metadata ?? {};
    const included = annotations[INCLUDED];
    return !listOf(annotations[EXCLUDED]).includes(port) && (included === undefined || included === '*' || listOf(included).includes(port));
  }
}

/** The ports of one Service, as they lead to given pods. */
export function portsOf(service: WrittenObject, { facts }: PodTemplate): PortOfPods[] {
  return (service.json.spec?.ports ?? []).filter((port: any) => port.protocol !== 'UDP').map((port: any): PortOfPods => {
    const target = port.targetPort ?? port.port;
    return {
      service,
      number: port.port,
      name: port.name,
      target: /^\d+$/.test(String(target)) ? Number(target) : facts.namedPorts[target],
      protocol: selectProtocol(port),
    };
  });
}

/** The pod template of a workload's manifest. */
export function templateOf(json: any): any {
  if (json.kind === 'Pod') return json;
  return (json.kind === 'CronJob' ? json.spec?.jobTemplate?.spec?.template : json.spec?.template) ?? {};
}

export function containersOf(json: any): any[] {
  const { containers = [], initContainers = [] } = templateOf(json).spec ?? {};
  return [...containers, ...initContainers];
}

function listOf(ports: unknown): number[] {
  return String(ports ?? '').split(',').map((port) => port.trim()).filter(Boolean).map(Number);
}
