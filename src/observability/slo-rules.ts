import { Duration } from 'cdk8s';
import { BurnRateAlert, MINUTES_A_DAY } from './burn-rate';
import { QueryTarget, answerRate, failureRate, requestRate, slowRate } from './golden-queries';
import { LABELS } from './mesh-metrics';
import type { Objective } from './objective';
import type { PrometheusRuleEntry, PrometheusRuleGroup } from './prometheus-rules';
import { labelIs, minutesText, series } from './promql';

export interface SloDescription {
  readonly name: string;
  /** What people call the service. */
  readonly service: string;
  readonly namespace: string;
  readonly target: QueryTarget;
  readonly objective: Objective;
  readonly days: number;
  readonly rates: readonly BurnRateAlert[];
  readonly labels: Readonly<Record<string, string>>;
  readonly runbookUrl?: string;
}

/** The label that tells one objective's series from another's. */
export const SLO_LABEL = 'slo';
export const BURN_RATE_LABEL = 'burn_rate';
export const WINDOW_LABEL = 'long_window';
export const ALERT = 'ErrorBudgetBurns';

/** Names of what is recorded, with the time that they are about. */
const ratio = (minutes: number) => `slo:error_ratio:rate${minutesText(minutes)}`;
const requests = (minutes: number) => `slo:requests:rate${minutesText(minutes)}`;
const errors = (minutes: number) => `slo:errors:rate${minutesText(minutes)}`;

/** The label under which an objective's series are found: names are unique in a namespace only. */
export function sloLabels({ name, service, namespace }: SloDescription): Record<string, string> {
  return { [SLO_LABEL]: name, [LABELS.service]: service, [LABELS.serviceNamespace]: namespace };
}

/**
 * What is recorded for dashboards and alerts, then the alerts. The proxies' own series are read for the shortest window
 * only; what is about days is added up from that, which costs next to nothing.
 */
export function sloRules(slo: SloDescription): PrometheusRuleGroup {
  const labels = sloLabels(slo);
  const of = (metric: string) => series(metric, Object.entries(labels).map(([label, value]) => labelIs(label, value)));
  const { objective, target, days, rates } = slo;
  const base = Math.min(...rates.map(({ short }) => short));
  const window = Duration.minutes(base);
  const windows = [...new Set([...rates.flatMap(({ long, short }) => [long, short]), days * MINUTES_A_DAY])]
    .filter((each) => each !== base)
    .sort((a, b) => a - b);
  const [all, failed] = objective._within === undefined
    ? [requestRate(target, window), failureRate(target, window)]
    : [answerRate(target, window), slowRate(target, objective._within, window)];
  const record = (name: string, expr: string): PrometheusRuleEntry => ({ record: name, expr, labels: { ...labels } });
  const budget = objective._budget;
  return {
    name: `slo-${slo.namespace}-${slo.name}`,
    rules: [
      record('slo:objective:ratio', `vector(${Number((1 - budget).toPrecision(12))})`),
      record(requests(base), all),
      record(errors(base), failed),
      record(ratio(base), `${of(errors(base))} / ${of(requests(base))}`),
      ...windows.map((each) => record(ratio(each),
        `sum_over_time(${of(errors(base))}[${minutesText(each)}]) / sum_over_time(${of(requests(base))}[${minutesText(each)}])`)),
      record('slo:error_budget_remaining:ratio', `1 - ${of(ratio(days * MINUTES_A_DAY))} / ${budget}`),
      ...rates.map((rate) => burnRateRule(slo, rate, of)),
    ],
  };
}

function burnRateRule(slo: SloDescription, { factor, long, short, severity }: BurnRateAlert, of: (metric: string) => string): PrometheusRuleEntry {
  const { name, service, namespace, objective, days, labels, runbookUrl } = slo;
  const [longText, shortText, limit] = [minutesText(long), minutesText(short), `(${factor} * ${objective._budget})`];
  const share = Number((factor * long / (days * MINUTES_A_DAY) * 100).toPrecision(2));
  const wrong = objective._within === undefined ? 'fail' : `take longer than ${objective._within} ms`;
  return {
    alert: ALERT,
    expr: `${of(ratio(long))} > ${limit} and ${of(ratio(short))} > ${limit}`,
    labels: { ...labels, ...sloLabels(slo), severity, [BURN_RATE_LABEL]: String(factor), [WINDOW_LABEL]: longText },
    annotations: {
      summary: `${service} in ${namespace} uses up its error budget at ${factor} times the rate that ${name} allows`,
      description: `{{ $value | humanizePercentage }} of the requests of the last ${longText} ${wrong}, and they still did in the last ${shortText}. `
        + `The objective is that ${objective._title} over ${days} days; ${share} % of the budget of these days went in ${longText}.`,
      runbook: '1. Who notices: compare source_workload of the failing requests; one caller only points to that caller or its way. '
        + '2. What changed: a rollout (destination_version), a VirtualService or DestinationRule, the load. Take the change back first, find out later. '
        + '3. What the proxies say: response_flags of istio_requests_total (UO: connection pool full, UH: no healthy pod, UF: no connection, UT: timeout). '
        + `4. What is left: slo:error_budget_remaining:ratio{slo="${name}"}; below 0 the objective is broken for this window, and changes should wait.`,
      ...runbookUrl === undefined ? {} : { runbook_url: runbookUrl },
    },
  };
}
