import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { namespace } from './application';

/** As Istio's own charts have it: the pods listen on ports above 1024. */
const TARGETS: Record<number, number> = { 80: 8080, 443: 8443 };

/** The pods of an ingress gateway and their Service, in a namespace of the same name, and no Gateway: nothing of our constructs. */
export class IngressPods extends Construct {
  /** What selects those of the gateway `ingress`. */
  public static readonly selector = { istio: 'ingress' };

  /** Where callers outside the mesh connect to. */
  public static at(port: number, name: string = 'ingress') {
    return { via: `svc:${name}/${name}`, viaPort: port };
  }

  constructor(scope: Chart, id: string, ports: number[], name: string = 'ingress') {
    super(scope, id);
    namespace(this, name);
    const labels = { istio: name };
    new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: name },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: { 'inject.istio.io/templates': 'gateway' } },
          spec: {
            serviceAccountName: name,
            containers: [{ name: 'istio-proxy', image: 'auto', ports: ports.map((port) => ({ containerPort: TARGETS[port] ?? port })) }],
          },
        },
      },
    });
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: name },
      spec: { selector: labels, ports: ports.map((port) => ({ name: `port-${port}`, port, targetPort: TARGETS[port] ?? port })) },
    });
  }
}
