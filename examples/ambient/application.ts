import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { MeshService } from 'cdk8s-istio';

/** A port of a container: its name tells the mesh what it speaks. */
interface NamedPort {
  readonly name: string;
  readonly number: number;
}

export const HTTP: NamedPort = { name: 'http', number: 8080 };
export const POSTGRES: NamedPort = { name: 'tcp-postgres', number: 5432 };

/** One application, as the team that owns it writes it: a Deployment under a service account of its own, and a Service. */
export class Application {
  public readonly mesh: MeshService;

  constructor(chart: Chart, name: string, port: NamedPort = HTTP) {
    const workload = new kplus.Deployment(chart, `${name}-deployment`, {
      metadata: { name },
      podMetadata: { labels: { app: name } },
      replicas: 1,
      serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
      securityContext: { user: 1000 },
      containers: [{ name, image: `registry.example.com/${name}:1.0.0`, ports: [port] }],
    });
    const service = new kplus.Service(chart, name, {
      metadata: { name },
      ports: [{ name: port.name, port: port.number, targetPort: port.number }],
      selector: kplus.Pods.select(chart, `${name}-pods`, { labels: { app: name } }),
    });
    this.mesh = new MeshService(chart, `${name}-mesh`, { service, workload });
  }
}
