import { App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-33';
import { networking } from 'cdk8s-istio';
import { namespace } from './application';

const NAMESPACE = 'istio-ingress';
const LABELS = { istio: 'ingress' };

/** The ingress gateway, in a namespace of its own, as a platform team runs it. */
export class IngressChart extends Chart {
  constructor(app: App, id: string, hosts: string[]) {
    super(app, id, { namespace: NAMESPACE });
    namespace(this, NAMESPACE);
    const deployed = new kplus.Deployment(this, 'deployment', {
      metadata: { name: 'ingress' },
      podMetadata: { labels: LABELS, annotations: { 'inject.istio.io/templates': 'gateway' } },
      serviceAccount: new kplus.ServiceAccount(this, 'account', { metadata: { name: 'ingress' } }),
      securityContext: { user: 1000 },
    });
    // The injector puts its own proxy image here.
    deployed.addContainer({ name: 'istio-proxy', image: 'auto', ports: [{ name: 'http', number: 8080 }], securityContext: { readOnlyRootFilesystem: false } });
    new kplus.Service(this, 'service', {
      metadata: { name: 'ingress' },
      type: kplus.ServiceType.LOAD_BALANCER,
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      selector: kplus.Pods.select(this, 'pods', { labels: LABELS }),
    });
    new networking.Gateway(this, 'gateway', {
      metadata: { name: 'public' },
      spec: { selector: LABELS, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: hosts.map((host) => `shop/${host}`) }] },
    });
  }
}
