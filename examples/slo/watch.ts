import { App, Chart, Duration } from 'cdk8s';
import { AlertSeverity, MeshAlert, MeshAlerts, Objective, ServiceLevelObjective } from 'cdk8s-istio';
import { ShopChart } from './shop';

/** kube-prometheus-stack takes the rules that have the label of its release. */
const metadata = { labels: { release: 'prometheus' } };

/** What the shop promises, and what has to be told of its mesh. */
export class WatchChart extends Chart {
  public readonly objectives: ServiceLevelObjective[];
  public readonly alerts: MeshAlerts;

  constructor(app: App, id: string, { frontend, checkout, search }: ShopChart) {
    super(app, id);
    this.objectives = [
      // 43 minutes a month may fail.
      new ServiceLevelObjective(this, 'frontend-answers', {
        service: frontend, objective: Objective.availability(99.9), labels: { team: 'web' }, runbookUrl: 'https://wiki.example.com/runbooks/frontend', metadata,
      }),
      new ServiceLevelObjective(this, 'frontend-is-fast', {
        service: frontend, objective: Objective.latency(95, Duration.millis(500)), labels: { team: 'web' }, metadata,
      }),
      // Money: what gRPC calls the server's fault counts as well. 20 minutes in 4 weeks.
      new ServiceLevelObjective(this, 'checkout-answers', {
        service: checkout, objective: Objective.availability(99.95), window: Duration.days(28), labels: { team: 'payments' }, metadata,
      }),
      // Nobody is woken for the search: one rate, for working hours.
      new ServiceLevelObjective(this, 'search-answers', {
        service: search,
        objective: Objective.availability(98),
        burnRates: [{ factor: 2, longWindow: Duration.days(1), severity: AlertSeverity.WARNING }],
        labels: { team: 'search' },
        metadata,
      }),
    ];
    this.alerts = new MeshAlerts(this, 'mesh-alerts', {
      labels: { team: 'platform' },
      // The proxies of this mesh keep none of Envoy's own metrics.
      without: [MeshAlert.CIRCUIT_BREAKER_STATE],
      metadata,
    });
  }

  /** The same rules for a Prometheus without the operator: its `rule_files` name this directory. */
  public writePrometheusFiles(directory: string): void {
    for (const objective of this.objectives) objective.writePrometheusFile(`${directory}/${objective.name}.yaml`);
    this.alerts.writePrometheusFile(`${directory}/istio-mesh.yaml`);
  }
}
