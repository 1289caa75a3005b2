import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { AppRegistry, doubled } from '../../model/app-registry';
import { checkConstructProps, checkFlags, checkProps } from '../../model/given';
import { findObject, resolveLazy } from '../../model/kubernetes-object';
import { locatedAt } from '../../model/located-at';
import { misreadIn } from '../../model/misread';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { registerConstruct } from '../../model/registered-construct';
import { Injection } from '../../security/injection';
import { NamespaceObject, otherNamespaceObjects } from '../../security/namespace-object';
import { describeValue } from '../../semantics/describe-value';
import { isDnsLabel } from '../../semantics/kubernetes-name';

export interface MeshNamespaceProps {
  /**
   * The name of the namespace.
   *
   * @default - that of `namespaceObject`
   */
  readonly name?: string;
  /**
   * How its pods come into the mesh.
   *
   * @default Injection.enabled()
   */
  readonly injection?: Injection;
  /**
   * The Namespace that something else in this App writes: it gets the label.
   *
   * @default - a Namespace is written
   */
  readonly namespaceObject?: IConstruct;
  /**
   * Whether the namespace is somebody else's, and not of this App: nothing is written, as an object that two apply is
   * changed by both, and whoever takes his away takes the namespace with all that is in it. `patch` and `command`
   * are what its owner has to do.
   *
   * @default false
   */
  readonly existing?: boolean;
  /**
   * More labels and annotations of the Namespace, such as those of Pod Security. Not together with `namespaceObject` or `existing`.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * A namespace of the mesh, or one that is kept out of it. Pods that run stay as they are until they are restarted
 * (`kubectl rollout restart`); in ambient mode the change is at once.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export class MeshNamespace extends Construct {
  /** The name of the namespace. */
  public readonly name: string;
  /** The Namespace; undefined for one that is somebody else's. */
  public readonly namespaceObject?: ApiObject;
  /**
   * What makes an existing Namespace the same, as a merge patch: `kubectl patch namespace NAME --type merge --patch-file FILE`. It
   * takes away the labels that would contradict.
   */
  public readonly patch: { [field: string]: any };
  /** The same as a command. */
  public readonly command: string;

  /** @throws for a namespace that Istio never injects, and for labels that contradict */
  constructor(scope: Construct, id: string, props: MeshNamespaceProps) {
    super(scope, id);
    registerConstruct(this, MeshNamespace);
    checkConstructProps(this, props, "new MeshNamespace(scope, 'id', { name: 'shop', injection: Injection.revision('1-31') })");
    const injection = props.injection ?? Injection.enabled();
    const given = locatedAt(this, () => {
      checkGiven(props, injection);
      return props.namespaceObject && findObject(props.namespaceObject, ['Namespace'], 'namespace');
    });
    this.name = locatedAt(this, () => nameOf(props, given, injection));
    this.patch = { metadata: { labels: Object.fromEntries(LABELS.map((label) => [label, label === injection._label ? injection._value : null])) } };
    this.command = `kubectl label namespace ${this.name} --overwrite ${LABELS
      .map((label) => (label === injection._label ? `${label}=${injection._value}` : `${label}-`)).join(' ')}`;
    this.namespaceObject = given ?? (props.existing ? undefined : this.written(props.metadata ?? {}));
    if (this.namespaceObject) locatedAt(this, () => addLabel(this.namespaceObject!, injection));
    NAMESPACES.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  private written(metadata: ApiObjectMetadata): ApiObject {
    const misread = misreadIn(metadata);
    if (misread !== undefined) throw new Error(`[${this.node.path}] \`metadata\`: ${misread}`);
    return new NamespaceObject(this, 'Namespace', { ...metadata, name: this.name });
  }

  private mistakes(): string[] {
    const others = otherNamespaceObjects(this.name, this.namespaceObject, this.node.root);
    const written = others.map((other) => (this.namespaceObject
      ? `the Namespace ${this.name} is written here and by [${other.node.path}]. Give that one as \`namespaceObject\`, or leave it out.`
      : `the Namespace ${this.name} is \`existing\`, and written by [${other.node.path}] of this App. Give that one as \`namespaceObject\`.`));
    const labels = (this.namespaceObject?.toJson().metadata.labels ?? {}) as Record<string, string>;
    const said = LABELS.filter((name) => name in labels);
    return [
      ...written,
      ...said.length > 1 ? [`the Namespace ${this.name} has the labels ${said.map((name) => `${name}: ${labels[name]}`).join(' and ')}, which contradict. Say it by \`injection\` only.`] : [],
    ];
  }
}

/** Those by which Istio knows what to do with a namespace: one of them is enough, and two contradict. */
const LABELS = ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode'] as const;

/** Of Kubernetes itself: Istio's injector leaves them alone, whatever their labels say. */
const SYSTEM: ReadonlySet<string> = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

const NAMESPACES = new AppRegistry<MeshNamespace>((all) => doubled(all, ({ name }) => name)
  .map(([first, later]) => `[${later.node.path}] the namespace ${later.name} is that of [${first.node.path}] too. Leave one of them out.`));

function checkGiven({ name, injection: given, namespaceObject: object, existing, metadata }: MeshNamespaceProps, injection: Injection): void {
  checkFlags({ existing });
  if (given !== undefined && !(injection instanceof Injection)) {
    const revision = typeof given === 'string' ? given : '1-31';
    throw new Error(`\`injection\` is ${describeValue(given)}. Give Injection.enabled(), Injection.revision('${revision}'), Injection.ambient() or Injection.none().`);
  }
  if (object !== undefined && !Construct.isConstruct(object)) throw new Error(`\`namespaceObject\` is ${describeValue(object)}. Give the construct that writes the Namespace.`);
  if (name === undefined && object === undefined) throw new Error("nothing says which namespace it is. Give its `name`, for example 'shop', or the Namespace of this App as `namespaceObject`.");
  if (object !== undefined && existing) throw new Error('`existing` is true, and `namespaceObject` is written by this App. Leave one of them out.');
  if (metadata === undefined) return;
  checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
  if (object !== undefined || existing) throw new Error(`\`metadata\` is given, and the Namespace is ${existing ? "somebody else's" : 'written by `namespaceObject`'}. Give it there.`);
  if (metadata.name !== undefined || metadata.namespace !== undefined) throw new Error('`metadata` has a name or a namespace. The name is `name`, and a Namespace is in none.');
}

function nameOf(props: MeshNamespaceProps, object: ApiObject | undefined, injection: Injection): string {
  const own = object && (resolveLazy(object.metadata.name) ?? resolveLazy(object.name));
  const name = props.name ?? own!;
  if (typeof name !== 'string' || !isDnsLabel(name)) throw new Error(`\`name\` is ${describeValue(name)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
  if (own !== undefined && own !== name) throw new Error(`\`name\` is ${name}, and \`namespaceObject\` is the Namespace ${own}. Leave out \`name\`.`);
  if (SYSTEM.has(name) && injection._value !== 'disabled') {
    throw new Error(`\`name\` is ${name}, a namespace of Kubernetes itself, whose pods Istio leaves alone. Choose the namespace of an application.`);
  }
  return name;
}

function addLabel(object: ApiObject, injection: Injection): void {
  const before = resolveLazy(object.metadata.getLabel(injection._label));
  if (before !== undefined && before !== injection._value) {
    throw new Error(`the Namespace has the label ${injection._label}: ${before} already, and \`injection\` says ${injection._value}. Take the label out.`);
  }
  object.metadata.addLabel(injection._label, injection._value);
}
