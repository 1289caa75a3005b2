import { Construct } from 'constructs';
import { checkTarget } from './given';
import { MeshService } from './mesh-service';
import { IMeshTarget } from './mesh-target';
import { IWaypoint, isWaypoint } from './mesh-waypoint';
import { keepPodsFresh, podsOf } from './pod-index';
import { selectorTooWide } from './selector-width';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** The pods of a policy as its spec names them; nothing where it is for a whole namespace or mesh. */
export interface PolicySelection {
  readonly selector?: { readonly matchLabels: { [label: string]: string } };
  readonly targetRefs?: readonly { readonly group: string; readonly kind: string; readonly name: string }[];
}

/**
 * For whom a policy holds: one workload, a namespace, or the mesh.
 *
 * @see https://istio.io/latest/docs/concepts/security/#policy-target
 */
export class PolicyScope {
  /**
   * The pods of a service or a workload; for a gateway, its pods: `MeshWorkload.fromLabels(...)`.
   *
   * @param target a `MeshService` or a `MeshWorkload`
   */
  public static workload(target: IMeshTarget): PolicyScope {
    located('PolicyScope.workload: ', () => checkTarget(target));
    return new PolicyScope(target.namespace, `the pods of ${target.name}`, target);
  }

  /** Every pod of a namespace. The root namespace is the whole mesh, which has to be named: `PolicyScope.mesh()`. */
  public static namespace(namespace: string): PolicyScope {
    checkNamespace('namespace', namespace, 'shop');
    if (namespace === ROOT_NAMESPACE) {
      throw new Error(`PolicyScope.namespace: ${namespace} is the root namespace, whose policies hold for every namespace of the mesh. Say PolicyScope.mesh() where that is meant.`);
    }
    return new PolicyScope(namespace, `namespace ${namespace}`);
  }

  /**
   * Every pod of the mesh.
   *
   * @param rootNamespace the namespace whose policies hold for all: `rootNamespace` of the mesh config
   */
  public static mesh(rootNamespace: string = ROOT_NAMESPACE): PolicyScope {
    checkNamespace('mesh', rootNamespace, ROOT_NAMESPACE);
    return new PolicyScope(rootNamespace, 'the mesh', undefined, undefined, true);
  }

  /**
   * The gateway pods that a `Gateway` of the Kubernetes Gateway API stands for: policies select them by the Gateway, as
   * their labels may be Istio's to choose.
   */
  public static kubernetesGateway(namespace: string, name: string): PolicyScope {
    checkNamespace('kubernetesGateway', namespace, 'istio-ingress');
    if (typeof name !== 'string' || !isDnsName(name)) {
      throw new Error(`PolicyScope.kubernetesGateway: ${describeValue(name)} is not the name of a Gateway: lower-case letters, digits, dashes and dots, at most 253.`);
    }
    return new PolicyScope(namespace, `the Gateway ${namespace}/${name}`, undefined, name);
  }

  /**
   * Whatever goes through a waypoint of the ambient mesh: all Services that use it. What gets around the waypoint (a call to the
   * address of a pod) is not judged: let ztunnel admit the waypoint alone, as a `ZeroTrustNamespace` does.
   *
   * @param waypoint a `Waypoint`, or `Waypoint.existing(...)`
   * @see https://istio.io/latest/docs/ambient/usage/l7-features/
   */
  public static waypoint(waypoint: IWaypoint): PolicyScope {
    if (!isWaypoint(waypoint)) {
      throw new Error(`PolicyScope.waypoint: ${describeValue(waypoint)} is no waypoint. Give a Waypoint, or Waypoint.existing('waypoint', 'shop').`);
    }
    return new PolicyScope(waypoint.namespace, `the waypoint ${waypoint.namespace}/${waypoint.name}`, undefined, waypoint.name, false, true);
  }

  /**
   * What goes to a Service of the ambient mesh, judged by its waypoint. Ports are then those of the Service, not of the pods.
   * Without a waypoint nobody reads such a policy. For the pods behind it, whoever calls them: `PolicyScope.workload(service)`.
   *
   * @param service a Kubernetes Service
   * @see https://istio.io/latest/docs/ambient/usage/l7-features/
   */
  public static service(service: MeshService): PolicyScope {
    if (!(service instanceof MeshService)) {
      throw new Error(`PolicyScope.service: ${describeValue(service)} is no Service. Give a MeshService; for pods say PolicyScope.workload(…).`);
    }
    if (service._isExternalHost) {
      throw new Error(`PolicyScope.service: ${service.name} [${service.node.path}] is a host without a Kubernetes Service, which a policy cannot name here. Say PolicyScope.waypoint(…) of the waypoint that leads there.`);
    }
    return new PolicyScope(service.namespace, `the Service ${service.namespace}/${service.name} at its waypoint`, service, undefined, false, true);
  }

  private constructor(
    /** The namespace of the policies. @internal */
    public readonly _namespace: string,
    /** For messages. @internal */
    public readonly _title: string,
    /** The pods that are meant, where it is a workload. @internal */
    public readonly _target?: IMeshTarget,
    /** The name of the Gateway of the Gateway API, where it is one. @internal */
    public readonly _gateway?: string,
    /** Whether every namespace is meant. @internal */
    public readonly _isMesh: boolean = false,
    /** Whether a waypoint judges, and not what stands before the pods. @internal */
    public readonly _atWaypoint: boolean = false,
  ) {}

  /** Whether the objects say for whom they hold by `targetRefs`, so that no labels select. @internal */
  public get _byTargetRefs(): boolean {
    return this._gateway !== undefined || this._atWaypoint;
  }

  /** A word of its own for names of objects: the workload's or the Gateway's name; undefined for all pods. @internal */
  public get _name(): string | undefined {
    if (!this._atWaypoint) return this._target?.name ?? this._gateway;
    // Beside a policy for the pods, there often is one for the Service.
    return this._target ? `${this._target.name}-at-waypoint` : `at-${this._gateway}`;
  }

  /** Throws where the pods' labels cannot be known. @internal */
  public _selection(): PolicySelection {
    if (this._gateway !== undefined) return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: this._gateway }] };
    if (this._atWaypoint) return { targetRefs: [{ group: '', kind: 'Service', name: this._target!.name }] };
    return this._target ? { selector: { matchLabels: { ...this._target.selector } } } : {};
  }

  /** The labels for what selects in another way (EnvoyFilter, Sidecar); undefined for all pods. @internal */
  public _labels(): { [label: string]: string } | undefined {
    return this._atWaypoint ? undefined : this._target && { ...this._target.selector };
  }

  /** What can be said of the selector once every manifest is final. @internal */
  public _mistakes(owner: Construct): string[] {
    const target = this._target;
    if (!target || this._atWaypoint) return [];
    try {
      return selectorTooWide(target, podsOf(owner));
    } catch (error) {
      return [(error as Error).message];
    }
  }

  /** Whoever asks for mistakes reads pods; this keeps them as the manifests are. @internal */
  public _watch(owner: Construct): void {
    if (this._target) keepPodsFresh(owner);
  }
}

const ROOT_NAMESPACE = 'istio-system';

/** What programs without types give where a scope is meant. */
export function checkScope(value: unknown): asserts value is PolicyScope {
  if (value instanceof PolicyScope) return;
  throw new Error(`\`scope\` is ${describeValue(value)}. Say for whom it holds: PolicyScope.workload(service), PolicyScope.namespace('shop') or PolicyScope.mesh(), and in the ambient mesh PolicyScope.service(service).`);
}

function checkNamespace(factory: string, value: unknown, example: string): void {
  if (typeof value === 'string' && isDnsLabel(value)) return;
  throw new Error(`PolicyScope.${factory}: ${describeValue(value)} is not a namespace name: lower-case letters, digits and dashes, at most 63, for example "${example}".`);
}
