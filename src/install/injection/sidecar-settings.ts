import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { addPodMetadata } from './pod-template-settings';
import { sidecarAnnotations, sidecarLabels } from './sidecar-annotations';
import { SidecarSettingsProps } from './sidecar-settings-props';
import { checkProps } from '../../model/given';
import { misreadIn } from '../../model/misread';
import { validateOncePerSynth } from '../../model/once-per-synth';
import { RenderedWorkload } from '../../model/pod-template';
import { warnLate } from '../../model/warning';
import { otherNamespaceObjects } from '../../security/namespace-object';
import { describeValue } from '../../semantics/describe-value';
import { millisecondsIn } from '../../semantics/duration';
import { injectingRevision } from '../../semantics/injecting-revision';
import { located } from '../../semantics/located';

/** Of Kubernetes, in milliseconds. */
const GRACE_PERIOD = 30_000;

/**
 * What the sidecars of some pods have that those of others have not: on the pod template of any workload, where the
 * injector reads it. On a Deployment itself, or on a Namespace, nothing would. Pods that run keep their sidecar; a change
 * of the template makes new ones.
 *
 * Threads, environment and the kind of image are said by `ProxyConfiguration`.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export class SidecarSettings {
  /** The labels that the pods get. */
  public readonly podLabels: { [label: string]: string };
  /** The annotations that the pods get. */
  public readonly podAnnotations: { [annotation: string]: string };

  private readonly props: SidecarSettingsProps;

  /** @throws if it says nothing, what no injector takes, or what nothing would read */
  constructor(props: SidecarSettingsProps) {
    const { labels, annotations } = located('SidecarSettings: ', () => {
      checkProps(props, "new SidecarSettings({ resources: { cpu: '100m', memory: '128Mi' } })");
      const given = { labels: sidecarLabels(props), annotations: sidecarAnnotations(props) };
      checkTogether(props, given.labels, given.annotations);
      return given;
    });
    this.props = props;
    this.podLabels = labels;
    this.podAnnotations = annotations;
  }

  /**
   * Gives them to the pods of a workload, which gets them once.
   *
   * @param workload what holds the pod template: a Deployment, StatefulSet, DaemonSet, Job, CronJob, Argo Rollout or Pod of
   * cdk8s-plus, a raw `ApiObject`, an `Include`d manifest, or a `MeshWorkload` of such
   */
  public applyTo(workload: IConstruct): SidecarSettings {
    if (!Construct.isConstruct(workload)) {
      throw new Error(`SidecarSettings.applyTo: ${describeValue(workload)} is no workload. Give the construct that holds the pod template, for example a Deployment.`);
    }
    const rendered = new RenderedWorkload((workload as IConstruct & { rendered?: ApiObject }).rendered ?? workload);
    const { object } = rendered;
    if (SETTLED.has(object)) throw new Error(`[${object.node.path}] has SidecarSettings already. Say all of them in one.`);
    located('SidecarSettings.applyTo: ', () => rendered.templateIn(object.toJson()));
    SETTLED.add(object);
    addPodMetadata(rendered, { labels: this.podLabels, annotations: this.podAnnotations });
    validateOncePerSynth(object, () => this.mistakes(rendered));
    warnLate(object, () => this.warning(rendered));
    return this;
  }

  private mistakes(workload: RenderedWorkload): string[] {
    let manifest: any;
    try {
      manifest = workload.object.toJson();
    } catch (error) {
      return [(error as Error).message];
    }
    const { metadata, spec } = workload.templateIn(manifest);
    if (spec?.hostNetwork === true) return ['its pods use the network of their node (hostNetwork: true) and never get a sidecar, so that nothing reads its SidecarSettings. Leave one of them out.'];
    const grace = (spec?.terminationGracePeriodSeconds ?? GRACE_PERIOD / 1000) * 1000;
    const { terminationDrainDuration: drain } = JSON.parse(this.podAnnotations['proxy.istio.io/config'] ?? '{}');
    return [
      ...drain !== undefined && millisecondsIn(drain) >= grace
        ? [`its sidecar would go on for \`terminationDrainDuration\`, ${drain}, and its pods are killed after ${grace / 1000}s. Give less, or a longer terminationGracePeriodSeconds.`]
        : [],
      ...namespaceLabels(workload).flatMap((labels) => this.againstNamespace(labels, metadata?.labels ?? {})),
    ];
  }

  /** What its Namespace says, and comes before the pods. */
  private againstNamespace(namespace: Labels, pod: Labels): string[] {
    if (this.props.inject !== false && 'istio-injection' in namespace && injectingRevision(namespace, pod) === undefined) {
      return [`its Namespace says istio-injection: ${namespace['istio-injection']}, and then no pod of it gets a sidecar, whatever it says itself. Take the label from the Namespace, or these settings from the pods.`];
    }
    const { revision } = this.props;
    const other = ['istio-injection', 'istio.io/rev'].find((label) => label in namespace);
    if (revision === undefined || other === undefined || namespace[other] === revision) return [];
    return [`its \`revision\` is ${revision}, and its Namespace says ${other}: ${namespace[other]}, which comes before it. Leave one of them out.`];
  }

  private warning(workload: RenderedWorkload): string | undefined {
    if (this.props.inject === false) return undefined;
    const labels = workload.templateIn(workload.object.toJson()).metadata?.labels ?? {};
    const [namespace] = namespaceLabels(workload);
    if (namespace === undefined || 'istio-injection' in namespace || injectingRevision(namespace, labels) !== undefined) return undefined;
    return 'neither it nor its Namespace asks for a sidecar, so that nothing reads its SidecarSettings, unless the installation injects everywhere. Say `inject: true`, or label the Namespace by a MeshNamespace.';
  }
}

type Labels = Readonly<Record<string, string>>;

const SETTLED = new WeakSet<ApiObject>();

/** Of the Namespaces of that name which the App writes: one, or none. */
function namespaceLabels(workload: RenderedWorkload): Labels[] {
  const { namespace, object } = workload;
  if (namespace === undefined) return [];
  return otherNamespaceObjects(namespace, undefined, object.node.root).map((found) => found.toJson().metadata.labels ?? {});
}

function checkTogether({ inject, revision }: SidecarSettingsProps, labels: Labels, annotations: Labels): void {
  const settings = [...revision === undefined ? [] : ['istio.io/rev'], ...Object.keys(annotations)];
  if (Object.keys({ ...labels, ...annotations }).length === 0) throw new Error('it says nothing. Give at least one setting, for example `inject` or `resources`.');
  if (inject === false && settings.length > 0) {
    throw new Error(`\`inject\` is false, and nothing would read what else is given (${settings.join(', ')}). Leave one of them out.`);
  }
  const misread = misreadIn(annotations);
  if (misread !== undefined) throw new Error(misread);
}
