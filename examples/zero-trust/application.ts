import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { MeshService, MeshWorkload } from 'cdk8s-istio';

/** A port of a container: its name tells the mesh what it speaks. */
interface NamedPort {
  readonly name: string;
  readonly number: number;
}

const HTTP: NamedPort = { name: 'http', number: 8080 };
const METRICS: NamedPort = { name: 'http-metrics', number: 9102 };

/** One application, as the team that owns it writes it: a Deployment under a service account of its own, and a Service. */
export class Application {
  /** What the mesh knows of it: whom it is called as, and whom it calls. */
  public readonly mesh: MeshService;

  constructor(chart: Chart, name: string, { hasMetrics }: { readonly hasMetrics: boolean } = { hasMetrics: false }) {
    const ports = hasMetrics ? [HTTP, METRICS] : [HTTP];
    const workload = deployment(chart, name, ports);
    const service = new kplus.Service(chart, name, {
      metadata: { name },
      ports: ports.map((port) => ({ name: port.name, port: port.number, targetPort: port.number })),
      selector: kplus.Pods.select(chart, `${name}-pods`, { labels: { app: name } }),
    });
    this.mesh = new MeshService(chart, `${name}-mesh`, { service, workload });
  }
}

/** One that nobody calls: it has no Service. */
export class Worker {
  public readonly mesh: MeshWorkload;

  constructor(chart: Chart, name: string) {
    this.mesh = new MeshWorkload(chart, `${name}-mesh`, { workload: deployment(chart, name, []) });
  }
}

function deployment(chart: Chart, name: string, ports: NamedPort[]): kplus.Deployment {
  return new kplus.Deployment(chart, `${name}-deployment`, {
    metadata: { name },
    podMetadata: { labels: { app: name } },
    replicas: 1,
    serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
    securityContext: { user: 1000 },
    containers: [{ name, image: `registry.example.com/${name}:1.0.0`, ports }],
  });
}

/** The pods of an ingress gateway and its Service, as a platform team runs them. */
export function gatewayPods(chart: Chart, name: string): MeshWorkload {
  const labels = { istio: name };
  const workload = new ApiObject(chart, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { 'inject.istio.io/templates': 'gateway' } },
        spec: {
          serviceAccountName: name,
          // The injector puts its own proxy image here.
          containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ name: 'http', containerPort: 8080 }] }],
        },
      },
    },
  });
  new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  new ApiObject(chart, 'service', {
    apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'LoadBalancer', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  return new MeshWorkload(chart, 'pods', { workload });
}
