import { App, Chart, Duration } from 'cdk8s';
import { MeshAlert, MeshAlerts, MeshAlertsProps, SignalObserver } from 'cdk8s-istio';
import { FiringAlert, Labels, RuleFile, Scraped, counter, seriesOf } from './promtool';

const MINUTES = 60;
const DAY_IN_SECONDS = 86_400;
const REVIEWS = { destination_service_name: 'reviews', destination_service_namespace: 'shop' };
const RATINGS = { destination_service_name: 'ratings', destination_service_namespace: 'shop' };
const RANGE = /\{\{ \$value.*?\}\}/g;

function file(props: MeshAlertsProps = {}): RuleFile {
  return new RuleFile(new MeshAlerts(new Chart(new App(), 'mesh'), 'alerts', props).toPrometheusFile());
}

const steady = (perMinute: number) => counter({ minutes: MINUTES, perMinute });
const always = (value: number) => `${value}+0x${MINUTES / 2}`;
const requests = (labels: Labels, perMinute: number): Scraped => ({ [seriesOf('istio_requests_total', { reporter: 'source', ...labels })]: steady(perMinute) });

/** Answers of a service that all take longer than one bound of the buckets and no longer than the next. */
function durations(service: Labels, above: number, upTo: number, perMinute = 600): Scraped {
  const bucket = (le: string, count: number) => ({ [seriesOf('istio_request_duration_milliseconds_bucket', { reporter: 'source', ...service, le })]: steady(count) });
  const all = requests({ ...service, response_code: '200' }, perMinute);
  return { ...all, ...bucket(String(above), 0), ...bucket(String(upTo), perMinute), ...bucket('+Inf', perMinute) };
}

/** What an alert says, where it names these labels and this figure. */
function saying(alert: MeshAlert, labels: Labels, value: string, rules = file()): FiringAlert {
  const rule = rules.rules.find((each) => each.alert === alert)!;
  const filled = (text: string) => text.replace(RANGE, value).replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, name) => labels[name]);
  const annotations = Object.fromEntries(Object.entries(rule.annotations!).map(([name, text]) => [name, filled(text)]));
  return { labels: { ...labels, ...rule.labels }, annotations };
}

/** Unix time starts with a test. */
const expiresIn = (seconds: number) => always(seconds);

const inPod = (labels: Labels = {}) => ({ pod: 'reviews-1', namespace: 'shop', ...labels });
const opened = (metric: string, values: string): Scraped => ({
  [seriesOf(`envoy_cluster_circuit_breakers_default_${metric}`, inPod({ cluster_name: 'outbound|9080||ratings.shop.svc.cluster.local;' }))]: values,
});

interface Case {
  readonly alert: MeshAlert;
  readonly why: string;
  readonly series: Scraped;
  /** What the alert is about, and the figure that it tells; undefined where it must not fire. */
  readonly fires?: [Labels, string];
  readonly minute?: number;
  readonly props?: MeshAlertsProps;
}

const {
  REQUESTS_FAIL, REQUESTS_SLOW, CIRCUIT_BREAKER_OPEN, CIRCUIT_BREAKER_STATE, CERTIFICATE_EXPIRES, WORKLOAD_CERTIFICATE_EXPIRES,
  CONTROL_PLANE_UNAVAILABLE, CONFIGURATION_REJECTED,
} = MeshAlert;

const CASES: Case[] = [
  {
    alert: REQUESTS_FAIL,
    why: '11 of a thousand fail',
    series: { ...requests({ ...REVIEWS, response_code: '200' }, 989), ...requests({ ...REVIEWS, response_code: '503' }, 11) },
    fires: [REVIEWS, '1.10'],
  },
  {
    alert: REQUESTS_FAIL,
    why: '10 of a thousand fail',
    series: { ...requests({ ...REVIEWS, response_code: '200' }, 990), ...requests({ ...REVIEWS, response_code: '503' }, 10) },
  },
  {
    alert: REQUESTS_FAIL,
    why: 'half of them fail, and half may',
    series: { ...requests({ ...REVIEWS, response_code: '200' }, 500), ...requests({ ...REVIEWS, response_code: '503' }, 500) },
    props: { errorPercentage: 50 },
  },
  {
    alert: REQUESTS_FAIL,
    why: 'gRPC calls fail by their status, of one service of two',
    series: {
      ...requests({ ...REVIEWS, response_code: '200', grpc_response_status: '0' }, 900),
      ...requests({ ...REVIEWS, response_code: '200', grpc_response_status: '14' }, 100),
      ...requests({ ...RATINGS, response_code: '200', grpc_response_status: '5' }, 900),
    },
    fires: [REVIEWS, '10.00'],
  },
  { alert: REQUESTS_FAIL, why: 'they fail for 4 minutes only', series: { ...requests({ ...REVIEWS, response_code: '500' }, 1000) }, minute: 4 },
  { alert: REQUESTS_FAIL, why: 'all of 4 requests per minute fail, which is little traffic', series: requests({ ...REVIEWS, response_code: '500' }, 4) },
  { alert: REQUESTS_FAIL, why: 'what was sent to nobody in the mesh fails', series: requests({ ...REVIEWS, destination_service_name: 'PassthroughCluster', response_code: '500' }, 1000) },
  {
    alert: REQUESTS_FAIL,
    why: 'only the pods see it, and they are asked',
    series: { [seriesOf('istio_requests_total', { reporter: 'destination', ...REVIEWS, response_code: '500' })]: steady(1000) },
    props: { seenBy: SignalObserver.PODS },
    fires: [REVIEWS, '100.00'],
  },
  {
    alert: REQUESTS_FAIL,
    why: 'only the pods see it, and the callers are asked',
    series: { [seriesOf('istio_requests_total', { reporter: 'destination', ...REVIEWS, response_code: '500' })]: steady(1000) },
  },
  { alert: REQUESTS_SLOW, why: 'all take more than 1 s', series: durations(REVIEWS, 1000, 2500), fires: [REVIEWS, '2425'] },
  { alert: REQUESTS_SLOW, why: 'all take up to 1 s', series: durations(REVIEWS, 500, 1000) },
  { alert: REQUESTS_SLOW, why: 'all take more than 1 s, of little traffic', series: durations(REVIEWS, 1000, 2500, 4) },
  {
    alert: REQUESTS_SLOW,
    why: 'half of them take up to 1 s, and that half is asked for',
    series: { ...durations(REVIEWS, 500, 2500), [seriesOf('istio_request_duration_milliseconds_bucket', { reporter: 'source', ...REVIEWS, le: '1000' })]: steady(300) },
    props: { latencyPercentile: 50 },
  },
  { alert: REQUESTS_SLOW, why: 'half a second is allowed', series: durations(REVIEWS, 500, 1000), props: { latency: Duration.millis(500) }, fires: [REVIEWS, '975'] },
  {
    alert: CIRCUIT_BREAKER_OPEN,
    why: 'requests are refused all the time',
    series: requests({ ...REVIEWS, response_code: '503', response_flags: 'UO' }, 10),
    fires: [REVIEWS, '50'],
  },
  {
    alert: CIRCUIT_BREAKER_OPEN,
    why: 'requests were refused once, and never before',
    series: { [seriesOf('istio_requests_total', { reporter: 'source', ...REVIEWS, response_code: '503', response_flags: 'UO,URX' })]: `_x10 7+0x${MINUTES}` },
    minute: 22,
    fires: [REVIEWS, '7'],
  },
  {
    alert: CIRCUIT_BREAKER_OPEN,
    why: 'requests were refused once, a while ago',
    series: { [seriesOf('istio_requests_total', { reporter: 'source', ...REVIEWS, response_code: '503', response_flags: 'UO' })]: `_x10 7+0x${MINUTES}` },
    minute: 30,
  },
  {
    alert: CIRCUIT_BREAKER_OPEN,
    why: 'nobody asked Prometheus\' targets for 20 minutes',
    series: { [seriesOf('istio_requests_total', { reporter: 'source', ...REVIEWS, response_code: '503', response_flags: 'UO' })]: '7+0x10 _x10 7+0x20' },
    minute: 44,
  },
  { alert: CIRCUIT_BREAKER_OPEN, why: 'requests fail in another way', series: requests({ ...REVIEWS, response_code: '503', response_flags: 'UH' }, 10) },
  ...['cx_open', 'rq_pending_open', 'rq_open'].map((metric): Case => ({
    alert: CIRCUIT_BREAKER_STATE,
    why: `${metric} of Envoy was 1 for a moment`,
    series: { ...opened('cx_open', always(0)), ...opened('rq_pending_open', always(0)), ...opened('rq_open', always(0)), ...opened(metric, '0+0x10 1 0+0x20') },
    minute: 24,
    fires: [inPod({ cluster_name: 'outbound|9080||ratings.shop.svc.cluster.local;' }), '1'],
  })),
  { alert: CIRCUIT_BREAKER_STATE, why: 'all are closed', series: { ...opened('cx_open', always(0)), ...opened('rq_pending_open', always(0)), ...opened('rq_open', always(0)) } },
  { alert: CIRCUIT_BREAKER_STATE, why: 'one was open a while ago', series: opened('rq_open', '0+0x10 1 0+0x20'), minute: 30 },
  {
    alert: CERTIFICATE_EXPIRES,
    why: 'the root has 6 days left, and the intermediate one a year',
    series: {
      'citadel_server_root_cert_expiry_timestamp{pod="istiod-0"}': expiresIn(6 * DAY_IN_SECONDS + 1200),
      'citadel_server_cert_chain_expiry_timestamp{pod="istiod-0"}': expiresIn(365 * DAY_IN_SECONDS),
    },
    fires: [{ certificate: 'root' }, '6d 0h 0m 0s'],
  },
  {
    alert: CERTIFICATE_EXPIRES,
    why: 'the intermediate one of one istiod of two has a day left',
    series: {
      'citadel_server_root_cert_expiry_timestamp{pod="istiod-0"}': expiresIn(3650 * DAY_IN_SECONDS),
      'citadel_server_cert_chain_expiry_timestamp{pod="istiod-0"}': expiresIn(365 * DAY_IN_SECONDS),
      'citadel_server_cert_chain_expiry_timestamp{pod="istiod-1"}': expiresIn(DAY_IN_SECONDS + 1200),
    },
    fires: [{ certificate: 'intermediate' }, '1d 0h 0m 0s'],
  },
  {
    alert: CERTIFICATE_EXPIRES,
    why: 'both have 8 days left',
    series: {
      'citadel_server_root_cert_expiry_timestamp{pod="istiod-0"}': expiresIn(8 * DAY_IN_SECONDS),
      'citadel_server_cert_chain_expiry_timestamp{pod="istiod-0"}': expiresIn(8 * DAY_IN_SECONDS),
    },
  },
  {
    alert: CERTIFICATE_EXPIRES,
    why: 'it has 8 days left, and a month is asked for',
    series: { 'citadel_server_root_cert_expiry_timestamp{pod="istiod-0"}': expiresIn(8 * DAY_IN_SECONDS + 1200) },
    props: { certificatesExpireWithin: Duration.days(30) },
    fires: [{ certificate: 'root' }, '8d 0h 0m 0s'],
  },
  {
    alert: WORKLOAD_CERTIFICATE_EXPIRES,
    why: 'it has 5 hours left',
    series: {
      [seriesOf('istio_agent_cert_expiry_seconds', inPod({ resource_name: 'default' }))]: always(5 * 3600),
      [seriesOf('istio_agent_cert_expiry_seconds', inPod({ pod: 'reviews-2', resource_name: 'default' }))]: always(13 * 3600),
    },
    fires: [inPod(), '5h 0m 0s'],
  },
  { alert: WORKLOAD_CERTIFICATE_EXPIRES, why: 'it has 11 hours left', series: { [seriesOf('istio_agent_cert_expiry_seconds', inPod())]: always(11 * 3600) } },
  { alert: CONTROL_PLANE_UNAVAILABLE, why: 'no istiod is there', series: { up: always(1) }, fires: [{}, ''] },
  { alert: CONTROL_PLANE_UNAVAILABLE, why: 'it went away 2 minutes ago', series: { 'pilot_info{version="1.31.1"}': `1+0x${8} stale` }, minute: 20 },
  { alert: CONTROL_PLANE_UNAVAILABLE, why: 'one of two revisions is there', series: { 'pilot_info{version="1.31.1"}': always(1) } },
  { alert: CONFIGURATION_REJECTED, why: 'a proxy rejected clusters, and never before', series: { 'pilot_total_xds_rejects{type="cds"}': '_x10 1+0x20' }, minute: 22, fires: [{ type: 'cds' }, '1'] },
  { alert: CONFIGURATION_REJECTED, why: 'proxies go on rejecting', series: { 'pilot_total_xds_rejects{type="lds"}': steady(1) }, fires: [{ type: 'lds' }, '5'] },
  { alert: CONFIGURATION_REJECTED, why: 'a proxy rejected clusters a while ago', series: { 'pilot_total_xds_rejects{type="cds"}': '_x5 1+0x25' }, minute: 40 },
];

test('all alerts are rules that Prometheus reads', () => {
  expect(file().check()).toContain(`SUCCESS: ${Object.keys(MeshAlert).length} rules found`);
});

test('every alert has series that it fires on, and series that it does not', () => {
  for (const fires of [true, false]) {
    const shown = CASES.filter((each) => (each.fires !== undefined) === fires).map(({ alert }) => alert);
    expect(new Set(shown)).toEqual(new Set(Object.values(MeshAlert)));
  }
});

const titled = CASES.map((each) => [`${each.alert} ${each.fires ? 'fires' : 'does not fire'}: ${each.why}`, each] as const);

test.each(titled)('%s', (_, { alert, series, fires, minute = 20, props }) => {
  const rules = file(props);
  rules.expectSaying(series, alert, minute, fires ? [saying(alert, ...fires, rules)] : []);
});
