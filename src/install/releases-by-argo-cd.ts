import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ArgoCdSync } from './argo-cd-sync';
import type { ChartRelease } from './chart-release';
import { ReleaseObject, claimObjects } from './release-objects';
import { OrderedRelease, inOrder, isOci, namespaceLabels, repositoryOf } from './release-order';
import { WEBHOOK_API, WEBHOOK_FIELDS, hasWebhooks } from './webhook-fields';
import { checkConstructProps, checkFlags } from '../model/given';
import { locatedAt } from '../model/located-at';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

export interface ReleasesByArgoCdProps {
  /** What is installed, in any order: for example `istio.releases`. */
  readonly releases: ChartRelease[];
  /**
   * The namespace of the Applications. Argo CD reads its own, and others that it is told of.
   *
   * @default 'argocd'
   */
  readonly namespace?: string;
  /**
   * The project of Argo CD that the Applications are part of. It has to allow their repositories, namespaces, and kinds
   * without a namespace.
   *
   * @default 'default'
   */
  readonly project?: string;
  /**
   * The cluster that is installed into: the URL of its API server, or the name that Argo CD knows it by.
   *
   * @default 'https://kubernetes.default.svc', the cluster that Argo CD runs in
   */
  readonly cluster?: string;
  /**
   * Stands in front of the Applications' names, where one Argo CD installs into several clusters: for example `east-`.
   * Releases keep their names.
   *
   * @default - nothing
   */
  readonly namePrefix?: string;
  /**
   * When Argo CD applies it.
   *
   * @default ArgoCdSync.automated(): at once; nothing is deleted, and what is changed by hand stays until the next sync
   */
  readonly sync?: ArgoCdSync;
  /**
   * Whether namespaces that are missing are created, and get the labels that releases want them to have.
   *
   * @default true
   */
  readonly createNamespaces?: boolean;
}

const EXAMPLE = "new ReleasesByArgoCd(scope, 'argo', { releases: istio.releases })";
const IN_CLUSTER = 'https://kubernetes.default.svc';

/**
 * Chart releases that Argo CD installs: an `Application` each.
 *
 * What depends on others has a higher sync wave. Waves hold where one Application installs these (an app of apps) and Argo CD
 * assesses the health of Applications, which it has to be told to; else those that come too early fail and are tried again.
 *
 * What istiod writes into the webhooks of Istio's charts is left as it is. An Application that is deleted leaves what it
 * installed, as none has a finalizer.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app
 */
export class ReleasesByArgoCd extends Construct {
  /** The Applications, in the order of the installation. */
  public readonly applications: ApiObject[];

  /** @throws for a release that is not whole, two of one name, and a circle */
  constructor(scope: Construct, id: string, props: ReleasesByArgoCdProps) {
    super(scope, id);
    registerConstruct(this, ReleasesByArgoCd);
    checkConstructProps(this, props, EXAMPLE);
    this.applications = locatedAt(this, () => {
      checkProps(props);
      const ordered = inOrder(props.releases);
      const labels = namespaceLabels(props.releases);
      return ordered.map((release) => this.application(release, props, labels.get(release.release.namespace)!));
    });
    claimObjects(this, ...this.applications);
  }

  private application({ release, wave }: OrderedRelease, props: ReleasesByArgoCdProps, labels: { readonly [label: string]: string }): ApiObject {
    const { namespace = 'argocd', project = 'default', cluster = IN_CLUSTER, namePrefix = '', createNamespaces = true, sync = ArgoCdSync.automated() } = props;
    const name = `${namePrefix}${release.name}`;
    if (!isDnsName(name)) throw new Error(`an Application would be called "${name}". Choose a shorter \`namePrefix\`, of lower-case letters, digits and '-'.`);
    const isLabelled = createNamespaces && Object.keys(labels).length > 0;
    return new ReleaseObject(this, release.name, {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace, annotations: { 'argocd.argoproj.io/sync-wave': String(wave) } },
      spec: {
        project,
        source: {
          // Argo CD tells a registry by the missing scheme.
          repoURL: isOci(release) ? repositoryOf(release).slice('oci://'.length) : repositoryOf(release),
          chart: release.chart,
          targetRevision: release.version,
          helm: { releaseName: release.name, valuesObject: release.values },
        },
        destination: { ...(cluster.includes('://') ? { server: cluster } : { name: cluster }), namespace: release.namespace },
        ...(hasWebhooks(release) ? { ignoreDifferences: IGNORED } : {}),
        syncPolicy: {
          automated: sync._automated,
          // With the same labels in every Application of a namespace, none takes away what another one wants.
          managedNamespaceMetadata: isLabelled ? { labels } : undefined,
          syncOptions: [
            ...(createNamespaces ? ['CreateNamespace=true'] : []),
            // CRDs are too long for the annotation that `kubectl apply` keeps on the client's side.
            'ServerSideApply=true',
            ...(hasWebhooks(release) ? ['RespectIgnoreDifferences=true'] : []),
          ],
          retry: { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
        },
      },
    }, release.values, '/spec/source/helm/valuesObject');
  }
}

const IGNORED = WEBHOOK_FIELDS.map(({ kind, fields }) => ({ group: WEBHOOK_API, kind, jqPathExpressions: fields.map((field) => `.webhooks[]?.${field}`) }));

function checkProps({ namespace, project, cluster, namePrefix, sync, createNamespaces }: ReleasesByArgoCdProps): void {
  if (namespace !== undefined && (typeof namespace !== 'string' || !isDnsLabel(namespace))) throw new Error(`\`namespace\` is ${describeValue(namespace)}. Give the namespace that Argo CD reads Applications from, for example "argocd".`);
  if (project !== undefined && (typeof project !== 'string' || !isDnsName(project))) throw new Error(`\`project\` is ${describeValue(project)}. Give the name of an AppProject, for example "platform".`);
  if (cluster !== undefined && (typeof cluster !== 'string' || !/^(https:\/\/\S+|[^\s/:]+)$/.test(cluster))) throw new Error(`\`cluster\` is ${describeValue(cluster)}. Give the URL of its API server, for example "${IN_CLUSTER}", or the name that Argo CD knows it by, for example "east".`);
  if (namePrefix !== undefined && (typeof namePrefix !== 'string' || !/^([a-z0-9]([-a-z0-9]*))?$/.test(namePrefix))) throw new Error(`\`namePrefix\` is ${describeValue(namePrefix)}. Lower-case letters, digits and '-' are allowed, for example "east-".`);
  if (sync !== undefined && !(sync instanceof ArgoCdSync)) throw new Error(`\`sync\` is ${describeValue(sync)}. Give ArgoCdSync.manual() or ArgoCdSync.automated().`);
  checkFlags({ createNamespaces });
}
