import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { MeshWorkload, networking } from 'cdk8s-istio';

const NAMESPACE = 'istio-ingress';
const LABELS = { istio: 'ingress' };

/** The ingress gateway, in a namespace of its own, as a platform team runs it. */
export class IngressChart extends Chart {
  /** The gateway's pods, which call the services behind it. */
  public readonly workload: MeshWorkload;

  constructor(app: App, id: string, hosts: string[]) {
    super(app, id, { namespace: NAMESPACE });

    const namespace = new ApiObject(this, 'namespace', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
    });
    // A Namespace stands in no namespace, though cdk8s puts every object into its chart's.
    namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace'));
    const account = new ApiObject(this, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'ingress' } });
    account.addDependency(namespace);
    const deployment = new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ingress' },
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS, annotations: { 'inject.istio.io/templates': 'gateway' } },
          spec: {
            serviceAccountName: 'ingress',
            // The injector puts its own proxy image here.
            containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ name: 'http', containerPort: 8080 }] }],
          },
        },
      },
    });
    deployment.addDependency(account);
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingress' },
      spec: { type: 'LoadBalancer', selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    }).addDependency(namespace);

    new networking.Gateway(this, 'gateway', {
      metadata: { name: 'public' },
      spec: {
        selector: LABELS,
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: hosts.map((host) => `bookinfo/${host}`) }],
      },
    }).addDependency(namespace);

    this.workload = new MeshWorkload(this, 'ingress', { workload: deployment });
  }

  /** The gateway's name, as routes refer to it. */
  public get gateway(): string {
    return `${NAMESPACE}/public`;
  }
}
