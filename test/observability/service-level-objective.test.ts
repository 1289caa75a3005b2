import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { AlertSeverity, MeshPort, MeshService, Objective, ServiceLevelObjective, ServiceLevelObjectiveProps } from '../../src';
import { LABELS, METRICS } from '../../src/observability/mesh-metrics';
import { messageOf, mistakes, only, reviews, shop, synthesized } from '../support/shop';

const AVAILABLE = Objective.availability(99.9);

function slo(chart: Chart, props: Partial<ServiceLevelObjectiveProps> = {}, id = 'slo'): ServiceLevelObjective {
  return new ServiceLevelObjective(chart, id, { objective: AVAILABLE, ...props, service: props.service ?? reviews(chart) });
}

function rulesOf(objective: ServiceLevelObjective): any[] {
  return parse(objective.toPrometheusFile()).groups.flatMap((group: any) => group.rules);
}

const alertsOf = (objective: ServiceLevelObjective) => rulesOf(objective).filter((rule) => rule.alert !== undefined);

test('the file and the PrometheusRule hold the same rules', () => {
  const { app, chart } = shop();
  const objective = slo(chart, { metadata: { labels: { release: 'prometheus' } } });
  const rule = only(app, 'PrometheusRule');
  expect(rule).toMatchObject({
    apiVersion: 'monitoring.coreos.com/v1', metadata: { name: 'reviews-availability', namespace: 'shop', labels: { release: 'prometheus' } },
  });
  expect(rule.spec).toEqual(parse(objective.toPrometheusFile()));
});

test('without the operator no object is written', () => {
  const { app, chart } = shop();
  const objective = slo(chart, { prometheusRule: false });
  expect(synthesized(app).filter(Boolean)).toEqual([]);
  expect(rulesOf(objective)).toHaveLength(16);
});

test('the budget burns at four rates, two that wake somebody and two for working hours', () => {
  const alerts = alertsOf(slo(shop().chart));
  expect(alerts.map(({ labels }) => [labels.burn_rate, labels.long_window, labels.severity])).toEqual([
    ['14.4', '1h', 'critical'], ['6', '6h', 'critical'], ['3', '1d', 'warning'], ['1', '3d', 'warning'],
  ]);
  const selected = '{slo="reviews-availability", destination_service_name="reviews", destination_service_namespace="shop"}';
  expect(alerts[1].expr).toBe(`slo:error_ratio:rate6h${selected} > (6 * 0.001) and slo:error_ratio:rate30m${selected} > (6 * 0.001)`);
});

test('whatever the window and the objective, each standard alert tells of the same share of the budget, and can fire', () => {
  fc.assert(fc.property(fc.integer({ min: 7, max: 366 }), fc.integer({ min: 9310, max: 9999 }), (days, hundredths) => {
    const alerts = alertsOf(slo(shop().chart, { window: Duration.days(days), objective: Objective.availability(hundredths / 100) }));
    const parsed = alerts.map(({ expr, labels }) => {
      const [long, short] = [...expr.matchAll(/rate((?:\d+[dhm])+)\{/g)].map(([, text]) => minutesIn(text));
      const [, factor, budget] = /> \(([\d.]+) \* ([\d.e-]+)\)/.exec(expr)!.map(Number);
      expect(minutesIn(labels.long_window)).toBe(long);
      expect(short).toBeLessThan(long);
      expect(long).toBeLessThan(days * 1440);
      expect(factor * budget).toBeLessThan(1);
      expect(budget).toBeCloseTo(1 - hundredths / 10_000, 10);
      return factor * long / (days * 1440) * 100;
    });
    // Rounded to whole minutes.
    expect(parsed.map((share) => Math.round(share))).toEqual([2, 5, 10, 10]);
  }));
});

function minutesIn(text: string): number {
  return [...text.matchAll(/(\d+)([dhm])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * { d: 1440, h: 60, m: 1 }[unit as 'd' | 'h' | 'm'], 0);
}

test('every figure is of one window\'s name, recorded before it is asked for', () => {
  const recorded = new Set<string>();
  for (const { record, expr } of rulesOf(slo(shop().chart, { window: Duration.days(28) }))) {
    for (const [name] of expr.matchAll(/slo:[a-z_:]+[0-9a-z]*/g)) expect(recorded).toContain(name);
    if (record !== undefined) recorded.add(record);
  }
  expect(recorded).toContain('slo:error_budget_remaining:ratio');
});

test('proxies\' metrics and labels are those of the table', () => {
  const names: string[] = Object.values(METRICS).map(({ name }) => name);
  const labels = new Set<string>([...Object.values(LABELS), 'le', 'slo']);
  for (const objective of [AVAILABLE, Objective.latency(99, Duration.millis(500))]) {
    for (const { expr } of rulesOf(slo(shop().chart, { objective }))) {
      for (const [, metric, conditions] of expr.matchAll(/([a-z_:0-9]+)\{(.*?)\}/g)) {
        if (!metric.startsWith('slo:')) expect(names).toContain(metric.replace(/_(bucket|count|sum)$/, ''));
        for (const [, label] of conditions.matchAll(/(\w+)=/g)) expect(labels).toContain(label);
      }
    }
  }
});

test('labels and a runbook of one\'s own are on every alert', () => {
  const alerts = alertsOf(slo(shop().chart, { labels: { team: 'shop' }, runbookUrl: 'https://wiki.example.com/reviews' }));
  expect(alerts.map(({ labels, annotations }) => [labels.team, annotations.runbook_url])).toEqual(Array(4).fill(['shop', 'https://wiki.example.com/reviews']));
});

test('a latency objective counts what took longer than a bound of the histogram', () => {
  const objective = slo(shop().chart, { objective: Objective.latency(95, Duration.millis(300), { buckets: [100, 300, 1000] }) });
  expect(objective.name).toBe('reviews-latency');
  expect(objective.errorBudget).toBe(0.05);
  expect(rulesOf(objective).find(({ record }) => record === 'slo:errors:rate5m').expr).toContain('le=~"300(\\\\.0)?"');
});

test('one\'s own burn rates have a short window of a twelfth, and are critical', () => {
  const burnRates = [{ factor: 2, longWindow: Duration.hours(24) }, { factor: 1, longWindow: Duration.minutes(3) }];
  const [alert, short] = alertsOf(slo(shop().chart, { burnRates }));
  expect(alert.expr).toMatch(/rate1d\{.*\} > \(2 \* 0\.001\) and slo:error_ratio:rate2h\{/);
  expect(alert.labels.severity).toBe(AlertSeverity.CRITICAL);
  expect(short.expr).toMatch(/rate3m\{.* and slo:error_ratio:rate2m\{/);
});

test('a name that is said late is the service\'s own', () => {
  const { app, chart } = shop();
  const service = MeshService.fromHost(chart, 'api', { host: '*.example.com', namespace: 'shop', ports: [MeshPort.http(80)] });
  slo(chart, { service });
  expect(only(app, 'PrometheusRule').metadata.name).toBe('any-example.com-availability');
});

describe('bad input', () => {
  const day = (days: number) => ({ window: Duration.days(days) });
  const burning = (rate: object, more: object = {}) => ({ burnRates: [{ factor: 2, longWindow: Duration.hours(1), ...rate }], ...more });

  test.each<[() => unknown, string]>([
    [() => Objective.availability(100), 'Objective.availability: the percentage is 100, which leaves no error budget: a single request that fails breaks it for the whole window. A number from 50 up to below 100 is allowed, for example 99.9.'],
    [() => Objective.availability(0.999), 'Objective.availability: the percentage is 0.999; a number from 50 up to below 100 is allowed, for example 99.9. It is no ratio: for 0.999 write 99.9.'],
    [() => Objective.availability('99' as any), 'the percentage is "99"; a number'],
    [() => Objective.availability(NaN), 'the percentage is NaN; a number'],
    [() => Objective.latency(100, Duration.millis(500)), 'Objective.latency: the percentage is 100, which leaves no error budget'],
    [() => Objective.latency(99, Duration.millis(300)), 'Objective.latency: within is 300 ms, and how many requests took no longer than that nobody counts: proxies count by buckets up to 0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000'],
    [() => Objective.latency(99, Duration.millis(300)), 'Give Duration.millis(250) or Duration.millis(500), or have a bucket of 300 ms (annotation sidecar.istio.io/statsHistogramBuckets) and name all of them in `buckets`.'],
    [() => Objective.latency(99, Duration.hours(2)), 'Give Duration.millis(3600000), or'],
    [() => Objective.latency(99, 250 as any), 'Objective.latency: within is 250. Give a Duration'],
    [() => Objective.latency(99, Duration.millis(250), { buckets: [250, 100] }), 'Objective.latency: `buckets` is [250, 100]. Give the bounds in milliseconds, ascending'],
    [() => slo(shop().chart, day(0.5)), '[shop/slo] window is 0.5 days; whole days from 1 to 366 are allowed, for example Duration.days(30).'],
    [() => slo(shop().chart, day(400)), '[shop/slo] window is 400 days;'],
    [() => slo(shop().chart, day(3)), '[shop/slo] window is 3 days, for which the usual burn rates would be about times too short to hold enough samples. Give 7 days or more, or `burnRates` of your own'],
    [() => slo(shop().chart, { objective: Objective.availability(90) }), '[shop/slo] the burn rate 14.4 of an objective of 90 % means that 144 % of requests go wrong, which can never be more than 100: nobody would ever be told. Give `burnRates` with factors below 10, or an objective above 93.06 %.'],
    [() => slo(shop().chart, burning({ longWindow: Duration.days(31) })), '[shop/slo] burnRates[0].longWindow is 44640 min, longer than the objective\'s own window of 30 days (43200 min)'],
    [() => slo(shop().chart, burning({ shortWindow: Duration.hours(1) })), '[shop/slo] burnRates[0].shortWindow is 60 min, and longWindow is 60 min: the short one ends the alert, so it has to be shorter. Give for example Duration.minutes(5).'],
    [() => slo(shop().chart, burning({ longWindow: Duration.days(20) })), 'after 28800 min at 2 times the allowed rate, 133 % of the budget of 30 days is gone: the alert would come too late.'],
    [() => slo(shop().chart, burning({ longWindow: Duration.seconds(90) })), 'burnRates[0].longWindow is 90 s; whole minutes are allowed'],
    [() => slo(shop().chart, burning({ factor: 0 })), 'burnRates[0].factor is 0; a number above 0 is allowed'],
    [() => slo(shop().chart, burning({ severity: 'page' })), '[shop/slo] `burnRates[0].severity` is "page". Give AlertSeverity.CRITICAL or AlertSeverity.WARNING.'],
    [() => slo(shop().chart, { burnRates: [] }), '[shop/slo] `burnRates` is []. Give a list with one at least'],
    [() => slo(shop().chart, { labels: { 'a-b': 'x' } }), '[shop/slo] the label "a-b" is none of Prometheus'],
    [() => slo(shop().chart, { labels: { slo: 'x' } }), '[shop/slo] the label "slo" is set by the alert itself.'],
    [() => slo(shop().chart, { labels: { severity: 'page' } }), '[shop/slo] the label "severity" is set by the alert itself.'],
    [() => slo(shop().chart, { name: 'Reviews' }), '[shop/slo] `name` is "Reviews"; lower-case letters'],
    [() => slo(shop().chart, { runbookUrl: 'wiki' }), '[shop/slo] `runbookUrl` is "wiki". Give a URL'],
    [() => slo(shop().chart, { seenBy: 'server' as any }), '[shop/slo] `seenBy` is "server". Give SignalObserver.CALLERS'],
  ])('%# is refused with the value, what is allowed and the fix', (make, message) => {
    expect(messageOf(make)).toContain(message);
  });

  test('a service without requests cannot promise any', () => {
    const { app, chart } = shop();
    slo(chart, { service: reviews(chart, MeshPort.tcp(3306)) });
    expect(mistakes(app)).toEqual([expect.stringContaining('reviews has 3306 (TCP), and Istio counts requests of HTTP, HTTP/2 and gRPC only')]);
  });

  test('two objectives of one name cannot be told apart, whichever service they are for', () => {
    const { app, chart } = shop();
    const service = reviews(chart);
    slo(chart, { service, name: 'promise' }, 'a');
    slo(chart, { service, name: 'promise', objective: Objective.latency(99, Duration.seconds(1)) }, 'b');
    expect(mistakes(app)).toEqual([expect.stringContaining('[shop/b] is the objective "promise" of shop, as [shop/a] is')]);
  });
});

describe('a rule file', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-rules-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('is written whole, into a directory that is made, and left alone where nothing changed', () => {
    const path = join(directory, 'a', 'b', 'rules.yaml');
    const objective = slo(new Chart(new App(), 'shop'));
    objective.writePrometheusFile(path);
    expect(readFileSync(path, 'utf8')).toBe(objective.toPrometheusFile());
    const before = statSync(path).ino;
    objective.writePrometheusFile(path);
    expect(statSync(path).ino).toBe(before);
    writeFileSync(path, 'old');
    objective.writePrometheusFile(path);
    expect(readFileSync(path, 'utf8')).toBe(objective.toPrometheusFile());
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['rules.yaml']);
  });

  test('that cannot be written leaves nothing behind', () => {
    mkdirSync(join(directory, 'rules.yaml'));
    const objective = slo(new Chart(new App(), 'shop'));
    expect(messageOf(() => objective.writePrometheusFile(join(directory, 'rules.yaml')))).toContain(`[shop/slo] ${directory}/rules.yaml is no file.`);
    expect(messageOf(() => objective.writePrometheusFile(''))).toContain('[shop/slo] the file\'s path is "". Give for example \'prometheus/rules.yaml\'.');
    expect(readdirSync(directory)).toEqual(['rules.yaml']);
    expect(existsSync(join(directory, 'rules.yaml', 'x'))).toBe(false);
  });
});
