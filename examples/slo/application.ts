import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';

export interface ApplicationOptions {
  readonly replicas: number;
  readonly port: number;
  /** Tells the mesh what the port speaks: it begins with `http`, `grpc`, `tcp` … */
  readonly portName: string;
  readonly image?: string;
}

/** One application, as the team that owns it writes it: a Deployment over all zones, and a Service. Nothing of the mesh. */
export class Application {
  public readonly deployment: kplus.Deployment;
  public readonly service: kplus.Service;

  constructor(scope: Chart, name: string, options: ApplicationOptions) {
    const { replicas, port, portName } = options;
    this.deployment = new kplus.Deployment(scope, `${name}-deployment`, {
      metadata: { name, labels: { app: name } },
      podMetadata: { labels: { app: name } },
      replicas,
      serviceAccount: new kplus.ServiceAccount(scope, `${name}-account`, { metadata: { name } }),
      securityContext: { user: 1000 },
    });
    // cdk8s-plus has no word for this; what it writes can be patched.
    ApiObject.of(this.deployment).addJsonPatch(JsonPatch.add('/spec/template/spec/topologySpreadConstraints', [{
      topologyKey: 'topology.kubernetes.io/zone', maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: { app: name } },
    }]));
    this.deployment.addContainer({ name, image: options.image ?? `registry.example.com/${name}:1.0.0`, ports: [{ name: portName, number: port }] });
    this.service = new kplus.Service(scope, name, {
      metadata: { name, labels: { app: name } },
      ports: [{ name: portName, port, targetPort: port }],
      selector: kplus.Pods.select(scope, `${name}-pods`, { labels: { app: name } }),
    });
  }
}

/** A namespace whose pods get sidecars. */
export function namespace(scope: Chart, name: string): void {
  const object = new ApiObject(scope, 'namespace', {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } },
  });
  // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
