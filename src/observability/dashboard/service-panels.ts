import { Duration } from 'cdk8s';
import { DataSource, PanelContent, row, timeSeries } from './grafana';
import { MeshService } from '../../model/mesh-service';
import { PortProtocol } from '../../semantics/port-protocol';
import { GoldenSignals } from '../golden-signals';
import { SignalObserver } from '../signal-observer';

/** What is asked of each service. */
export interface ServicePanelOptions {
  readonly seenBy: SignalObserver;
  readonly window: Duration;
  readonly percentiles: readonly number[];
  readonly datasource: DataSource;
}

/** The grid of Grafana is 24 wide. */
const WIDTH = 24;
const HEIGHT = 8;

/** A row for each service: traffic, errors, latency and saturation; of one that carries no requests, its connections. */
export function servicePanels(services: readonly MeshService[], options: ServicePanelOptions): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const service of services) {
    panels.push(row(panels.length + 1, y, `${service.name} (${service.namespace})`));
    const contents = contentsOf(service, options);
    const w = WIDTH / contents.length;
    contents.forEach((content, i) => panels.push(timeSeries(panels.length + 1, { x: i * w, y: y + 1, w, h: HEIGHT }, options.datasource, content)));
    y += HEIGHT + 1;
  }
  return panels;
}

function contentsOf(service: MeshService, { seenBy, window, percentiles }: ServicePanelOptions): PanelContent[] {
  const signals = GoldenSignals.of(service, { seenBy });
  const { streams } = service._ports;
  if (streams.length > 0 && streams.every((port) => !port.isHttp && port.protocol !== PortProtocol.AUTOMATIC)) {
    return [{
      title: 'Connections', description: `Connections to ${service.name} opened per second.`, unit: 'cps', queries: [{ legend: 'connections', expr: signals.connections(window) }],
    }];
  }
  return [
    {
      title: 'Traffic', description: `Requests to ${service.name} per second.`, unit: 'reqps', queries: [{ legend: 'requests', expr: signals.traffic(window) }],
    },
    {
      title: 'Errors',
      description: `The percentage of requests to ${service.name} that fail, and of those that proxies turned away as a limit was reached.`,
      unit: 'percent',
      alarming: ALARMING_PERCENT,
      softMax: 5,
      queries: [{ legend: 'failed', expr: signals.errors(window) }, { legend: 'turned away', expr: signals.refusals(window) }],
    },
    {
      title: 'Latency',
      description: `Within how many milliseconds requests to ${service.name} are answered: p95 is what 95 of 100 keep to.`,
      unit: 'ms',
      queries: percentiles.map((percentile) => ({ legend: `p${percentile}`, expr: signals.latency(percentile, window) })),
    },
    {
      title: 'Saturation',
      description: `Requests to ${service.name} in progress at a time, on average.`,
      unit: 'short',
      queries: [{ legend: 'in progress', expr: signals.saturation(window) }],
    },
  ];
}

/** As the alerts have it. */
const ALARMING_PERCENT = 1;
