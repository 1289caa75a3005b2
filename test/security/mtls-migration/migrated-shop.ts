import { ApiObject, App, Chart } from 'cdk8s';
import { MeshService, MeshWorkload, MtlsEdge, MtlsMigration, MtlsMigrationProps } from '../../../src';

export interface PodOptions {
  readonly kind?: string;
  readonly ports?: number[];
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly container?: object;
  readonly spec?: object;
}

/** An App with a namespace `shop` that is to be brought to STRICT, and whatever else a test needs. */
export class MigratedShop {
  public readonly app = new App();
  private readonly charts = new Map<string, Chart>();
  private ids = 0;

  constructor() {
    this.namespace('shop');
  }

  public chart(namespace: string = 'shop'): Chart {
    const chart = this.charts.get(namespace) ?? new Chart(this.app, namespace, { namespace });
    this.charts.set(namespace, chart);
    return chart;
  }

  public object(apiVersion: string, kind: string, name: string, rest: object, namespace = 'shop'): ApiObject {
    return new ApiObject(this.chart(namespace), `${kind}-${name}-${this.ids++}`, { apiVersion, kind, metadata: { name }, ...rest } as any);
  }

  public namespace(name: string, labels?: Record<string, string>): ApiObject {
    return new ApiObject(this.chart(name), 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  }

  public pods(name: string, options: PodOptions = {}, namespace = 'shop'): ApiObject {
    const { kind = 'Deployment', ports = [8080], labels, annotations, container, spec } = options;
    const template = {
      metadata: { labels: { app: name, ...labels }, annotations },
      spec: { serviceAccountName: name, containers: [{ name: 'app', image: 'x', ports: ports.map((containerPort) => ({ containerPort })), ...container }], ...spec },
    };
    return this.object('apps/v1', kind, name, { spec: { selector: { matchLabels: { app: name } }, template } }, namespace);
  }

  /** Pods, and a Service in front of them. */
  public service(name: string, ports: object[] = [{ name: 'http', port: 80, targetPort: 8080 }], options: PodOptions & { type?: string; meta?: object } = {}): MeshService {
    const workload = this.pods(name, options);
    const { type, meta } = options;
    const service = this.object('v1', 'Service', name, { metadata: { name, ...meta }, spec: { type, selector: { app: name }, ports } });
    return new MeshService(this.chart(), name, { service, workload });
  }

  public caller(name: string, namespace: string, options: PodOptions = {}): MeshWorkload {
    return new MeshWorkload(this.chart(namespace), name, { workload: this.pods(name, options, namespace) });
  }

  public destinationRule(host: string, trafficPolicy: object, namespace = 'shop', more: object = {}): ApiObject {
    return this.object('networking.istio.io/v1', 'DestinationRule', 'rule', { spec: { host, trafficPolicy, ...more } }, namespace);
  }

  public migration(props: Partial<MtlsMigrationProps> = {}): MtlsMigration {
    return new MtlsMigration(this.chart(), `migration-${this.ids++}`, { namespaces: ['shop'], ...props });
  }

  public edges(props: Partial<MtlsMigrationProps> = {}): MtlsEdge[] {
    return this.migration(props).edges();
  }

  /** `CALLER > TARGET:PORT: OUTCOME` of each edge, with the phase from which on it breaks. */
  public fates(props: Partial<MtlsMigrationProps> = {}): string[] {
    return this.edges(props).map(({ caller, target, port, outcome, breaksAt }) =>
      `${caller} > ${target}${port === undefined ? '' : `:${port}`}: ${outcome}${breaksAt === undefined ? '' : ` (${breaksAt})`}`);
  }
}
