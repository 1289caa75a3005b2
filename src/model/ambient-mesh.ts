import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { resolveLazy } from './kubernetes-object';
import { IWaypoint } from './mesh-waypoint';
import { oncePerSynth } from './once-per-synth';
import { PodTemplate, podsOf } from './pod-index';

/** The labels by which namespaces, Services and pods speak of the ambient mesh. */
export const AMBIENT_LABELS = {
  mode: 'istio.io/dataplane-mode',
  useWaypoint: 'istio.io/use-waypoint',
  useWaypointNamespace: 'istio.io/use-waypoint-namespace',
  ingressUseWaypoint: 'istio.io/ingress-use-waypoint',
} as const;

/** The word by which something does without the waypoint of its namespace. */
export const NO_WAYPOINT = 'none';

type Labels = { readonly [label: string]: string };

/** Something whose labels name a waypoint. */
export interface WaypointUser {
  /** `Service reviews (shop/reviews)`, for messages. */
  readonly title: string;
  readonly kind: string;
  readonly namespace: string;
  readonly waypoint: IWaypoint;
}

/** The labels that let a waypoint be used from a namespace. */
export function useWaypointLabels({ name, namespace }: IWaypoint, from: string): Record<string, string> {
  return { [AMBIENT_LABELS.useWaypoint]: name, ...namespace === from ? {} : { [AMBIENT_LABELS.useWaypointNamespace]: namespace } };
}

/** What the objects of an App say of the ambient mesh, as they will be written. */
export class AmbientMesh {
  private readonly namespaces = new Map<string, Labels>();
  private readonly services = new Map<string, Labels>();
  /** All whose labels name a waypoint, also for others than itself. */
  public readonly users: readonly WaypointUser[];

  constructor(private readonly root: IConstruct) {
    const users: WaypointUser[] = [];
    for (const object of root.node.findAll()) {
      if (!ApiObject.isApiObject(object) || !KINDS.has(object.kind)) continue;
      const labels: Labels = object.toJson().metadata?.labels ?? {};
      const name = resolveLazy(object.metadata.name) ?? resolveLazy(object.name);
      const namespace = object.kind === 'Namespace' ? name : resolveLazy(object.metadata.namespace) ?? 'default';
      if (object.kind === 'Namespace') this.namespaces.set(name, labels);
      if (object.kind === 'Service') this.services.set(`${namespace}/${name}`, labels);
      users.push(...userOf(labels, object, name, namespace));
    }
    users.push(...podsOf(root).all.flatMap(({ facts, object, name, namespace }) => userOf(facts.allLabels, object, name, namespace)));
    this.users = users;
  }

  /** Whether a namespace is known to be in the ambient mesh: its pods then have no sidecar unless they ask for one. */
  public isAmbient(namespace: string): boolean {
    const labels = this.namespaces.get(namespace);
    return labels !== undefined && labels[AMBIENT_LABELS.mode] === 'ambient' && labels['istio-injection'] !== 'enabled';
  }

  /** Whether pods are in the ambient mesh, as far as they and their namespace are of this App. */
  public holdsAll(namespace: string, labels: Labels | undefined): boolean {
    return this.isAmbient(namespace) && podsOf(this.root).inNamespace(namespace)
      .filter(({ facts }) => labels === undefined || Object.entries(labels).every(([key, value]) => facts.allLabels[key] === value))
      .every((pod) => !leavesAmbient(pod));
  }

  /** The waypoint of a Service; undefined where it is known to have none, `unknown` where nobody here says. */
  public waypointOf(namespace: string, service: string | undefined): IWaypoint | 'unknown' | undefined {
    const own = service === undefined ? undefined : this.services.get(`${namespace}/${service}`);
    const ofNamespace = this.namespaces.get(namespace);
    const named = waypointNamed(own, namespace) ?? waypointNamed(ofNamespace, namespace);
    if (named !== undefined) return named === NO_WAYPOINT ? undefined : named;
    return ofNamespace === undefined || (service !== undefined && own === undefined) ? 'unknown' : undefined;
  }

  /** Whether the labels of a Service say that it does without its namespace's waypoint. */
  public optsOut(namespace: string, service: string): boolean {
    return this.services.get(`${namespace}/${service}`)?.[AMBIENT_LABELS.useWaypoint] === NO_WAYPOINT;
  }
}

const KINDS = new Set(['Namespace', 'Service', 'ServiceEntry']);

function userOf(labels: Labels, object: ApiObject, name: string, namespace: string): WaypointUser[] {
  const waypoint = waypointNamed(labels, namespace);
  return waypoint === undefined || waypoint === NO_WAYPOINT ? [] : [{ title: `${object.kind} ${name} (${object.node.path})`, kind: object.kind, namespace, waypoint }];
}

function waypointNamed(labels: Labels | undefined, namespace: string): IWaypoint | typeof NO_WAYPOINT | undefined {
  const name = labels?.[AMBIENT_LABELS.useWaypoint];
  if (name === undefined) return undefined;
  return name === NO_WAYPOINT ? NO_WAYPOINT : { name, namespace: labels![AMBIENT_LABELS.useWaypointNamespace] ?? namespace };
}

/** A pod that is not ztunnel's: out of the ambient mesh by its own label, or with a proxy of its own. */
export function leavesAmbient({ facts: { allLabels, proxy } }: PodTemplate): boolean {
  const mode = allLabels[AMBIENT_LABELS.mode];
  return (mode !== undefined && mode !== 'ambient') || allLabels['sidecar.istio.io/inject'] === 'true' || proxy.gateway;
}

const MESHES = new WeakMap<IConstruct, () => AmbientMesh>();

/** What the App says of the ambient mesh, read once per synth. To be asked at validation, when manifests are final. */
export function ambientMeshOf(construct: IConstruct): AmbientMesh {
  const { root } = construct.node;
  let known = MESHES.get(root);
  if (known === undefined) {
    known = oncePerSynth(root, () => new AmbientMesh(root));
    MESHES.set(root, known);
  }
  return known();
}
