import { MeshFacts } from './mesh-facts';
import { arrayOr, isJsonObject, Json, JsonObject, member, objectOr, stringMap, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export type Labels = Readonly<Record<string, string>>;

/** A container, as far as it can be read. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  readonly json: JsonObject;
  /** `spec.template.spec.containers[0]`, as in the YAML. */
  readonly path: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: string;
}

/**
 * What runs and has labels: the pods of a template, a Pod, or a virtual machine of a WorkloadGroup or WorkloadEntry.
 * A snapshot of a cluster holds a Deployment and its Pods too: both are workloads here.
 */
export class Workload {
  private _containers?: readonly Container[];
  private _initContainers?: readonly Container[];

  constructor(
    public readonly object: MeshObject,
    /** Of the pods, not of the object that makes them. */
    public readonly labels: Labels,
    public readonly annotations: Labels,
    /** The spec of the pods; empty for a virtual machine. */
    public readonly spec: JsonObject,
    /** Where the pods' metadata and spec stand: empty for a Pod, `spec.template` for a Deployment. */
    public readonly templatePath: string,
    /** A WorkloadGroup or WorkloadEntry: no pod, no containers, never injected. */
    public readonly isVirtualMachine: boolean,
    /** The name of the service account, `default` if none is named. */
    public readonly serviceAccount: string,
  ) {}

  public get namespace(): string {
    return this.object.namespace;
  }

  public get name(): string {
    return this.object.name;
  }

  public get isPod(): boolean {
    return this.object.groupKind === Kind.POD;
  }

  /** Without the init containers. */
  public get containers(): readonly Container[] {
    return this._containers ??= this.containersIn('containers');
  }

  public get initContainers(): readonly Container[] {
    return this._initContainers ??= this.containersIn('initContainers');
  }

  /** A container of that name, also among the init containers, where native sidecars stand. */
  public container(name: string): Container | undefined {
    return this.containers.find((container) => container.name === name) ?? this.initContainers.find((container) => container.name === name);
  }

  /** `spec.template.metadata.labels`, from a path within the template. */
  public path(within: string): string {
    return this.templatePath === '' ? within : `${this.templatePath}.${within}`;
  }

  /** `Deployment shop/reviews`, for messages. */
  public get title(): string {
    return `${this.object.kind} ${this.namespace}/${this.name}`;
  }

  private containersIn(list: 'containers' | 'initContainers'): Container[] {
    return arrayOr(member(this.spec, list)).flatMap((json, i) => isJsonObject(json) ? [{
      name: stringOr(member(json, 'name')) ?? '',
      image: stringOr(member(json, 'image')) ?? '',
      ports: arrayOr(member(json, 'ports')).flatMap(containerPort),
      json,
      path: this.path(`spec.${list}[${i}]`),
    }] : []);
  }
}

function containerPort(json: Json): ContainerPort[] {
  const number = member(json, 'containerPort');
  return typeof number === 'number'
    ? [{ name: stringOr(member(json, 'name')), containerPort: number, protocol: stringOr(member(json, 'protocol')) ?? 'TCP' }]
    : [];
}

/** Workloads, found by labels without looking at every one. */
export class Workloads {
  private readonly byNamespace = new Map<string, LabelIndex>();
  private readonly everywhere: LabelIndex;
  private readonly byObject = new Map<MeshObject, Workload>();

  constructor(public readonly all: readonly Workload[]) {
    this.everywhere = new LabelIndex(all);
    const apart = new Map<string, Workload[]>();
    for (const workload of all) {
      this.byObject.set(workload.object, workload);
      const there = apart.get(workload.namespace);
      if (there) there.push(workload);
      else apart.set(workload.namespace, [workload]);
    }
    for (const [namespace, there] of apart) this.byNamespace.set(namespace, new LabelIndex(there));
  }

  public of(object: MeshObject): Workload | undefined {
    return this.byObject.get(object);
  }

  public in(namespace: string): readonly Workload[] {
    return this.byNamespace.get(namespace)?.all ?? [];
  }

  /** Those of a namespace that have all the labels; an empty selector selects every one. */
  public selected(namespace: string, labels: Labels): readonly Workload[] {
    return this.byNamespace.get(namespace)?.selected(labels) ?? [];
  }

  /** Those of any namespace that have all the labels: how a policy in the root namespace or a Gateway selects. */
  public selectedAnywhere(labels: Labels): readonly Workload[] {
    return this.everywhere.selected(labels);
  }
}

class LabelIndex {
  private pairs?: Map<string, Workload[]>;

  constructor(public readonly all: readonly Workload[]) {}

  public selected(labels: Labels): readonly Workload[] {
    const keys = Object.keys(labels);
    if (keys.length === 0) return this.all;
    const pairs = this.pairs ??= this.index();
    let fewest: readonly Workload[] | undefined;
    for (const key of keys) {
      const having = pairs.get(`${key}=${labels[key]}`);
      if (!having) return [];
      if (!fewest || having.length < fewest.length) fewest = having;
    }
    return keys.length === 1 ? fewest! : fewest!.filter((workload) => hasLabels(workload.labels, labels));
  }

  private index(): Map<string, Workload[]> {
    const pairs = new Map<string, Workload[]>();
    for (const workload of this.all) {
      for (const key of Object.keys(workload.labels)) {
        const pair = `${key}=${workload.labels[key]}`;
        const having = pairs.get(pair);
        if (having) having.push(workload);
        else pairs.set(pair, [workload]);
      }
    }
    return pairs;
  }
}

/** Whether something labelled so is selected. */
export function hasLabels(labels: Labels, selector: Labels): boolean {
  for (const key of Object.keys(selector)) if (!Object.hasOwn(labels, key) || labels[key] !== selector[key]) return false;
  return true;
}

const TEMPLATES: readonly (readonly [string, readonly string[]])[] = [
  [Kind.DEPLOYMENT, ['spec', 'template']],
  [Kind.STATEFUL_SET, ['spec', 'template']],
  [Kind.DAEMON_SET, ['spec', 'template']],
  [Kind.REPLICA_SET, ['spec', 'template']],
  [Kind.JOB, ['spec', 'template']],
  [Kind.CRON_JOB, ['spec', 'jobTemplate', 'spec', 'template']],
  [Kind.ROLLOUT, ['spec', 'template']],
];

/** The kinds that are pods or make them. */
export const POD_KINDS: readonly string[] = [Kind.POD, ...TEMPLATES.map(([kind]) => kind)];

/** Every workload of a mesh: `mesh.fact(workloads)`. */
export function workloads(mesh: MeshFacts): Workloads {
  const all: Workload[] = [];
  for (const object of mesh.ofKind(Kind.POD)) {
    const spec = objectOr(member(object.json, 'spec'));
    all.push(new Workload(object, object.labels, object.annotations, spec, '', false, serviceAccountOf(spec)));
  }
  for (const [kind, path] of TEMPLATES) {
    for (const object of mesh.ofKind(kind)) {
      let template: Json | undefined = object.json as Json;
      for (const step of path) template = member(template, step);
      // A Rollout may name a Deployment instead.
      if (!isJsonObject(template)) continue;
      const metadata = member(template, 'metadata');
      const spec = objectOr(member(template, 'spec'));
      all.push(new Workload(
        object, stringMap(member(metadata, 'labels')), stringMap(member(metadata, 'annotations')), spec, path.join('.'), false,
        serviceAccountOf(spec)));
    }
  }
  for (const object of mesh.ofKind(Kind.WORKLOAD_GROUP)) {
    const spec = member(object.json, 'spec');
    const metadata = member(spec, 'metadata');
    all.push(new Workload(
      object, stringMap(member(metadata, 'labels')), stringMap(member(metadata, 'annotations')), NONE, 'spec', true,
      stringOr(member(member(spec, 'template'), 'serviceAccount')) ?? 'default'));
  }
  for (const object of mesh.ofKind(Kind.WORKLOAD_ENTRY)) {
    const spec = member(object.json, 'spec');
    const own = stringMap(member(spec, 'labels'));
    const labels = Object.keys(object.labels).length === 0 ? own : Object.assign(Object.create(null), object.labels, own);
    all.push(new Workload(object, labels, object.annotations, NONE, '', true, stringOr(member(spec, 'serviceAccount')) ?? 'default'));
  }
  return new Workloads(all);
}

const NONE: JsonObject = Object.freeze(Object.create(null));

function serviceAccountOf(spec: JsonObject): string {
  return stringOr(member(spec, 'serviceAccountName')) ?? stringOr(member(spec, 'serviceAccount')) ?? 'default';
}
