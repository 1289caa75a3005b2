import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { StreamRouteProps, checkStreamRoute, connectionDestinations } from './stream-route-props';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isHostWithin, isWildcarded, wildcardHostProblem } from '../semantics/host-name';

export interface TlsRouteProps extends StreamRouteProps {
  /**
   * The server names (SNI) that clients send, lower case: exact ones or, for a host with a wildcard, `*.example.com`.
   *
   * @default - the names that the service is called by: its host and, of a Kubernetes Service, the shorter forms of it
   */
  readonly sniHosts?: string[];
}

/**
 * Where TLS connections that the application opens itself go, by the server name (SNI) that the client sends: to subsets,
 * by weight, or to another service. The proxy reads the name and passes the connection on as it is.
 *
 * An exact name decides before a wildcard, a longer wildcard before a shorter; then the higher `priority`, then more
 * conditions. A route that others leave nothing for is an error. Once a service has a route that a caller matches, the proxy
 * knows no other names: a connection with another name, or with none, leads to the address that was called, past the
 * subsets, or nowhere where the mesh passes on only what it knows (`outboundTrafficPolicy: REGISTRY_ONLY`).
 *
 * It writes no object of its own: it contributes to the one VirtualService of its `MeshService`, whose hosts also name the
 * server names, as Istio insists.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSRoute
 */
export class TlsRoute extends Construct {
  /** The service. */
  public readonly service: MeshService;

  constructor(scope: Construct, id: string, props: TlsRouteProps) {
    super(scope, id);
    registerConstruct(this, TlsRoute);
    checkStreamRoute(this, props);
    this.checkSniHosts(props.sniHosts);
    this.service = props.service;
    const { port, sourceLabels, sourceNamespace, sniHosts, priority } = props;
    this.service._addStreamLayer({
      owner: this,
      kind: 'tls',
      match: { port, sourceLabels, sourceNamespace, sniHosts },
      priority,
      destinations: connectionDestinations(this.node.path, props),
    });
    validateOncePerSynth(this, () => this.foreignWildcards(sniHosts));
  }

  /** The service's VirtualService. */
  public get virtualService(): ApiObject {
    return this.service.virtualService!;
  }

  private checkSniHosts(hosts: readonly string[] | undefined): void {
    if (hosts === undefined) return;
    if (!Array.isArray(hosts) || hosts.length === 0) {
      throw new Error(`[${this.node.path}] \`sniHosts\` is ${describeValue(hosts)}. Give the names that clients send, for example ['db.example.com'], or leave it out.`);
    }
    for (const host of hosts) {
      const problem = typeof host === 'string' ? wildcardHostProblem(host) : 'is no text';
      if (problem !== undefined || host !== host.toLowerCase() || host === '*') {
        throw new Error(`[${this.node.path}] ${describeValue(host)} is not a server name: a DNS name in lower case such as db.example.com, or *.example.com.`);
      }
    }
    const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
    if (twice !== undefined) throw new Error(`[${this.node.path}] the server name ${twice} is given twice.`);
  }

  /** Its VirtualService would have to be for all of those hosts, and take the place of their own. */
  private foreignWildcards(hosts: readonly string[] = []): string[] {
    return hosts
      .filter((host) => isWildcarded(host) && !isHostWithin(host, this.service.host))
      .map((host) => `the server name ${host} stands for hosts that are not ${this.service.host}. Name them one by one, or give the route to a MeshService.fromHost(..., { host: '${host}' }).`);
  }
}
