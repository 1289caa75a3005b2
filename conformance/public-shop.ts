import { App, Chart } from 'cdk8s';
import { Application, namespace } from './application';
import { MeshRequest } from './mesh-protocol';
import { PublicGateway } from './public-gateway';

/** What tests at a gateway begin with: a namespace `shop` in the mesh, a public gateway, and a client outside of the mesh. */
export class PublicShop {
  /** A request of that client, through the gateway. */
  public static visit(url: string, request: Partial<MeshRequest> = {}): MeshRequest {
    return { caller: 'outside/client', url, ...PublicGateway.address, ...request };
  }

  public readonly app = new App();
  public readonly chart = new Chart(this.app, 'shop', { namespace: 'shop' });
  /** As `GatewayRoutes` names it. */
  public readonly gateway: string;

  constructor() {
    namespace(this.chart, 'shop');
    namespace(this.chart, 'outside', false);
    this.gateway = new PublicGateway(this.chart, 'ingress').gateway;
    new Application(new Chart(this.app, 'outside', { namespace: 'outside' }), 'client');
  }
}
