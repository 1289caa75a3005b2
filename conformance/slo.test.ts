import { App, Chart, Duration } from 'cdk8s';
import { AlertSeverity, MeshPort, MeshService, Objective, ServiceLevelObjective, ServiceLevelObjectiveProps, SignalObserver } from 'cdk8s-istio';
import { Phase, RuleEntry, RuleFile, counter } from './promtool';

const ALERT = 'ErrorBudgetBurns';
const REQUESTS = 1000;
const [HOUR, DAY] = [60, 1440];
const SERVICE = 'destination_service_name="reviews", destination_service_namespace="shop"';

function objective(promised: Objective, options: Partial<ServiceLevelObjectiveProps> & { readonly port?: MeshPort } = {}): ServiceLevelObjective {
  const { port = MeshPort.http(9080), ...props } = options;
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const service = MeshService.fromName(chart, 'reviews', { name: 'reviews', namespace: 'shop', ports: [port] });
  return new ServiceLevelObjective(chart, 'slo', { service, objective: promised, ...props });
}

/** Traffic of two callers, so that sums are asked for, and of a service that nothing is promised of. */
function traffic(share: number, ...phases: Phase[]): Record<string, string> {
  const each = (factor: number) => counter(...phases.map(({ minutes, perMinute }) => ({ minutes, perMinute: perMinute * factor })));
  const all = phases.map(({ minutes }) => ({ minutes, perMinute: REQUESTS }));
  const well = counter(...phases.map(({ minutes, perMinute }, index) => ({ minutes, perMinute: all[index].perMinute - perMinute })));
  return {
    [`istio_requests_total{reporter="source", ${SERVICE}, source_workload="a", response_code="200"}`]: well,
    [`istio_requests_total{reporter="source", ${SERVICE}, source_workload="a", response_code="503"}`]: each(1 - share),
    [`istio_requests_total{reporter="source", ${SERVICE}, source_workload="b", response_code="500"}`]: each(share),
    [`istio_requests_total{reporter="destination", ${SERVICE}, response_code="500"}`]: counter(...all),
    'istio_requests_total{reporter="source", destination_service_name="ratings", destination_service_namespace="shop", response_code="500"}': counter(...all),
  };
}

/** The alerts with these burn rates. */
function rules(file: RuleFile, ...factors: number[]): RuleEntry[] {
  return factors.map((factor) => file.rules.find((rule) => rule.alert === ALERT && rule.labels!.burn_rate === String(factor))!);
}

describe('an availability of 99.9 % over 30 days', () => {
  const file = new RuleFile(objective(Objective.availability(99.9)).toPrometheusFile());

  test('is rules that Prometheus reads', () => {
    expect(file.check()).toContain('SUCCESS: 16 rules found');
  });

  test.each<[string, Phase[], Record<number, number[]>]>([
    ['everything fails: told after 6 minutes, and no longer at the fastest rate 8 minutes after it ends',
      [{ minutes: 2 * DAY, perMinute: 0 }, { minutes: 10, perMinute: 1000 }, { minutes: 40, perMinute: 0 }],
      { [2 * DAY]: [], [2 * DAY + 6]: [14.4, 6, 3, 1], [2 * DAY + 10]: [14.4, 6, 3, 1], [2 * DAY + 18]: [6, 3, 1], [2 * DAY + 46]: [3, 1] }],
    ['14 in a thousand for an hour are too few for the fastest rate, and 15 are enough',
      [{ minutes: 2 * DAY, perMinute: 0 }, { minutes: 66, perMinute: 14 }, { minutes: 70, perMinute: 15 }],
      { [2 * DAY + 66]: [], [2 * DAY + 66 + 66]: [14.4] }],
    ['5 in a thousand for a third of a day are too few, and 10 for as long are told',
      [{ minutes: 2 * DAY, perMinute: 0 }, { minutes: 8 * HOUR, perMinute: 5 }, { minutes: 8 * HOUR, perMinute: 10 }],
      { [2 * DAY + 8 * HOUR]: [], [2 * DAY + 15 * HOUR]: [6, 3, 1] }],
    ['2 in a thousand for a day are too few, and 4 are told',
      [{ minutes: 2 * DAY, perMinute: 0 }, { minutes: DAY, perMinute: 2 }, { minutes: 25 * HOUR, perMinute: 4 }],
      { [3 * DAY - HOUR]: [], [4 * DAY + 30]: [3, 1] }],
    ['half of what is allowed is told never, and twice of it after days',
      [{ minutes: DAY, perMinute: 0.5 }, { minutes: 3 * DAY + 20, perMinute: 2 }],
      { [DAY]: [], [4 * DAY + 10]: [1] }],
  ])('%s', (_, phases, expected) => {
    const alerts = Object.fromEntries(Object.entries(expected).map(([minute, factors]) =>
      [minute, rules(file, ...factors).map(({ labels }) => labels!)]));
    file.expectFiring(traffic(0.5, ...phases), ALERT, alerts);
  });

  test('each alert says what is wrong and what to do', () => {
    const saying = rules(file, 14.4, 6, 3, 1).map(({ labels, annotations }) => ({
      labels: labels!, annotations: { ...annotations, description: annotations!.description.replace(/\{\{.*?\}\}/, '25%') },
    }));
    expect(saying[0].annotations.description).toMatch(/^25% of the requests of the last 1h fail, .* 2 % of the budget of these days went in 1h\.$/);
    file.expectSaying(traffic(0.5, { minutes: 30, perMinute: 250 }), ALERT, 20, saying);
  });

  test('nobody asks, and nobody is told', () => {
    file.expectFiring({}, ALERT, { 60: [] });
  });
});

describe.each(['250', '250.0'])('99 %% within 250 ms over 7 days, where the bucket is stored as %s', (bound) => {
  const file = new RuleFile(objective(Objective.latency(99, Duration.millis(250)), { window: Duration.days(7) }).toPrometheusFile());
  const durations = (...fast: Phase[]) => ({
    [`istio_request_duration_milliseconds_count{reporter="source", ${SERVICE}}`]: counter(...fast.map(({ minutes }) => ({ minutes, perMinute: REQUESTS }))),
    [`istio_request_duration_milliseconds_bucket{reporter="source", ${SERVICE}, le="${bound}"}`]: counter(...fast),
    [`istio_request_duration_milliseconds_bucket{reporter="source", ${SERVICE}, le="2500"}`]: counter(...fast.map(({ minutes }) => ({ minutes, perMinute: REQUESTS }))),
  });

  test('is rules that Prometheus reads', () => {
    expect(file.check()).toContain('SUCCESS: 16 rules found');
  });

  test('a hundred in a thousand that take longer are told at 6 times the rate, two hundred at the fastest, nine never', () => {
    const alerts = (...factors: number[]) => rules(file, ...factors).map(({ labels }) => labels!);
    const phases = [{ minutes: 20 * HOUR, perMinute: 991 }, { minutes: 2 * HOUR, perMinute: 900 }, { minutes: 30, perMinute: 800 }];
    file.expectFiring(durations(...phases), ALERT, { [20 * HOUR]: [], [22 * HOUR]: alerts(6, 3, 1), [22 * HOUR + 20]: alerts(14.4, 6, 3, 1) });
  });

  test('a proxy without such a bucket is noticed', () => {
    const { [`istio_request_duration_milliseconds_bucket{reporter="source", ${SERVICE}, le="${bound}"}`]: _, ...others } = durations({ minutes: 60, perMinute: 1000 });
    file.expectFiring(others, ALERT, { 30: rules(file, 14.4, 6, 3, 1).map(({ labels }) => labels!) });
  });
});

test('gRPC calls fail by their status as well', () => {
  const file = new RuleFile(objective(Objective.availability(99), { port: MeshPort.grpc(50051) }).toPrometheusFile());
  const [{ labels }] = rules(file, 14.4);
  const calls = (status: number, perMinute: number) => ({
    [`istio_requests_total{reporter="source", ${SERVICE}, response_code="200", grpc_response_status="${status}"}`]: counter({ minutes: 30, perMinute }),
  });
  file.expectFiring({ ...calls(0, 800), ...calls(14, 200) }, ALERT, { 20: rules(file, 14.4, 6, 3, 1).map((rule) => rule.labels!) });
  // A caller's own fault, such as an argument that is wrong.
  file.expectFiring({ ...calls(0, 800), ...calls(3, 200) }, ALERT, { 20: [] });
  expect(labels).toMatchObject({ severity: 'critical', long_window: '1h' });
});

test('burn rates of one\'s own, seen by the pods', () => {
  const burnRates = [{ factor: 2, longWindow: Duration.minutes(40), severity: AlertSeverity.WARNING }];
  const options = { window: Duration.days(1), burnRates, seenBy: SignalObserver.PODS };
  const file = new RuleFile(objective(Objective.availability(90), options).toPrometheusFile());
  expect(file.check()).toContain('SUCCESS');
  const pods = (perMinute: number) => ({
    [`istio_requests_total{reporter="destination", ${SERVICE}, response_code="200"}`]: counter({ minutes: 60, perMinute: 1000 - perMinute }),
    [`istio_requests_total{reporter="destination", ${SERVICE}, response_code="500"}`]: counter({ minutes: 60, perMinute }),
  });
  file.expectFiring(pods(250), ALERT, { 50: rules(file, 2).map((rule) => rule.labels!) });
  file.expectFiring(pods(150), ALERT, { 50: [] });
});
