import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { MeshService } from 'cdk8s-istio';

/** One application, as the team that owns it writes it: a Deployment under a service account of its own, and a Service. */
export class Application {
  public readonly mesh: MeshService;

  constructor(chart: Chart, name: string) {
    const deployment = new kplus.Deployment(chart, `${name}-deployment`, {
      metadata: { name },
      podMetadata: { labels: { app: name } },
      replicas: 1,
      serviceAccount: new kplus.ServiceAccount(chart, `${name}-account`, { metadata: { name } }),
      securityContext: { user: 1000 },
      containers: [{ name, image: `registry.example.com/${name}:1.0.0`, ports: [{ name: 'http', number: 8080 }] }],
    });
    const service = new kplus.Service(chart, name, {
      metadata: { name },
      ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
      selector: kplus.Pods.select(chart, `${name}-pods`, { labels: { app: name } }),
    });
    this.mesh = new MeshService(chart, `${name}-mesh`, { service, workload: deployment });
  }
}

/** The pods of an ingress gateway and its Service, as a platform team runs them; clients keep their addresses on the way. */
export function gatewayPods(chart: Chart, space: string, name: string): void {
  const labels = { istio: name };
  new ApiObject(chart, 'gateway-account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: space } });
  new ApiObject(chart, 'gateway-deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: space },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { 'inject.istio.io/templates': 'gateway' } },
        spec: { serviceAccountName: name, containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ containerPort: 8080 }, { containerPort: 8443 }] }] },
      },
    },
  });
  new ApiObject(chart, 'gateway-service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: space },
    spec: {
      type: 'LoadBalancer',
      // With Cluster, the default, the gateway sees a node instead of the client.
      externalTrafficPolicy: 'Local',
      selector: labels,
      ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'https', port: 443, targetPort: 8443 }],
    },
  });
}

/** A namespace whose pods get sidecars. */
export function namespace(chart: Chart, name: string): void {
  const object = new ApiObject(chart, `namespace-${name}`, {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'istio-injection': 'enabled' } },
  });
  // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
  object.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
}
