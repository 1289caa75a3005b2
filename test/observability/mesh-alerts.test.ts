import { App, Chart, Duration } from 'cdk8s';
import { parse } from 'yaml';
import { MeshAlert, MeshAlerts, MeshAlertsProps } from '../../src';
import { LABELS, METRICS, SCRAPED } from '../../src/observability/mesh-metrics';
import { messageOf, mistakes, only } from '../support/shop';

function alerts(props?: MeshAlertsProps, id = 'alerts', chart = new Chart(new App(), 'mesh')): MeshAlerts {
  return new MeshAlerts(chart, id, props);
}

const rulesOf = (made: MeshAlerts): any[] => parse(made.toPrometheusFile()).groups.flatMap((group: any) => group.rules);
const ruleOf = (alert: MeshAlert, props?: MeshAlertsProps) => rulesOf(alerts(props)).find((rule) => rule.alert === alert);

test('every alert says what is wrong, what to do, and whom it is for', () => {
  const rules = rulesOf(alerts({ labels: { team: 'platform' }, runbookUrl: 'https://wiki.example.com/mesh' }));
  expect(rules.map(({ alert }) => alert)).toEqual(Object.values(MeshAlert));
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(labels.team).toBe('platform');
    expect(annotations.summary).not.toBe('');
    expect(annotations.runbook).toMatch(/^1\. .* 2\. /);
    expect(annotations.runbook_url).toBe(`https://wiki.example.com/mesh#${alert}`);
  }
});

test('the PrometheusRule is in istio-system and holds the rules of the file', () => {
  const app = new App();
  const made = alerts({ metadata: { labels: { release: 'prometheus' } } }, 'alerts', new Chart(app, 'mesh'));
  const rule = only(app, 'PrometheusRule');
  expect(rule.metadata).toMatchObject({ name: 'istio-mesh', namespace: 'istio-system', labels: { release: 'prometheus' } });
  expect(rule.spec).toEqual(parse(made.toPrometheusFile()));
});

test('limits are those that are given', () => {
  const props = {
    errorPercentage: 0.5,
    latency: Duration.millis(250),
    latencyPercentile: 99,
    leastTraffic: 2,
    window: Duration.minutes(10),
    pending: Duration.minutes(3),
    certificatesExpireWithin: Duration.days(30),
    workloadCertificatesExpireWithin: Duration.minutes(20),
  };
  expect(ruleOf(MeshAlert.REQUESTS_FAIL, props)).toMatchObject({ expr: expect.stringMatching(/\[10m\].* > 0\.5 and .* >= 2$/), for: '3m' });
  expect(ruleOf(MeshAlert.REQUESTS_SLOW, props).expr).toMatch(/^histogram_quantile\(0\.99, .* > 250 and .* >= 2$/);
  expect(ruleOf(MeshAlert.CERTIFICATE_EXPIRES, props).expr).toMatch(/ < 2592000$/);
  expect(ruleOf(MeshAlert.WORKLOAD_CERTIFICATE_EXPIRES, props).expr).toMatch(/ < 1200$/);
  expect(ruleOf(MeshAlert.CERTIFICATE_EXPIRES).expr).toMatch(/ < 604800$/);
});

test('what is left out is not told', () => {
  expect(ruleOf(MeshAlert.CIRCUIT_BREAKER_STATE, { without: [MeshAlert.CIRCUIT_BREAKER_STATE] })).toBeUndefined();
  expect(rulesOf(alerts({ without: [MeshAlert.CIRCUIT_BREAKER_STATE] }))).toHaveLength(Object.keys(MeshAlert).length - 1);
});

test('the alert by Envoy\'s own metrics says what proxies have to be told', () => {
  expect(ruleOf(MeshAlert.CIRCUIT_BREAKER_STATE).annotations.description).toContain('proxyStatsMatcher.inclusionRegexps [".*circuit_breakers.*"]');
});

test('metrics and labels are those of the table', () => {
  const names = Object.values(METRICS).map(({ name }) => name as string);
  const labels = new Set<string>([...Object.values(LABELS), ...Object.values(SCRAPED), 'le', 'certificate']);
  const words = new Set(['by', 'and', 'or', 'unless', 'offset', 'sum', 'min', 'max', 'rate', 'increase', 'absent', 'time', 'histogram_quantile', 'label_replace', 'max_over_time', 'last_over_time']);
  for (const { expr } of rulesOf(alerts())) {
    const bare = expr.replace(/"[^"]*"/g, '').replace(/\[\w+\]|offset \w+/g, '');
    const named = bare.match(/[a-zA-Z_][a-zA-Z0-9_]*/g).filter((word: string) => !words.has(word));
    for (const word of named) expect([...names, ...labels]).toContain(labels.has(word) ? word : word.replace(/_(bucket|count|sum)$/, ''));
  }
});

test.each<[MeshAlertsProps, string]>([
  [{ errorPercentage: 100 }, '[mesh/alerts] `errorPercentage` is 100; a number from 0 up to below 100 is allowed, for example 1.'],
  [{ errorPercentage: '1' as any }, '`errorPercentage` is "1";'],
  [{ latencyPercentile: 0 }, '[mesh/alerts] `latencyPercentile` is 0; a number above 0 and below 100 is allowed'],
  [{ metadata: { namespace: 'monitoring' } }, '[mesh/alerts] `metadata.namespace` is "monitoring", and the rules stand in istio-system. Leave it out; those of the mesh have a `namespace` of their own.'],
  [{ leastTraffic: -1 }, '[mesh/alerts] `leastTraffic` is -1; requests per second from 0 on are allowed'],
  [{ window: Duration.seconds(30) }, '[mesh/alerts] window is 30 s; whole minutes are allowed, for example Duration.minutes(5).'],
  [{ certificatesExpireWithin: Duration.minutes(90) }, '[mesh/alerts] certificatesExpireWithin is 5400 s; whole hours are allowed, for example Duration.days(7).'],
  [{ pending: 5 as any }, '[mesh/alerts] pending is 5. Give a Duration'],
  [{ seenBy: 'server' as any }, '[mesh/alerts] `seenBy` is "server". Give SignalObserver.CALLERS'],
  [{ without: ['IstioCrashed' as any] }, '[mesh/alerts] `without` is "IstioCrashed". Give MeshAlert.REQUESTS_FAIL or'],
  [{ without: 'all' as any }, '[mesh/alerts] `without` is "all", not a list.'],
  [{ without: Object.values(MeshAlert) }, '[mesh/alerts] `without` names every alert'],
  [{ namespace: 'Istio' }, '[mesh/alerts] `namespace` is "Istio". Give the name of a namespace'],
  [{ labels: { severity: 'page' } }, '[mesh/alerts] the label "severity" is set by the alert itself.'],
  [{ labels: { team: 1 as any } }, '[mesh/alerts] the label "team" is 1. Give a text'],
  [{ labels: { team: '{{ $labels.x }}' } }, '[mesh/alerts] the label "team" is "{{ $labels.x }}", in which Prometheus takes "{{" for the beginning of a template.'],
  [{ runbookUrl: 'https://a/{{x' }, '[mesh/alerts] `runbookUrl` is "https://a/{{x". Give a URL'],
  [{ runbookUrl: 'wiki' }, '[mesh/alerts] `runbookUrl` is "wiki". Give a URL'],
])('%j is refused, with what is allowed', (props, message) => {
  expect(messageOf(() => alerts(props))).toContain(message);
});

test('two of them in one place are one too many', () => {
  const app = new App();
  const chart = new Chart(app, 'mesh');
  alerts({}, 'a', chart);
  alerts({}, 'b', chart);
  expect(mistakes(app)).toEqual([expect.stringContaining('[mesh/b] writes the PrometheusRule istio-system/istio-mesh, as [mesh/a] does.')]);
});
