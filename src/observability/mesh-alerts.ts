import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { MeshAlert } from './mesh-alert';
import { MeshAlertLimits, meshAlertRules } from './mesh-alert-rules';
import { MeshAlertsProps } from './mesh-alerts-props';
import { PrometheusRules, checkAlertLabels, checkRunbookUrl } from './prometheus-rules';
import { SignalObserver } from './signal-observer';
import { AppRegistry, doubled } from '../model/app-registry';
import { checkConstructProps, checkFlags, checkList, checkMember } from '../model/given';
import { locatedAt } from '../model/located-at';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { milliSecondsOf } from '../semantics/duration';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

const NAME = 'istio-mesh';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface NamedAlerts {
  readonly construct: MeshAlerts;
  readonly key: string;
}

const ALERTS = new AppRegistry<NamedAlerts>((all) => doubled(all, ({ key }) => key).map(([first, later]) =>
  `[${later.construct.node.path}] writes the PrometheusRule ${later.key}, as [${first.construct.node.path}] does. One is enough for a mesh; give the other \`metadata\` with a name of its own, or leave it out.`));

/**
 * What has to be told of a mesh that nobody looks at: requests to any service that fail or take too long, circuit breakers
 * that are open, certificates that expire, a control plane that does not answer, and configuration that proxies reject.
 * Each alert says what to do in its annotation `runbook`. One is for all services of the mesh.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export class MeshAlerts extends Construct {
  private readonly rules: PrometheusRules;

  constructor(scope: Construct, id: string, props: MeshAlertsProps = {}) {
    super(scope, id);
    registerConstruct(this, MeshAlerts);
    checkConstructProps(this, props, '{ errorPercentage: 0.5 }');
    const { path } = this.node;
    const { without = [], labels = {}, runbookUrl, namespace = 'istio-system', prometheusRule = true, metadata } = props;
    locatedAt(this, () => {
      checkFlags({ prometheusRule: props.prometheusRule });
      checkList('without', without, '[MeshAlert.CIRCUIT_BREAKER_STATE]');
      for (const alert of without) checkMember('without', alert, 'MeshAlert', MeshAlert);
    });
    if (Object.values(MeshAlert).every((alert) => without.includes(alert))) throw new Error(`[${path}] \`without\` names every alert, so that nothing would be told. Leave one there, or this construct out.`);
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`[${path}] \`namespace\` is ${describeValue(namespace)}. Give the name of a namespace, for example 'istio-system'.`);
    checkAlertLabels(path, labels);
    checkRunbookUrl(path, runbookUrl);
    const limits = limitsOf(path, props);
    const name = metadata?.name ?? NAME;
    this.rules = new PrometheusRules(this, {
      groups: () => [{ name, rules: meshAlertRules(limits, without, labels, runbookUrl) }],
      name: () => name,
      namespace,
      metadata,
      object: prometheusRule,
    });
    if (prometheusRule) ALERTS.register(this, { construct: this, key: `${namespace}/${name}` });
  }

  /** The rules as the text of a rule file of Prometheus: `rule_files` in its configuration names it. */
  public toPrometheusFile(): string {
    return this.rules.file();
  }

  /**
   * Writes that file, whole or not at all.
   *
   * @param path for example `prometheus/mesh-alerts.yaml`; directories are made
   */
  public writePrometheusFile(path: string): void {
    this.rules.write(path);
  }
}

function limitsOf(path: string, props: MeshAlertsProps): MeshAlertLimits {
  const {
    errorPercentage = 1, latency = Duration.seconds(1), latencyPercentile = 95, leastTraffic = 0.1,
    window = Duration.minutes(5), pending = Duration.minutes(5),
    certificatesExpireWithin = Duration.days(7), workloadCertificatesExpireWithin = Duration.hours(6), seenBy = SignalObserver.CALLERS,
  } = props;
  const number = (field: string, value: unknown, allowed: string, isAllowed: (given: number) => boolean) => {
    if (typeof value !== 'number' || !isAllowed(value)) throw new Error(`[${path}] \`${field}\` is ${describeValue(value)}; ${allowed}.`);
  };
  number('errorPercentage', errorPercentage, 'a number from 0 up to below 100 is allowed, for example 1', (given) => given >= 0 && given < 100);
  number('latencyPercentile', latencyPercentile, 'a number above 0 and below 100 is allowed, for example 95', (given) => given > 0 && given < 100);
  number('leastTraffic', leastTraffic, 'requests per second from 0 on are allowed, for example 0.1', (given) => given >= 0 && Number.isFinite(given));
  located(`[${path}] `, () => checkMember('seenBy', seenBy, 'SignalObserver', SignalObserver));
  const whole = (field: string, duration: Duration, size: number, unit: string, example: string) => {
    const count = milliSecondsOf(duration, `[${path}] ${field}`) / size;
    if (!Number.isInteger(count)) throw new Error(`[${path}] ${field} is ${count * size / 1000} s; whole ${unit} are allowed, for example ${example}.`);
    return count * size / MINUTE;
  };
  return {
    errorPercentage,
    latencyMilliseconds: milliSecondsOf(latency, `[${path}] latency`),
    latencyPercentile,
    leastTraffic,
    window: whole('window', window, MINUTE, 'minutes', 'Duration.minutes(5)'),
    pending: whole('pending', pending, MINUTE, 'minutes', 'Duration.minutes(5)'),
    certificateLeft: whole('certificatesExpireWithin', certificatesExpireWithin, HOUR, 'hours', 'Duration.days(7)'),
    workloadCertificateLeft: whole('workloadCertificatesExpireWithin', workloadCertificatesExpireWithin, MINUTE, 'minutes', 'Duration.hours(6)'),
    reporter: seenBy,
  };
}
