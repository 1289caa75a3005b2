import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ControlPlaneUpgradeProps } from './control-plane-upgrade-props';
import { DEFAULT_TAG } from './revision-tag';
import { resolveLazy } from '../../model/kubernetes-object';

const INJECTION = 'istio-injection';
const REVISION = 'istio.io/rev';

/** The one label by which a namespace is in the mesh. */
export interface NamespaceLabel {
  readonly key: string;
  readonly value: string;
}

/** A namespace on its way. */
export interface UpgradedNamespace {
  readonly name: string;
  /** Before the upgrade. */
  readonly before: NamespaceLabel;
  /** While the tag still leads to the current control plane. */
  readonly moved: NamespaceLabel;
  /** When the tag leads to the next one; undefined where it stays as it was moved. */
  readonly settled?: NamespaceLabel;
  /** What writes the Namespace in the App. */
  readonly object?: ApiObject;
}

/** The namespaces of an upgrade, as the App has them. */
export class UpgradedNamespaces {
  public readonly all: readonly UpgradedNamespace[];
  /** What stands in the way. */
  public readonly mistakes: readonly string[];

  constructor(root: IConstruct, private readonly props: ControlPlaneUpgradeProps, private readonly tag: string | undefined) {
    const objects = root.node.findAll()
      .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.kind === 'Namespace');
    const named = new Map(objects.map((object): [string, ApiObject] => [nameOf(object), object]));
    this.all = props.namespaces.map((name) => this.upgraded(name, named.get(name)));
    this.mistakes = [
      ...objects.filter((object) => props.namespaces.includes(nameOf(object))).flatMap((object) => this.conflicts(object)),
      ...objects.filter((object) => !props.namespaces.includes(nameOf(object))).flatMap((object) => this.left(object)),
    ];
  }

  /** Labels by which the current control plane answers; the first is that of namespaces of which the App says nothing. */
  private get accepted(): NamespaceLabel[] {
    const { current } = this.props;
    return [
      ...(this.tag === DEFAULT_TAG ? [{ key: INJECTION, value: 'enabled' }] : []),
      ...[this.tag, current.revision].filter((value) => value !== undefined).map((value) => ({ key: REVISION, value })),
    ];
  }

  private upgraded(name: string, object: ApiObject | undefined): UpgradedNamespace {
    const { current, next } = this.props;
    const before = object && this.accepted.find(({ key, value }) => labelsOf(object)[key] === value) || this.accepted[0];
    const moved = { key: REVISION, value: next.revision! };
    if (this.tag === undefined) return { name, before, moved, object };
    // One that names the current revision itself would be led to nowhere when that is gone.
    return { name, before, moved, settled: before.value === current.revision ? this.accepted[0] : before, object };
  }

  private conflicts(object: ApiObject): string[] {
    const labels = labelsOf(object);
    const said = MESH_LABELS.filter((key) => key in labels);
    const isAccepted = this.accepted.some(({ key, value }) => labels[key] === value);
    if (said.length === 0 || (said.length === 1 && isAccepted)) return [];
    const allowed = this.accepted.map(textOf).join(' or ');
    const is = said.map((key) => `${key}: ${labels[key]}`).join(' and ');
    if (said.length > 1) return [`[${object.node.path}] the Namespace ${nameOf(object)} has the labels ${is}, and no more than one counts. Leave ${allowed}.`];
    return [`[${object.node.path}] the Namespace ${nameOf(object)} has the label ${is}, by which the current control plane does not answer for it. `
      + `It has to be ${allowed} until the upgrade is through, or \`namespaces\` without ${nameOf(object)}.`];
  }

  /** Who stays behind is without a control plane when the current one is removed. */
  private left(object: ApiObject): string[] {
    const labels = labelsOf(object);
    const label = this.accepted.find(({ key, value }) => labels[key] === value);
    return label === undefined ? [] : [
      `[${object.node.path}] the Namespace ${nameOf(object)} (${textOf(label)}) is served by the current control plane, and is not among \`namespaces\`. Add it.`,
    ];
  }
}

const MESH_LABELS = [INJECTION, REVISION, 'istio.io/dataplane-mode'];

export function textOf({ key, value }: NamespaceLabel): string {
  return `${key}: ${value}`;
}

/** As a merge patch: the one label, and none of those that would count in its place. */
export function labelPatch({ key, value }: NamespaceLabel): object {
  return { metadata: { labels: { [INJECTION]: null, [REVISION]: null, [key]: value } } };
}

function nameOf(object: ApiObject): string {
  return resolveLazy(object.metadata.name) ?? resolveLazy(object.name);
}

function labelsOf(object: ApiObject): { readonly [label: string]: string } {
  return Object.fromEntries(MESH_LABELS
    .map((key): [string, unknown] => [key, resolveLazy(object.metadata.getLabel(key))])
    .filter((entry): entry is [string, string] => entry[1] !== undefined));
}
