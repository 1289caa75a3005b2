import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { namespace } from './application';

const LABELS = { istio: 'ingress' };
/** As Istio's own charts have it: the pods listen on ports above 1024. */
const TARGETS: Record<number, number> = { 80: 8080, 443: 8443 };

/** The pods of an ingress gateway and their Service, in a namespace `ingress`, and no Gateway: nothing of our constructs. */
export class IngressPods extends Construct {
  /** What selects them. */
  public static readonly selector = LABELS;

  /** Where callers outside the mesh connect to. */
  public static at(port: number) {
    return { via: 'svc:ingress/ingress', viaPort: port };
  }

  constructor(scope: Chart, id: string, ...ports: number[]) {
    super(scope, id);
    namespace(this, 'ingress');
    new ApiObject(this, 'deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ingress', namespace: 'ingress' },
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS, annotations: { 'inject.istio.io/templates': 'gateway' } },
          spec: {
            serviceAccountName: 'ingress',
            containers: [{ name: 'istio-proxy', image: 'auto', ports: ports.map((port) => ({ containerPort: TARGETS[port] ?? port })) }],
          },
        },
      },
    });
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingress', namespace: 'ingress' },
      spec: { selector: LABELS, ports: ports.map((port) => ({ name: `port-${port}`, port, targetPort: TARGETS[port] ?? port })) },
    });
  }
}
