import { ApiObject, Chart } from 'cdk8s';
import { networking } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { namespace } from './application';

const LABELS = { istio: 'ingress' };

/** An ingress gateway in a namespace of its own, `ingress`, that takes every host: nothing of our constructs. */
export class PublicGateway extends Construct {
  /** Where callers outside the mesh connect to. */
  public static readonly address = { via: 'svc:ingress/ingress', viaPort: 80 };
  /** As `GatewayRoutes` names it. */
  public readonly gateway = 'ingress/public';

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
          spec: { serviceAccountName: 'ingress', containers: [{ name: 'istio-proxy', image: 'auto', ports: [{ containerPort: 8080 }] }] },
        },
      },
    });
    new ApiObject(this, 'service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ingress', namespace: 'ingress' },
      spec: { selector: LABELS, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    });
    new networking.Gateway(this, 'gateway', {
      metadata: { name: 'public', namespace: 'ingress' },
      spec: { selector: LABELS, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*/*'] }] },
    });
  }
}
