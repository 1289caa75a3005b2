import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { CallOptions, declareCall } from './declared-calls';
import { CallerIdentity, IMeshCaller } from './identity';
import { IMeshTarget } from './mesh-target';
import { PodFacts, RenderedWorkload } from './pod-template';
import { registerConstruct } from './registered-construct';
import { isDnsLabel } from '../semantics/kubernetes-name';

export interface MeshWorkloadProps {
  /**
   * The construct that holds the pod template: a Deployment, StatefulSet, DaemonSet, Job, CronJob,
   * Argo Rollout or Pod of cdk8s-plus, a raw `ApiObject`, or an `Include`d manifest.
   *
   * @default - pods that this App does not render: give `name`, `namespace` and `selector`
   */
  readonly workload?: IConstruct;
  /**
   * A name for policies and messages.
   *
   * @default - the name of `workload`
   */
  readonly name?: string;
  /**
   * The workload's namespace, where its manifest does not say.
   *
   * @default - the manifest's, which is the chart's unless given
   */
  readonly namespace?: string;
  /**
   * The pod labels that policies select this workload by.
   *
   * @default - the workload's own selector, else its well-known labels (`app`, `app.kubernetes.io/name` …)
   */
  readonly selector?: { readonly [label: string]: string };
  /**
   * The pods' service account.
   *
   * @default - the pod template's, and `default` (shared by the namespace) where it has none;
   * unknown without `workload`, and then the workload cannot be a caller in an allow
   */
  readonly serviceAccount?: string;
}

export interface MeshWorkloadAttributes {
  /** A name for policies and messages. */
  readonly name: string;
  /** The namespace of the pods. */
  readonly namespace: string;
  /** The labels that select the pods. */
  readonly labels: { readonly [label: string]: string };
  /**
   * The pods' service account.
   *
   * @default - unknown, so the workload cannot be a caller in an allow
   */
  readonly serviceAccount?: string;
}

/** By these, in this order, people say which application a pod belongs to. */
const WELL_KNOWN_LABELS = [
  'app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app.kubernetes.io/component', 'app', 'k8s-app', 'version',
] as const;

/**
 * Pods of one kind: what policies select and what calls others.
 *
 * Selectors use the pods' own labels and never cdk8s-plus' `cdk8s.io/metadata.addr`: that is a hash
 * of the construct's path, so moving code would point a policy elsewhere while old pods still run.
 */
export class MeshWorkload extends Construct implements IMeshCaller, IMeshTarget {
  /** Pods that this App does not render. */
  public static fromLabels(scope: Construct, id: string, attributes: MeshWorkloadAttributes): MeshWorkload {
    const { name, namespace, labels, serviceAccount } = attributes;
    return new MeshWorkload(scope, id, { name, namespace, selector: labels, serviceAccount });
  }

  /** The namespace of the pods. */
  public readonly namespace: string;
  /** The object that holds the pod template; undefined for pods that this App does not render. */
  public readonly rendered?: ApiObject;

  private readonly source?: RenderedWorkload;
  private readonly givenName?: string;
  private readonly givenSelector?: { readonly [label: string]: string };
  private readonly givenServiceAccount?: string;

  constructor(scope: Construct, id: string, props: MeshWorkloadProps) {
    super(scope, id);
    registerConstruct(this, MeshWorkload);
    this.source = props.workload && new RenderedWorkload(props.workload);
    this.rendered = this.source?.object;
    this.givenName = this.source ? props.name : this.require('name', props.name);
    this.namespace = this.require('namespace', this.source?.namespace ?? props.namespace);
    if (props.namespace !== undefined && props.namespace !== this.namespace) {
      throw new Error(`[${this.node.path}] the workload ${this.name} is in namespace ${this.namespace} by its manifest, not in ${props.namespace}. A Service selects pods of its own namespace only.`);
    }
    this.givenSelector = props.selector;
    this.givenServiceAccount = props.serviceAccount;
    if (!this.source && props.selector === undefined) {
      throw new Error(`[${this.node.path}] nothing says which pods are meant. Give \`workload\`, or \`selector\` with the pods' labels.`);
    }
    if (props.selector !== undefined && Object.keys(props.selector).length === 0) {
      throw new Error(`[${this.node.path}] the selector is empty, so every pod of ${this.namespace} would be meant. Give at least one label.`);
    }
  }

  /** The workload's name. */
  public get name(): string {
    return this.givenName ?? this.source!.name;
  }

  public get callerName(): string {
    return this.name;
  }

  /** The labels that policies select these pods by. Throws when there are none of the user's own. */
  public get selector(): { [label: string]: string } {
    if (this.givenSelector) return { ...this.givenSelector };
    const { labels, matchLabels } = this._podFacts()!;
    if (Object.keys(matchLabels).length > 0) return matchLabels;
    const known = Object.fromEntries(WELL_KNOWN_LABELS.filter((key) => key in labels).map((key) => [key, labels[key]]));
    if (Object.keys(known).some((key) => key !== 'version')) return known;
    throw new Error(
      `[${this.node.path}] the pods of ${this.name} carry no label of yours that a policy could select them by (only hashes, which change when code moves). `
      + `Add one, for example: deployment.podMetadata.addLabel('app', '${this.name}').`);
  }

  /** The pods' service account. Throws when it cannot be known. */
  public get serviceAccount(): string {
    const serviceAccount = this.givenServiceAccount ?? this._podFacts()?.serviceAccount;
    if (serviceAccount === undefined) {
      throw new Error(`[${this.node.path}] the service account of ${this.name} is not known. Give \`serviceAccount\`.`);
    }
    return serviceAccount;
  }

  public callerIdentities(): CallerIdentity[] {
    return [CallerIdentity.serviceAccount(this.namespace, this.serviceAccount)];
  }

  public callerPods(): IConstruct[] {
    return this.rendered ? [this.rendered] : [];
  }

  /**
   * Declares that these pods call a target: an allow policy is written for the target's pods, `allow-CALLER-to-TARGET`, and a
   * `ZeroTrustNamespace` of the caller lets the call out. The first policy for some pods refuses everybody else there.
   * For a target whose pods are not known (a service of another team, a host outside of the cluster), it is let out only.
   *
   * @param target a `MeshService` or a `MeshWorkload`, of any namespace
   * @param options how it is called; anything else stays refused
   * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
   */
  public calls(target: IMeshTarget, options: CallOptions = {}): MeshWorkload {
    declareCall(`[${this.node.path}] calls`, this, target, options);
    return this;
  }

  /**
   * Declares that a caller calls these pods: the same as `caller.calls(thisWorkload)`, said by the one that is called.
   *
   * @param caller a `MeshService`, a `MeshWorkload`, or anything with identities
   * @param options how it is called; anything else stays refused
   */
  public allowFrom(caller: IMeshCaller, options: CallOptions = {}): MeshWorkload {
    declareCall(`[${this.node.path}] allowFrom`, caller, this, options);
    return this;
  }

  /**
   * What the pod template says; undefined for pods that this App does not render.
   *
   * @internal
   */
  public _podFacts(): PodFacts | undefined {
    return this.source?.facts();
  }

  /** Whether the selector was found in the manifest rather than given. @internal */
  public get _derivesSelector(): boolean {
    return this.givenSelector === undefined;
  }

  private require(what: 'name' | 'namespace', value: string | undefined): string {
    if (value === undefined) {
      throw new Error(`[${this.node.path}] the ${what} of this workload is not known. Give \`${what}\`${what === 'namespace' ? ', here or to its Chart' : ''}.`);
    }
    if (what === 'namespace' && !isDnsLabel(value)) {
      throw new Error(`[${this.node.path}] "${value}" is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    }
    return value;
  }
}
