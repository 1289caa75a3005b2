import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { GoldenSignals, MeshPort, MeshService, ServiceDashboard, ServiceDashboardProps, SignalObserver } from '../../src';
import { grafanaProblems } from '../support/grafana-types';
import { messageOf, only, reviews, shop } from '../support/shop';

type Props = Partial<ServiceDashboardProps>;

function service(chart: Chart, name: string, ...ports: MeshPort[]): MeshService {
  return MeshService.fromName(chart, name, { name, namespace: 'shop', ports });
}

function dashboardOf(props: Props = {}): { app: App; dashboard: ServiceDashboard; service: MeshService } {
  const { app, chart } = shop();
  const [first] = props.services ?? [reviews(chart)];
  return { app, service: first, dashboard: new ServiceDashboard(chart, 'dashboard', { services: [first], ...props }) };
}

function panelsOf({ json }: ServiceDashboard): any[] {
  return JSON.parse(json).panels;
}

function expressions(dashboard: ServiceDashboard): Record<string, string[]> {
  return Object.fromEntries(panelsOf(dashboard).filter(({ type }) => type !== 'row').map(({ title, targets }) => [title, targets.map(({ expr }: any) => expr)]));
}

describe('the dashboard of a service', () => {
  test('asks the questions of the golden signals, in their words', () => {
    const { dashboard, service: target } = dashboardOf({ seenBy: SignalObserver.PODS, window: Duration.minutes(2), percentiles: [90, 99.9] });
    const signals = GoldenSignals.of(target, { seenBy: SignalObserver.PODS });
    const window = Duration.minutes(2);
    expect(expressions(dashboard)).toEqual({
      Traffic: [signals.traffic(window)],
      Errors: [signals.errors(window), signals.refusals(window)],
      Latency: [signals.latency(90, window), signals.latency(99.9, window)],
      Saturation: [signals.saturation(window)],
    });
    expect(panelsOf(dashboard).flatMap(({ targets = [] }) => targets).map(({ legendFormat }) => legendFormat)).toEqual(['requests', 'failed', 'turned away', 'p90', 'p99.9', 'in progress']);
  });

  test('is a ConfigMap that Grafana\'s sidecar finds', () => {
    const { app, dashboard } = dashboardOf({ metadata: { namespace: 'monitoring', labels: { team: 'shop' } } });
    const { metadata, ...rest } = only(app, 'ConfigMap') as any;
    expect(metadata).toEqual({ name: 'dashboard-reviews', namespace: 'monitoring', labels: { team: 'shop', grafana_dashboard: '1' } });
    expect(rest.data).toEqual({ 'dashboard-reviews.json': dashboard.json });
  });

  test('has the label that another sidecar looks for', () => {
    const { app } = dashboardOf({ label: 'dashboards.example.com/load', labelValue: 'yes' });
    expect(only(app, 'ConfigMap').metadata.labels).toEqual({ 'dashboards.example.com/load': 'yes' });
  });

  test('is a file, without a ConfigMap', () => {
    const { app, dashboard } = dashboardOf({ configMap: false });
    expect(dashboard.configMap).toBeUndefined();
    expect(app.synthYaml().trim()).toBe('');
    const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
    try {
      dashboard.writeJson(join(directory, 'made', 'reviews.json'));
      expect(readFileSync(join(directory, 'made', 'reviews.json'), 'utf8')).toBe(dashboard.json);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('shows connections where no port carries requests', () => {
    const { chart } = shop();
    const database = service(chart, 'database', MeshPort.tcp(5432));
    const dashboard = new ServiceDashboard(chart, 'dashboard', { services: [database] });
    expect(expressions(dashboard)).toEqual({ Connections: [GoldenSignals.of(database).connections(Duration.minutes(5))] });
  });

  test('lets who looks choose the data source, unless it is given', () => {
    const chosen = JSON.parse(dashboardOf().dashboard.json);
    expect(chosen.templating.list.map(({ type, name, query }: any) => [type, name, query])).toEqual([['datasource', 'datasource', 'prometheus']]);
    expect(chosen.panels[1].datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
    const given = JSON.parse(dashboardOf({ dataSource: 'thanos' }).dashboard.json);
    expect(given.templating.list).toEqual([]);
    expect(given.panels[1].targets[0].datasource).toEqual({ type: 'prometheus', uid: 'thanos' });
  });

  test('no two panels overlap, and none leaves the grid', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), (kinds) => {
      const { chart } = shop();
      const services = kinds.map((isHttp, i) => service(chart, `s${i}`, isHttp ? MeshPort.http(80) : MeshPort.tcp(80)));
      const panels = panelsOf(new ServiceDashboard(chart, 'dashboard', { services }));
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + i % w} ${y + Math.floor(i / w)}`));
      expect(new Set(cells).size).toBe(cells.length);
      expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual(services.map(({ name }) => `${name} (shop)`));
    }), { numRuns: 30 });
  });
});

describe('Grafana\'s own types', () => {
  const { chart } = shop();
  const services = [service(chart, 'reviews', MeshPort.http(80)), service(chart, 'database', MeshPort.tcp(5432))];
  const all = new ServiceDashboard(chart, 'all', { services });
  const given = new ServiceDashboard(chart, 'given', {
    services, uid: 'given', configMap: false, dataSource: 'thanos', title: 'Shop', range: Duration.hours(48), refresh: Duration.minutes(1), percentiles: [99.9],
  });

  test.each([['with every default', all], ['with everything given', given]])('have nothing against a dashboard %s', (_, dashboard) => {
    expect(grafanaProblems(JSON.parse(dashboard.json))).toEqual([]);
  });

  test.each<[string, (dashboard: any) => void]>([
    ['an unknown field', (dashboard) => { dashboard.theme = 'dark'; }],
    ['an unknown field of a query', (dashboard) => { dashboard.panels[1].targets[0].expression = 'up'; }],
    ['an unknown field of a graph', (dashboard) => { dashboard.panels[1].fieldConfig.defaults.custom.lineThickness = 2; }],
    ['a value that no graph has', (dashboard) => { dashboard.panels[1].fieldConfig.defaults.custom.showPoints = 'sometimes'; }],
    ['a tooltip that does not exist', (dashboard) => { dashboard.graphTooltip = 7; }],
    ['no schema version', (dashboard) => { delete dashboard.schemaVersion; }],
    ['a legend without calculations', (dashboard) => { delete dashboard.panels[1].options.legend.calcs; }],
  ])('object to %s', (_, spoil) => {
    const dashboard = JSON.parse(all.json);
    spoil(dashboard);
    expect(grafanaProblems(dashboard)).not.toEqual([]);
  });
});

describe('what Grafana would not take', () => {
  test('two dashboards of one uid', () => {
    const { app, chart } = shop();
    const target = reviews(chart);
    new ServiceDashboard(chart, 'one', { services: [target] });
    new ServiceDashboard(chart, 'other', { services: [target], metadata: { namespace: 'other' } });
    expect(messageOf(() => app.synthYaml())).toContain('[shop/other] and [shop/one] are both the dashboard "dashboard-reviews", and Grafana would show one of them. Give each a `uid` of its own');
  });

  test('a ConfigMap that holds more than Kubernetes takes', () => {
    const { app, chart } = shop();
    const many = Array.from({ length: 200 }, (_, i) => service(chart, `service-${i}`, MeshPort.http(80)));
    new ServiceDashboard(chart, 'many', { services: many });
    expect(messageOf(() => app.synthYaml())).toMatch(/\[shop\/many\] the dashboard of 200 services has \d{7} bytes, and a ConfigMap has room for 1048576/);
  });

  test.each<[string, Props, string]>([
    ['no services', { services: [] }, '`services` is empty'],
    ['a refresh of a second', { refresh: Duration.seconds(1) }, '`refresh` is 1s, and Grafana draws anew every 5 seconds at most. Give for example Duration.seconds(30).'],
    ['a percentile of 100', { percentiles: [50, 100] }, '`percentiles` holds 100; a number above 0 and below 100 is allowed'],
    ['a percentile twice', { percentiles: [95, 95] }, '`percentiles` holds 95 twice'],
    ['no percentile', { percentiles: [] }, '`percentiles` is empty'],
    ['a uid that is too long', { uid: 'x'.repeat(41) }, 'at most 40 letters, digits, dashes and underscores'],
    ['an empty title', { title: ' ' }, '`title` is empty'],
    ['a label that is none', { label: 'grafana dashboard' }, '`label` is "grafana dashboard"'],
    ['an empty data source', { dataSource: '' }, '`dataSource` is ""'],
  ])('%s', (_, props, message) => {
    const { chart } = shop();
    const text = messageOf(() => new ServiceDashboard(chart, 'dashboard', { services: [reviews(chart)], ...props }));
    expect(text).toContain('[shop/dashboard] ');
    expect(text).toContain(message);
  });

  test('a service twice', () => {
    const { chart } = shop();
    const target = reviews(chart);
    expect(messageOf(() => new ServiceDashboard(chart, 'dashboard', { services: [target, target] }))).toContain('`services` holds reviews [shop/reviews] twice. Leave one out.');
  });
});
