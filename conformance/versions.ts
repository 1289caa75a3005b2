import { ApiObject, Chart } from 'cdk8s';
import { HttpMatch, HttpRoute, HttpRouteProps, MeshService, RouteAction } from 'cdk8s-istio';
import { Construct } from 'constructs';
import { Application, ServicePort } from './application';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];

/** Pods of two versions, and as many services in front of them as there are routes to try. */
export class Versions extends Construct {
  private readonly pods: Application;

  constructor(private readonly chart: Chart, private readonly label: string, private readonly ports: ServicePort[] = HTTP) {
    super(chart, `versions-of-${label}`);
    this.pods = new Application(chart, label, { versions: ['v1', 'v2'], ports });
  }

  /** One more service of its own in front of both versions. */
  public service(name: string, ports: ServicePort[] = this.ports): MeshService {
    const service = new ApiObject(this, `service-${name}`, {
      apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: this.label }, ports },
    });
    return new MeshService(this, name, { service, workloads: this.pods.deployments })
      .addSubset('v1', { version: 'v1' }).addSubset('v2', { version: 'v2' });
  }

  /** A service that v2 answers for the requests that match, and v1 for all others. */
  public split(name: string, match: HttpMatch, props: Partial<HttpRouteProps> = {}): MeshService {
    const service = this.service(name);
    new HttpRoute(this.chart, `${name}-rest`, { service, action: RouteAction.toSubset('v1') });
    new HttpRoute(this.chart, `${name}-matched`, { service, match, action: RouteAction.toSubset('v2'), ...props });
    return service;
  }
}
