import { ApiObject, ApiObjectMetadata, Duration, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { CHOSEN_DATA_SOURCE, dataSourceChoice } from './dashboard/grafana';
import { servicePanels } from './dashboard/service-panels';
import { rangeOf } from './promql';
import { SignalObserver } from './signal-observer';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkConstructProps, checkFlags, checkList, checkMember, checkProps, checkText } from '../model/given';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { writeWholeFile } from '../model/whole-file';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsName, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

export interface ServiceDashboardProps {
  /** The services, in the order in which they are shown. */
  readonly services: MeshService[];
  /**
   * What the dashboard is called.
   *
   * @default - `Golden signals of` the services; of more than three, how many they are
   */
  readonly title?: string;
  /**
   * By this, Grafana and links know it: at most 40 letters, digits, dashes and underscores. One for each dashboard of a Grafana.
   *
   * @default - the name of the ConfigMap
   */
  readonly uid?: string;
  /**
   * Whose figures are shown.
   *
   * @default SignalObserver.CALLERS
   */
  readonly seenBy?: SignalObserver;
  /**
   * The time that one point of a line is about. At least four times as long as Prometheus takes from one look at a proxy to the next.
   *
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;
  /**
   * Which percentiles of the latency are shown, above 0 and below 100.
   *
   * @default [50, 95, 99]
   */
  readonly percentiles?: number[];
  /**
   * The time that is shown when the dashboard is opened, up to now.
   *
   * @default Duration.hours(3)
   */
  readonly range?: Duration;
  /**
   * How often it is drawn anew, at least every 5 seconds, which is the least that Grafana does.
   *
   * @default Duration.seconds(30)
   */
  readonly refresh?: Duration;
  /**
   * The uid of Grafana's data source that answers PromQL.
   *
   * @default - who looks chooses among those of type Prometheus
   */
  readonly dataSource?: string;
  /**
   * Whether the dashboard is a ConfigMap, which the sidecar of Grafana's chart finds by its label. Without, take `json` or `writeJson`.
   *
   * @default true
   */
  readonly configMap?: boolean;
  /**
   * The label that the sidecar looks for: `sidecar.dashboards.label` of the chart.
   *
   * @default 'grafana_dashboard'
   */
  readonly label?: string;
  /**
   * Its value: `sidecar.dashboards.labelValue` of the chart.
   *
   * @default '1'
   */
  readonly labelValue?: string;
  /**
   * The name, namespace, labels and annotations of the ConfigMap.
   *
   * @default - the name `dashboard-SERVICE`, of several services `dashboard-mesh`
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Grafana keeps one dashboard a uid: of two, the later takes the place of the first. */
const DASHBOARDS = new AppRegistry<ServiceDashboard>((all) => doubled(all, ({ uid }) => uid).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] are both the dashboard "${later.uid}", and Grafana would show one of them. Give each a \`uid\` of its own, or a \`metadata.name\`.`));

/** Grafana moves dashboards of an older schema to its own when it shows them. */
const SCHEMA_VERSION = 39;
const MOST_BYTES = 1_048_576;
const EXAMPLE = "new ServiceDashboard(scope, 'id', { services: [reviews] })";

/**
 * A Grafana dashboard with the golden signals of services, a row for each: traffic, errors, latency and saturation, in the words of
 * `GoldenSignals`, which alerts and rollout gates use as well.
 *
 * @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */
export class ServiceDashboard extends Construct {
  /** The ConfigMap; undefined where there is to be none. */
  public readonly configMap?: ApiObject;

  /** By this, Grafana and links know it: `/d/UID`. */
  public readonly uid: string;

  private readonly props: ServiceDashboardProps;
  private readonly name: string;

  /** @throws for services, times or a uid that Grafana would not take */
  constructor(parent: Construct, id: string, props: ServiceDashboardProps) {
    super(parent, id);
    registerConstruct(this, ServiceDashboard);
    checkConstructProps(this, props, EXAMPLE);
    this.props = props;
    locatedAt(this, () => this.checkProps());
    const { services, metadata = {}, label = 'grafana_dashboard', labelValue = '1', configMap = true } = props;
    this.name = metadata.name ?? `dashboard-${services.length === 1 ? services[0].name : 'mesh'}`;
    this.uid = locatedAt(this, () => checkUid(props.uid ?? this.name));
    if (configMap) {
      this.configMap = new ApiObject(this, 'ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, name: this.name, labels: { ...metadata.labels, [label]: labelValue } },
        data: { [`${this.name}.json`]: Lazy.any({ produce: () => this.json }) },
      });
    }
    DASHBOARDS.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** The dashboard, as Grafana imports it. */
  public get json(): string {
    return `${JSON.stringify(this.dashboard(), undefined, 2)}\n`;
  }

  /**
   * Writes the dashboard into a file.
   *
   * @param path of the file; its directory is made
   */
  public writeJson(path: string): void {
    writeWholeFile(this.node.path, path, this.json, 'dashboards/reviews.json');
  }

  private dashboard(): object {
    const { services, title, seenBy = SignalObserver.CALLERS, window = Duration.minutes(5), percentiles = [50, 95, 99], dataSource } = this.props;
    const { range = Duration.hours(3), refresh = Duration.seconds(30) } = this.props;
    const datasource = dataSource === undefined ? CHOSEN_DATA_SOURCE : { type: 'prometheus' as const, uid: dataSource };
    const names = services.map(({ name }) => name);
    return {
      uid: this.uid,
      title: title ?? `Golden signals of ${names.length > 3 ? `${names.length} services` : names.join(', ')}`,
      tags: ['istio', 'golden-signals'],
      timezone: 'browser',
      editable: false,
      graphTooltip: 1,
      schemaVersion: SCHEMA_VERSION,
      refresh: rangeOf(refresh),
      time: { from: `now-${rangeOf(range)}`, to: 'now' },
      templating: { list: dataSource === undefined ? [dataSourceChoice()] : [] },
      annotations: { list: [] },
      panels: locatedAt(this, () => servicePanels(services, { seenBy, window, percentiles, datasource })),
    };
  }

  private mistakes(): string[] {
    try {
      const bytes = Buffer.byteLength(this.json);
      return this.configMap === undefined || bytes <= MOST_BYTES ? [] : [
        `the dashboard of ${this.props.services.length} services has ${bytes} bytes, and a ConfigMap has room for ${MOST_BYTES}. Make several dashboards of it, or write it by \`writeJson\`.`,
      ];
    } catch (error) {
      return [(error as Error).message];
    }
  }

  private checkProps(): void {
    const { services, title, seenBy, window, percentiles, range, refresh, dataSource, configMap, label, labelValue, metadata } = this.props;
    checkServices(services);
    if (title !== undefined) checkText('title', title, 'Shop');
    if (title?.trim() === '') throw new Error('`title` is empty, and Grafana takes no dashboard without one. Give for example "Shop", or leave it out.');
    if (seenBy !== undefined) checkMember('seenBy', seenBy, 'SignalObserver', SignalObserver);
    if (percentiles !== undefined) checkPercentiles(percentiles);
    if (window !== undefined) milliSecondsOf(window, '`window`');
    if (range !== undefined) milliSecondsOf(range, '`range`');
    if (refresh !== undefined && milliSecondsOf(refresh, '`refresh`') < 5000) throw new Error(`\`refresh\` is ${rangeOf(refresh)}, and Grafana draws anew every 5 seconds at most. Give for example Duration.seconds(30).`);
    if (dataSource !== undefined && (typeof dataSource !== 'string' || dataSource === '')) throw new Error(`\`dataSource\` is ${describeValue(dataSource)}. Give the uid of a data source, for example "prometheus", or leave it out.`);
    checkFlags({ configMap });
    if (metadata !== undefined) checkProps(metadata, "metadata: { namespace: 'monitoring' }");
    if (metadata?.name !== undefined && !isDnsName(metadata.name)) throw new Error(`\`metadata.name\` is ${describeValue(metadata.name)}. Give lower-case letters, digits, dashes and dots.`);
    if (label !== undefined && (typeof label !== 'string' || !isLabelKey(label))) throw new Error(`\`label\` is ${describeValue(label)}. Give the name of a label, for example "grafana_dashboard".`);
    if (labelValue !== undefined && (typeof labelValue !== 'string' || !isLabelValue(labelValue))) throw new Error(`\`labelValue\` is ${describeValue(labelValue)}. Give the value of a label as a text, for example "1".`);
  }
}

function checkServices(services: readonly MeshService[]): void {
  checkList('services', services, '[reviews]');
  if (services.length === 0) throw new Error('`services` is empty, so nothing would be shown. Give at least one MeshService.');
  for (const service of services) {
    if (!(service instanceof MeshService)) throw new Error(`\`services\` holds ${describeValue(service)}. Give a MeshService, for example new MeshService(chart, 'reviews', { service }).`);
  }
  const twice = services.find((service, i) => services.indexOf(service) !== i);
  if (twice !== undefined) throw new Error(`\`services\` holds ${twice.name} [${twice.node.path}] twice. Leave one out.`);
}

function checkPercentiles(percentiles: readonly number[]): void {
  checkList('percentiles', percentiles, '[50, 95, 99]');
  if (percentiles.length === 0) throw new Error('`percentiles` is empty, so no latency would be shown. Give for example [50, 95, 99], or leave it out.');
  for (const [i, percentile] of percentiles.entries()) {
    if (typeof percentile !== 'number' || !(percentile > 0 && percentile < 100)) throw new Error(`\`percentiles\` holds ${describeValue(percentile)}; a number above 0 and below 100 is allowed, for example 95 or 99.9.`);
    if (percentiles.indexOf(percentile) !== i) throw new Error(`\`percentiles\` holds ${percentile} twice. Leave one out.`);
  }
  if (percentiles.length > 10) throw new Error(`\`percentiles\` holds ${percentiles.length} numbers, which nobody could tell apart. Give at most 10.`);
}

function checkUid(uid: unknown): string {
  if (typeof uid === 'string' && /^[A-Za-z0-9_-]{1,40}$/.test(uid)) return uid;
  throw new Error(`the dashboard's \`uid\` would be ${describeValue(uid)}, and Grafana takes at most 40 letters, digits, dashes and underscores. Give another \`uid\`.`);
}
