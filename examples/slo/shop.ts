import { App, Chart } from 'cdk8s';
import { MeshService } from 'cdk8s-istio';
import { Application, namespace } from './application';

/** A shop as its teams run it: nothing in it knows that it is watched. */
export class ShopChart extends Chart {
  public readonly frontend: MeshService;
  public readonly checkout: MeshService;
  public readonly search: MeshService;

  constructor(app: App, id: string) {
    super(app, id, { namespace: 'shop' });
    namespace(this, 'shop');
    this.frontend = this.mesh('frontend', { port: 8080, portName: 'http' });
    this.checkout = this.mesh('checkout', { port: 50051, portName: 'grpc' });
    this.search = this.mesh('search', { port: 8080, portName: 'http' });
  }

  private mesh(name: string, port: { port: number; portName: string }): MeshService {
    const { service, deployment } = new Application(this, name, { replicas: 3, ...port });
    return new MeshService(this, `${name}-mesh`, { service, workload: deployment });
  }
}
