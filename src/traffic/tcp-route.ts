import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { StreamRouteProps, checkStreamRoute, connectionDestinations } from './stream-route-props';
import { MeshService } from '../model/mesh-service';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isIpSubnet } from '../semantics/ip-address';

export interface TcpRouteProps extends StreamRouteProps {
  /**
   * The addresses that connections go to, as addresses or subnets: `10.1.0.0/16`. For a host of a ServiceEntry that has
   * several; a Service has one, so there it says nothing. Of two routes the one with the smaller subnet decides.
   *
   * @default - all
   */
  readonly destinationSubnets?: string[];
}

/**
 * Where connections to the TCP ports of a service go, as far as they match: to subsets, by weight, or to another service.
 *
 * All conditions must hold. Of several routes of a service, the one of the highest `priority` decides, and of those the one
 * with most conditions (each label counts); a route that others leave nothing for is an error. Connections that no route
 * matches go to the service as ever, or by the weights of its `CanaryRollout`.
 *
 * It writes no object of its own: it contributes to the one VirtualService of its `MeshService`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute
 */
export class TcpRoute extends Construct {
  /** The service. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: TcpRouteProps) {
    super(scope, id);
    registerConstruct(this, TcpRoute);
    checkStreamRoute(this, props);
    this.checkSubnets(props.destinationSubnets);
    this.service = props.service;
    const { port, sourceLabels, sourceNamespace, destinationSubnets, priority } = props;
    this.service._addStreamLayer({
      owner: this,
      kind: 'tcp',
      match: { port, sourceLabels, sourceNamespace, destinationSubnets },
      priority,
      destinations: connectionDestinations(this.node.path, props),
    });
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  private checkSubnets(subnets: readonly string[] | undefined): void {
    if (subnets === undefined) return;
    if (!Array.isArray(subnets) || subnets.length === 0 || subnets.some((subnet) => typeof subnet !== 'string' || !isIpSubnet(subnet))) {
      throw new Error(`[${this.node.path}] \`destinationSubnets\` is ${describeValue(subnets)}. Give addresses or subnets, for example ['10.1.0.0/16'].`);
    }
  }
}
