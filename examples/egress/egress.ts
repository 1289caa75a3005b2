import { App, Chart } from 'cdk8s';
import { EgressGateway } from 'cdk8s-istio';
import { namespace } from './application';

/** The way out of the cluster, in a namespace that the applications' teams cannot write to. Its pods are installed by Helm, see README.md. */
export class EgressChart extends Chart {
  public readonly gateway: EgressGateway;

  constructor(app: App, id: string) {
    super(app, id, { namespace: 'istio-egress' });
    namespace(this, 'istio-egress');
    this.gateway = new EgressGateway(this, 'gateway', { name: 'istio-egressgateway', trustDomains: ['cluster.local'] });
  }
}
