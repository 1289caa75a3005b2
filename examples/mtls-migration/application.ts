import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';

export interface ApplicationOptions {
  readonly port: number;
  /** Tells the mesh what the port speaks: it begins with `http`, `grpc`, `tcp`, `mysql` … */
  readonly portName: string;
}

/** One application, as the team that owns it writes it: a Deployment and a Service. Nothing of the mesh. */
export class Application {
  public readonly deployment: kplus.Deployment;
  public readonly service: kplus.Service;

  constructor(scope: Chart, name: string, { port, portName }: ApplicationOptions) {
    this.deployment = deployment(scope, name, [{ name: portName, number: port }]);
    this.service = new kplus.Service(scope, name, {
      metadata: { name, labels: { app: name } },
      ports: [{ name: portName, port, targetPort: port }],
      selector: kplus.Pods.select(scope, `${name}-pods`, { labels: { app: name } }),
    });
  }
}

/** Pods that offer nothing, and only call others. */
export function deployment(scope: Chart, name: string, ports: kplus.ContainerPort[] = []): kplus.Deployment {
  const made = new kplus.Deployment(scope, `${name}-deployment`, {
    metadata: { name, labels: { app: name } },
    podMetadata: { labels: { app: name } },
    replicas: 2,
    serviceAccount: new kplus.ServiceAccount(scope, `${name}-account`, { metadata: { name } }),
    securityContext: { user: 1000 },
  });
  made.addContainer({ name, image: `registry.example.com/${name}:1.0.0`, ports });
  return made;
}

/** A namespace as it was before the mesh: its pods have no sidecars. */
export function namespace(scope: Chart, name: string): void {
  const object = new ApiObject(scope, `namespace-${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
