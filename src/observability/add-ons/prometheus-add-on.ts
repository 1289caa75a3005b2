import { Duration } from 'cdk8s';
import { AddOnNeighbours, ChartOfAddOn, OUTSIDE_THE_MESH, checkAddOn, checkStorage, releaseOf, resourcesOf } from './add-on';
import { AddOnOptions } from './add-on-options';
import type { ChartRelease } from '../../install/chart-release';
import { checkFlags } from '../../model/given';
import { describeValue } from '../../semantics/describe-value';
import { isDuration } from '../../semantics/duration';

export interface PrometheusAddOnOptions extends AddOnOptions {
  /**
   * How often metrics are fetched: whole seconds, from 1.
   *
   * @default Duration.seconds(15)
   */
  readonly scrapeInterval?: Duration;
  /**
   * How long metrics are kept: whole hours, from 1.
   *
   * @default Duration.days(15)
   */
  readonly retention?: Duration;
  /**
   * The size of the volume that keeps them: "50Gi".
   *
   * @default - the chart's own, 8Gi
   */
  readonly storage?: string;
  /**
   * Rule files by name, for example those of a ServiceLevelObjective or of MeshAlerts.
   *
   * @default - none
   */
  readonly ruleFiles?: { readonly [name: string]: string };
  /**
   * Whether Alertmanager is installed with it. Whom it tells is said by `values.alertmanager.config`.
   *
   * @default false
   */
  readonly alertmanager?: boolean;
}

const CHART: ChartOfAddOn = { name: 'prometheus', chart: 'prometheus', repository: 'https://prometheus-community.github.io/helm-charts', version: '29.27.0' };
const PORT = 9090;
/** Those that the chart itself names: a list of ours takes their place. */
const CHART_RULES = ['recording_rules.yml', 'alerting_rules.yml', 'rules', 'alerts'];

export function prometheusUrl(namespace: string): string {
  return `http://${CHART.name}.${namespace}:${PORT}`;
}

export function prometheusRelease(options: PrometheusAddOnOptions, { namespace }: AddOnNeighbours): ChartRelease {
  check(options);
  const { storage, ruleFiles = {}, alertmanager = false } = options;
  const files = Object.keys(ruleFiles);
  return releaseOf(CHART, namespace, options, {
    'server': {
      fullnameOverride: CHART.name,
      service: { servicePort: PORT },
      podLabels: OUTSIDE_THE_MESH,
      global: { scrape_interval: `${scrapeSeconds(options)}s` },
      retention: `${(options.retention ?? Duration.days(15)).toHours()}h`,
      ...(storage === undefined ? {} : { persistentVolume: { size: storage } }),
      ...resourcesOf(options),
    },
    ...(files.length === 0 ? {} : { ruleFiles, serverFiles: { 'prometheus.yml': { rule_files: [...CHART_RULES, ...files].map((file) => `/etc/config/${file}`) } } }),
    'alertmanager': { enabled: alertmanager },
    'prometheus-pushgateway': { enabled: false },
    'kube-state-metrics': { enabled: false },
    'prometheus-node-exporter': { enabled: false },
  }, []);
}

export function scrapeSeconds({ scrapeInterval = Duration.seconds(15) }: PrometheusAddOnOptions): number {
  return scrapeInterval.toSeconds();
}

function check(options: PrometheusAddOnOptions): void {
  checkAddOn(options, "{ retention: Duration.days(15), storage: '50Gi' }");
  const { scrapeInterval, retention, storage, ruleFiles, alertmanager } = options;
  checkWhole('scrapeInterval', scrapeInterval, 1000, 'seconds', 'Duration.seconds(15)');
  checkWhole('retention', retention, 3_600_000, 'hours', 'Duration.days(15)');
  checkStorage(storage);
  checkFlags({ alertmanager });
  if (ruleFiles === undefined) return;
  const isObject = typeof ruleFiles === 'object' && ruleFiles !== null && !Array.isArray(ruleFiles);
  const wrong = isObject ? Object.entries(ruleFiles).find(([name, text]) => !/^[-._a-zA-Z0-9]+$/.test(name) || CHART_RULES.includes(name) || typeof text !== 'string') : undefined;
  if (isObject && !wrong) return;
  throw new Error(`\`ruleFiles\` ${wrong ? `has ${wrong[0]}: ${describeValue(wrong[1])}` : `is ${describeValue(ruleFiles)}`}. `
    + `Give the texts of rule files by a name of letters, digits, '-', '.' and '_', other than ${CHART_RULES.join(', ')}, for example { 'slo.yml': objective.toPrometheusFile() }.`);
}

function checkWhole(field: string, duration: Duration | undefined, unit: number, units: string, example: string): void {
  if (duration === undefined) return;
  const count = isDuration(duration) ? duration.toMilliseconds({ integral: false }) / unit : NaN;
  if (Number.isInteger(count) && count >= 1) return;
  throw new Error(`\`${field}\` is ${isDuration(duration) ? duration.toHumanString() : describeValue(duration)}. Give a Duration of whole ${units}, from 1, for example ${example}.`);
}
