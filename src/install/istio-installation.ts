import { Yaml } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { ChartRelease } from './chart-release';
import { InstallationProfile } from './installation-profile';
import { InstallationValues } from './installation-values';
import { InstalledGateway } from './installed-gateway';
import { checkInstallation } from './istio-installation-checks';
import { IstioInstallationProps } from './istio-installation-props';
import { istioOperator } from './istio-operator';
import { istioReleases } from './istio-releases';
import { providersOf } from './mesh-config';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkConstructProps } from '../model/given';
import { locatedAt } from '../model/located-at';
import { IMeshProvider } from '../model/mesh-provider';
import { registerConstruct } from '../model/registered-construct';
import { writeWholeFile } from '../model/whole-file';

/** As Istio calls a cluster that nobody named. */
const DEFAULT_CLUSTER = 'Kubernetes';

const INSTALLATIONS = new AppRegistry<IstioInstallation>((all) => doubled(all, ({ _key }) => _key).map(([first, later]) =>
  `[${later.node.path}] installs ${later._title}, as [${first.node.path}] does, and the second would overwrite the first. `
  + 'Give each a `revision` of its own, or a `clusterName` where they are for two clusters.'));

/**
 * Istio, installed: one description, from which the file for `istioctl install` and the values of the official Helm charts are
 * made. It adds nothing to its chart: what installs Istio is written by `writeIstioOperator`, or made of `releases`.
 *
 * By default istiod and each gateway have two to five pods on different nodes, and gateways are in namespaces of their own.
 *
 * @see https://istio.io/latest/docs/setup/install/
 */
export class IstioInstallation extends Construct {
  /** Those of the App that a construct belongs to. @internal */
  public static _of(construct: IConstruct): readonly IstioInstallation[] {
    return INSTALLATIONS.of(construct);
  }

  /** Istio's version. */
  public readonly version: string;

  /** What is installed. */
  public readonly profile: InstallationProfile;

  /** The namespace of the control plane. */
  public readonly namespace: string;

  /** The revision; undefined for the default one. */
  public readonly revision?: string;

  /** The name of the cluster, where the mesh has several. */
  public readonly clusterName?: string;

  /** The name of the mesh, where it has several clusters. */
  public readonly meshId?: string;

  /** The network of the cluster, where the mesh has several. */
  public readonly network?: string;

  private readonly values: InstallationValues;

  /** @throws if Istio would refuse it, or take it for something else */
  constructor(parent: Construct, id: string, props: IstioInstallationProps) {
    super(parent, id);
    registerConstruct(this, IstioInstallation);
    checkConstructProps(this, props, "new IstioInstallation(scope, 'istio', { version: '1.31.1' })");
    locatedAt(this, () => checkInstallation(props));
    this.values = new InstallationValues(props);
    this.version = props.version;
    this.profile = this.values.profile;
    this.namespace = this.values.namespace;
    this.revision = props.revision;
    this.clusterName = props.clusterName;
    this.meshId = props.meshId;
    this.network = props.network;
    INSTALLATIONS.register(this, this);
  }

  /** The IstioOperator: what `istioctl install -f` and `istioctl manifest generate -f` read. It is no object of the cluster. */
  public get istioOperator(): { [field: string]: any } {
    return locatedAt(this, () => plain(istioOperator(this.values)));
  }

  /** The official charts with their values, in the order in which they are installed. */
  public get releases(): ChartRelease[] {
    return locatedAt(this, () => plain(istioReleases(this.values)));
  }

  /** What is said of the mesh configuration; what is not in it is as Istio or the profile has it. */
  public get meshConfig(): { [field: string]: any } {
    return locatedAt(this, () => plain(this.values.meshConfig()));
  }

  /** The gateways that are installed with it. */
  public get gateways(): InstalledGateway[] {
    return [...this.values.gateways];
  }

  /** Services that the mesh knows by name. */
  public get extensionProviders(): IMeshProvider[] {
    return providersOf(this.values.props.meshConfig ?? {});
  }

  /** The IstioOperator as YAML. */
  public toYaml(): string {
    return Yaml.stringify(this.istioOperator);
  }

  /**
   * Writes the IstioOperator into a file, whole or not at all.
   *
   * @param path of the file; its directory is made
   */
  public writeIstioOperator(path: string): void {
    writeWholeFile(this.node.path, path, this.toYaml(), 'install/istio.yaml');
  }

  /** What it was described by. @internal */
  public get _props(): IstioInstallationProps {
    return this.values.props;
  }

  /** One installation a key. @internal */
  public get _key(): string {
    return JSON.stringify([this.clusterName ?? DEFAULT_CLUSTER, this.revision ?? '', this.profile === InstallationProfile.EMPTY ? this.node.path : '']);
  }

  /** For messages. @internal */
  public get _title(): string {
    const which = this.revision === undefined ? 'the default revision' : `the revision ${this.revision}`;
    return this.clusterName === undefined ? which : `${which} of the cluster ${this.clusterName}`;
  }
}

/** Nobody's object is shared with what is given out. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What programs without types give, for example in `releases`. */
export function isInstallation(value: unknown): value is IstioInstallation {
  return value instanceof IstioInstallation;
}

