import { ApiObject, Chart } from 'cdk8s';
import { networking } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { namespace } from './application';

const LABELS = { istio: 'ingress' };

/** Ingress gateways in a namespace of their own, `ingress`, that take every host: nothing of our constructs. */
export class PublicGateway extends Construct {
  /** Where callers outside the mesh connect to. */
  public static readonly address = { via: 'svc:ingress/ingress', viaPort: 80 };
  /** Where callers of the second gateway connect to. */
  public static readonly internalAddress = { via: 'svc:ingress/ingress', viaPort: 8090 };
  /** As `GatewayRoutes` names it. */
  public readonly gateway = 'ingress/public';
  /** Another gateway of the same pods. */
  public readonly internal = 'ingress/internal';

  constructor(scope: Chart, id: string) {
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
          spec: { serviceAccountName: 'ingress', containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ containerPort: 8080 }, { containerPort: 8090 }] }] },
        },
      },
    });
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingress', namespace: 'ingress' },
      spec: { selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-internal', port: 8090 }] },
    });
    for (const [name, port] of [['public', 80], ['internal', 8090]] as const) {
      new networking.Gateway(this, `gateway-${name}`, {
        metadata: { name, namespace: 'ingress' },
        spec: { selector: LABELS, servers: [{ port: { number: port, name: `http-${port}`, protocol: 'HTTP' }, hosts: ['*/*'] }] },
      });
    }
  }
}
