import { ApiObjectMetadata, Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { BurnRate, BurnRateAlert, LEAST_STANDARD_DAYS, MINUTES_A_DAY, burnRateAlerts, standardBurnRates } from './burn-rate';
import { GoldenSignals } from './golden-signals';
import { Objective } from './objective';
import { PrometheusRules, checkAlertLabels, checkRunbookUrl } from './prometheus-rules';
import { SignalObserver } from './signal-observer';
import { BURN_RATE_LABEL, SLO_LABEL, SloDescription, WINDOW_LABEL, sloRules } from './slo-rules';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkConstructProps, checkFlags, checkMember } from '../model/given';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsName } from '../semantics/kubernetes-name';
import { PortProtocol } from '../semantics/port-protocol';

export interface ServiceLevelObjectiveProps {
  /** The service that promises it. */
  readonly service: MeshService;
  /** What is promised. */
  readonly objective: Objective;
  /**
   * The time over which it has to hold, and for which the error budget is: whole days, 1–366. Without `burnRates` at least 7.
   *
   * @default Duration.days(30)
   */
  readonly window?: Duration;
  /**
   * When it is told that the budget is used up too fast.
   *
   * @default - for 30 days: 14.4 times as fast as allowed over 1 h (and the last 5 min) and 6 over 6 h (30 min) are critical,
   * 3 over 1 day (2 h) and 1 over 3 days (6 h) a warning; for another window these times are scaled with it
   */
  readonly burnRates?: BurnRate[];
  /**
   * Whose figures count. Callers notice what never reached a pod; where most of them have no proxy, take the pods'.
   *
   * @default SignalObserver.CALLERS
   */
  readonly seenBy?: SignalObserver;
  /**
   * What it is called: the label `slo` of all its series, and the name of the PrometheusRule.
   *
   * @default - `SERVICE-availability` or `SERVICE-latency`
   */
  readonly name?: string;
  /**
   * Further labels of the alerts: Alertmanager's routes go by them.
   *
   * @default - none
   */
  readonly labels?: { readonly [label: string]: string };
  /**
   * Where one can read what to do, as the annotation `runbook_url`.
   *
   * @default - none; the annotation `runbook` says what to look at first
   */
  readonly runbookUrl?: string;
  /**
   * Whether the PrometheusRule is written, which needs the Prometheus operator. The file of `toPrometheusFile` needs nothing.
   *
   * @default true
   */
  readonly prometheusRule?: boolean;
  /**
   * Labels, annotations and the name of the PrometheusRule. A Prometheus of the operator may take only rules with certain
   * labels (its `ruleSelector`; with kube-prometheus-stack `release: RELEASE`). Its namespace is that of the service.
   *
   * @default - the objective's name
   */
  readonly metadata?: ApiObjectMetadata;
}

interface NamedObjective {
  readonly construct: ServiceLevelObjective;
  readonly name: () => string;
  readonly namespace: string;
}

const OBJECTIVES = new AppRegistry<NamedObjective>((all) => doubled(all, ({ name, namespace }) => `${namespace}/${name()}`).map(([first, later]) =>
  `[${later.construct.node.path}] is the objective "${later.name()}" of ${later.namespace}, as [${first.construct.node.path}] is: their series could not be told apart. Give one of them another \`name\`.`));

/**
 * What a service promises its callers, watched: how much of its error budget is left, and alerts when it is used up too
 * fast to last. The figures are those of Istio's proxies, so the service need not count anything itself.
 *
 * An alert tells by how fast the budget burns, over a long and a short window at once: a total outage is told within
 * minutes, a small leak within days, and both alerts end soon after the trouble does.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class ServiceLevelObjective extends Construct {
  /** What may go wrong: the share of requests, above 0 and below 1. */
  public readonly errorBudget: number;

  private readonly props: ServiceLevelObjectiveProps;
  private readonly rules: PrometheusRules;

  constructor(scope: Construct, id: string, props: ServiceLevelObjectiveProps) {
    super(scope, id);
    registerConstruct(this, ServiceLevelObjective);
    checkConstructProps(this, props, '{ service: reviews, objective: Objective.availability(99.9) }');
    this.props = props;
    const { path } = this.node;
    const { service, objective, name, labels, runbookUrl, prometheusRule = true, metadata } = props;
    if (!(service instanceof MeshService)) throw new Error(`[${path}] \`service\` is ${describeValue(service)}. Give a MeshService, for example new MeshService(chart, 'reviews', { service }).`);
    if (!(objective instanceof Objective)) throw new Error(`[${path}] \`objective\` is ${describeValue(objective)}. Give for example Objective.availability(99.9) or Objective.latency(99, Duration.millis(500)).`);
    if (name !== undefined && (typeof name !== 'string' || !isDnsName(name))) {
      throw new Error(`[${path}] \`name\` is ${describeValue(name)}; lower-case letters, digits, dashes and dots are allowed, for example "reviews-availability".`);
    }
    checkAlertLabels(path, labels, [SLO_LABEL, BURN_RATE_LABEL, WINDOW_LABEL]);
    checkRunbookUrl(path, runbookUrl);
    locatedAt(this, () => checkFlags({ prometheusRule: props.prometheusRule }));
    this.errorBudget = objective._budget;
    if (props.seenBy !== undefined) locatedAt(this, () => checkMember('seenBy', props.seenBy, 'SignalObserver', SignalObserver));
    const rates = this.rates();
    this.rules = new PrometheusRules(this, {
      groups: () => [sloRules(this.description(rates))], name: () => this.name, namespace: service.namespace, metadata, object: prometheusRule,
    });
    OBJECTIVES.register(this, { construct: this, name: () => this.name, namespace: service.namespace });
    validateOncePerSynth(this, () => this.countsRequests());
  }

  /** The label `slo` of all its series. */
  public get name(): string {
    return this.props.name ?? `${this.props.service.name.replace(/^\*\./, 'any-')}-${this.props.objective._kind}`;
  }

  /** The rules as the text of a rule file of Prometheus: `rule_files` in its configuration names it. */
  public toPrometheusFile(): string {
    return this.rules.file();
  }

  /**
   * Writes that file, whole or not at all.
   *
   * @param path for example `prometheus/reviews-slo.yaml`; directories are made
   */
  public writePrometheusFile(path: string): void {
    this.rules.write(path);
  }

  private description(rates: readonly BurnRateAlert[]): SloDescription {
    const { service, objective, labels = {}, runbookUrl } = this.props;
    return {
      name: this.name,
      service: service.name,
      namespace: service.namespace,
      target: this.signals()._target,
      objective,
      days: this.days(),
      rates,
      labels,
      runbookUrl,
    };
  }

  private signals(): GoldenSignals {
    return GoldenSignals.of(this.props.service, { seenBy: this.props.seenBy });
  }

  private days(): number {
    const { window = Duration.days(30) } = this.props;
    const days = milliSecondsOf(window, `[${this.node.path}] window`) / (MINUTES_A_DAY * 60_000);
    if (Number.isInteger(days) && days >= 1 && days <= 366) return days;
    throw new Error(`[${this.node.path}] window is ${days} days; whole days from 1 to 366 are allowed, for example Duration.days(30).`);
  }

  private rates(): BurnRateAlert[] {
    const { burnRates, objective } = this.props;
    const { path } = this.node;
    const days = this.days();
    if (burnRates === undefined && days < LEAST_STANDARD_DAYS) {
      throw new Error(`[${path}] window is ${days} days, for which the usual burn rates would be about times too short to hold enough samples. Give ${LEAST_STANDARD_DAYS} days or more, or \`burnRates\` of your own, for example [{ factor: 4, longWindow: Duration.hours(1) }].`);
    }
    const rates = burnRates === undefined ? standardBurnRates(days) : burnRateAlerts(path, burnRates, days);
    const never = rates.find(({ factor }) => factor * objective._budget >= 1);
    if (never) {
      const most = Math.floor(10 / objective._budget) / 10;
      throw new Error(`[${path}] the burn rate ${never.factor} of an objective of ${objective._percentage} % means that ${Number((never.factor * objective._budget * 100).toPrecision(4))} % of requests go wrong, which can never be more than 100: nobody would ever be told. `
        + `Give \`burnRates\` with factors below ${most}${burnRates === undefined ? `, or an objective above ${(100 - 100 / never.factor).toFixed(2)} %` : ''}.`);
    }
    return rates;
  }

  /** Of TCP, Istio counts connections and bytes. */
  private countsRequests(): string[] {
    const { service } = this.props;
    if (service.ports.some((port) => port.isHttp || port.protocol === PortProtocol.AUTOMATIC)) return [];
    return [`${service.name} has ${service._ports.list()}, and Istio counts requests of HTTP, HTTP/2 and gRPC only: there would be nothing to promise. Declare the protocol of the port that speaks HTTP (its name begins with http, or its appProtocol), or take another service.`];
  }
}
