import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';

/** One application, as the team that owns it writes it: a Deployment and a Service, the same in every cluster. Nothing of the mesh. */
export class Application {
  public readonly deployment: kplus.Deployment;
  public readonly service: kplus.Service;

  constructor(scope: Chart, name: string) {
    this.deployment = new kplus.Deployment(scope, `${name}-deployment`, {
      metadata: { name, labels: { app: name } },
      podMetadata: { labels: { app: name } },
      replicas: 2,
      serviceAccount: new kplus.ServiceAccount(scope, `${name}-account`, { metadata: { name } }),
      securityContext: { user: 1000 },
    });
    this.deployment.addContainer({ name, image: `registry.example.com/${name}:1.0.0`, ports: [{ name: 'http', number: 8080 }] });
    this.service = new kplus.Service(scope, name, {
      metadata: { name, labels: { app: name } },
      ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
      selector: kplus.Pods.select(scope, `${name}-pods`, { labels: { app: name } }),
    });
  }
}
