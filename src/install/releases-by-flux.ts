import { ApiObject, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import type { ChartRelease } from './chart-release';
import { ReleaseObject, claimObjects, claimedObjects } from './release-objects';
import { inOrder, isOci, namespaceLabels, repositoryOf } from './release-order';
import { WEBHOOK_API, WEBHOOK_FIELDS, hasWebhooks } from './webhook-fields';
import { checkConstructProps, checkFlags } from '../model/given';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { NamespaceObject, otherNamespaceObjects } from '../security/namespace-object';
import { describeValue } from '../semantics/describe-value';
import { isDuration, istioDuration } from '../semantics/duration';
import { isDnsLabel, shortName } from '../semantics/kubernetes-name';

export interface ReleasesByFluxProps {
  /** What is installed, in any order: for example `istio.releases`. */
  readonly releases: ChartRelease[];
  /**
   * The namespace of the HelmReleases and HelmRepositories; the charts go where each release says.
   *
   * @default 'flux-system'
   */
  readonly namespace?: string;
  /**
   * How often Flux compares a release with what is installed, and a repository's list of charts with what it knows:
   * whole seconds, from 1.
   *
   * @default Duration.minutes(10)
   */
  readonly interval?: Duration;
  /**
   * How long an installation or upgrade may take before it counts as failed: whole seconds, from 1. What failed is tried again.
   *
   * @default Duration.minutes(5)
   */
  readonly timeout?: Duration;
  /**
   * Whether what somebody changed in the cluster is put back. It takes an emergency change back, too.
   *
   * @default false
   */
  readonly correctDrift?: boolean;
  /**
   * Whether namespaces that are missing are created. Those that have to have labels are written as Namespace objects, which
   * Flux never deletes.
   *
   * @default true
   */
  readonly createNamespaces?: boolean;
}

const EXAMPLE = "new ReleasesByFlux(scope, 'flux', { releases: istio.releases })";
const REPOSITORY = 'HelmRepository';

/**
 * Chart releases that Flux installs: a `HelmRelease` each, and a `HelmRepository` for each repository they come from. What
 * depends on others waits until these are ready.
 *
 * What fails is tried again, and never uninstalled or rolled back by itself: that would take CRDs, and all objects of their
 * kinds, or proxies' connections with it. That needs Flux 2.7 or newer.
 *
 * @see https://fluxcd.io/flux/components/helm/helmreleases/
 */
export class ReleasesByFlux extends Construct {
  /** The HelmReleases, in the order of the installation. */
  public readonly helmReleases: ApiObject[];
  /** The repositories of their charts. One that the App has already, of another ReleasesByFlux, is not written again. */
  public readonly helmRepositories: ApiObject[];

  private readonly props: ReleasesByFluxProps;

  /** @throws for a release that is not whole, two of one name, and a circle */
  constructor(scope: Construct, id: string, props: ReleasesByFluxProps) {
    super(scope, id);
    registerConstruct(this, ReleasesByFlux);
    checkConstructProps(this, props, EXAMPLE);
    this.props = props;
    const ordered = locatedAt(this, () => {
      checkProps(props);
      return inOrder(props.releases).map(({ release }) => release);
    });
    const labels = locatedAt(this, () => namespaceLabels(props.releases));
    const labelled = [...labels].filter(([, own]) => this.createsNamespaces && Object.keys(own).length > 0);
    const namespaces = labelled.map(([name, own]) => this.createNamespace(name, own));
    const repositories = new Map(ordered.map((release) => [repositoryOf(release), release]));
    this.helmRepositories = [...repositories.values()].flatMap((release) => this.createRepository(release));
    this.helmReleases = ordered.map((release) => this.createRelease(release));
    claimObjects(this, ...namespaces, ...this.helmReleases);
  }

  private get namespace(): string {
    return this.props.namespace ?? 'flux-system';
  }

  private get interval(): string {
    return istioDuration(this.props.interval ?? Duration.minutes(10), 'interval');
  }

  private get createsNamespaces(): boolean {
    return this.props.createNamespaces ?? true;
  }

  private createNamespace(name: string, labels: { readonly [label: string]: string }): ApiObject {
    const object = new NamespaceObject(this, `namespace-${name}`, { name, labels, annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } });
    validateOncePerSynth(this, () => otherNamespaceObjects(name, object, this.node.root)
      // Two of ours are told by what they both claim.
      .filter((other) => !claimedObjects(this).includes(other))
      .map((other) => `[${this.node.path}] writes the Namespace ${name} for its labels (${Object.keys(labels).join(', ')}), and so does [${other.node.path}]. `
        + 'Give that one these labels, and here createNamespaces: false.'));
    return object;
  }

  private createRepository(release: ChartRelease): ApiObject[] {
    const url = repositoryOf(release);
    const name = repositoryName(release);
    const isKnown = ({ kind, metadata, name: known }: ApiObject) => kind === REPOSITORY && metadata.namespace === this.namespace && known === name;
    if (claimedObjects(this).some(isKnown)) return [];
    const object = new ApiObject(this, `repository-${name}`, {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: REPOSITORY,
      metadata: { name, namespace: this.namespace },
      spec: { url, interval: this.interval, ...(isOci(release) ? { type: 'oci' } : {}) },
    });
    claimObjects(this, object);
    return [object];
  }

  private createRelease(release: ChartRelease): ApiObject {
    const { correctDrift, timeout = Duration.minutes(5) } = this.props;
    const { interval, namespace } = this;
    // A retry as an upgrade: the other strategy uninstalls first.
    const applied = { crds: 'CreateReplace', strategy: { name: 'RetryOnFailure', retryInterval: '1m' } };
    return new ReleaseObject(this, release.name, {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: release.name, namespace },
      spec: {
        interval,
        timeout: istioDuration(timeout, 'timeout'),
        chart: { spec: { chart: release.chart, version: release.version, interval, sourceRef: { kind: REPOSITORY, name: repositoryName(release) } } },
        releaseName: release.name,
        targetNamespace: release.namespace,
        // Where `helm list` and whoever installed it before look for it.
        storageNamespace: release.namespace,
        dependsOn: release.dependsOn?.length ? release.dependsOn.map((name) => ({ name })) : undefined,
        install: { ...applied, createNamespace: this.createsNamespaces },
        upgrade: applied,
        driftDetection: correctDrift ? { mode: 'enabled', ignore: hasWebhooks(release) ? IGNORED : undefined } : undefined,
        values: release.values,
      },
    }, release.values, '/spec/values');
  }
}

/** Only what the chart says at all can drift; each of these objects has one webhook. */
const IGNORED = WEBHOOK_FIELDS.filter(({ fields }) => (fields as readonly string[]).includes('failurePolicy'))
  .map(({ kind }) => ({ paths: ['/webhooks/0/failurePolicy'], target: { group: WEBHOOK_API, kind } }));

/** One of its URL, whoever uses it: `blob-istio-io-istio-release-charts`. */
function repositoryName(release: ChartRelease): string {
  return shortName(repositoryOf(release).replace(/^[a-z]+:\/\//, isOci(release) ? 'oci-' : '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, ''));
}

function checkProps({ namespace, interval, timeout, correctDrift, createNamespaces }: ReleasesByFluxProps): void {
  if (namespace !== undefined && (typeof namespace !== 'string' || !isDnsLabel(namespace))) throw new Error(`\`namespace\` is ${describeValue(namespace)}. Give the namespace that Flux reads HelmReleases from, for example "flux-system".`);
  checkSeconds('interval', interval, 'Duration.minutes(10)');
  checkSeconds('timeout', timeout, 'Duration.minutes(5)');
  checkFlags({ correctDrift, createNamespaces });
}

function checkSeconds(field: string, duration: Duration | undefined, example: string): void {
  if (duration === undefined) return;
  if (!isDuration(duration)) throw new Error(`\`${field}\` is ${describeValue(duration)}. Give a Duration of cdk8s, for example ${example}.`);
  const milliseconds = duration.toMilliseconds({ integral: false });
  if (!Number.isInteger(milliseconds / 1000) || milliseconds < 1000) throw new Error(`\`${field}\` is ${milliseconds} ms. Give whole seconds, from 1, for example ${example}.`);
}
