import { ComponentResources, checkResources } from './component-resources';
import { ComponentScale, checkScale } from './component-scale';
import { checkCidrs, checkLabels, checkTexts, checkWord } from './installation-checks';
import { EastWestGatewayOptions, GatewayServiceType, InstalledGatewayOptions, InstalledGatewayPort, PortedGatewayOptions } from './installed-gateway-options';
import { checkFlags, checkList, checkMember, checkOptions } from '../model/given';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';
import { isPortNumber } from '../semantics/port-number';

/** What the charts set aside for a gateway, also in small installations. */
export const GATEWAY_RESOURCES = { cpu: '100m', memory: '128Mi', cpuLimit: '2000m', memoryLimit: '1024Mi' };

const HEALTH: InstalledGatewayPort = { name: 'status-port', port: 15021, targetPort: 15021 };
const WEB: readonly InstalledGatewayPort[] = [{ name: 'http2', port: 80 }, { name: 'https', port: 443 }];
const EAST_WEST: readonly InstalledGatewayPort[] = [
  { name: 'tls', port: 15443 }, { name: 'tls-istiod', port: 15012 }, { name: 'tls-webhook', port: 15017 },
];

/** @internal */
export type GatewaySort = 'ingress' | 'egress' | 'eastWest';

/**
 * A gateway that is installed with Istio: pods, their Service, and how many. What it does is said by an `IngressGateway`, an
 * `EgressGateway` or a `Gateway` that selects its pods.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/gateway/
 */
export class InstalledGateway {
  /** For requests from outside. */
  public static ingress(options: PortedGatewayOptions = {}): InstalledGateway {
    return new InstalledGateway('ingress', options, options?.ports);
  }

  /** For requests to the outside. */
  public static egress(options: PortedGatewayOptions = {}): InstalledGateway {
    return new InstalledGateway('egress', options, options?.ports);
  }

  /** For requests from other networks of the mesh. */
  public static eastWest(options: EastWestGatewayOptions = {}): InstalledGateway {
    return new InstalledGateway('eastWest', options, undefined, options?.network);
  }

  /** The name of the Deployment and of the Service. */
  public readonly name: string;

  /** By these labels its pods are selected: what an `IngressGateway` takes as `selector`. */
  public readonly selector: { readonly [label: string]: string };

  /** That of its pods: the name of their service account. */
  public readonly serviceAccount: string;

  /** @internal */
  public readonly _options: InstalledGatewayOptions;

  private constructor(
    /** @internal */
    public readonly _sort: GatewaySort,
    options: InstalledGatewayOptions,
    private readonly ports: readonly InstalledGatewayPort[] | undefined,
    /** @internal */
    public readonly _network?: string,
  ) {
    const what = `InstalledGateway.${_sort}`;
    checkOptions(what, options, "{ namespace: 'istio-ingress' }");
    this._options = options;
    this.name = options.name ?? `istio-${_sort.toLowerCase()}gateway`;
    located(`${what}: `, () => this.check());
    this.selector = { app: this.name, istio: this.name.replace(/^istio-/, '') };
    this.serviceAccount = this.name;
  }

  /** @param controlPlane its namespace @internal */
  public _namespace(controlPlane: string): string {
    return this._options.namespace ?? (this._sort === 'eastWest' ? controlPlane : `istio-${this._sort}`);
  }

  /** @internal */
  public get _ports(): { name: string; port: number; targetPort: number; protocol: string }[] {
    const ports = this._sort === 'eastWest' ? EAST_WEST : this.ports ?? WEB;
    return [HEALTH, ...ports].map(({ name, port, targetPort = port < 1024 ? port + 8000 : port }) => ({ name, port, targetPort, protocol: 'TCP' }));
  }

  /** @internal */
  public get _serviceType(): string {
    return this._options.serviceType ?? (this._sort === 'egress' ? GatewayServiceType.CLUSTER_IP : GatewayServiceType.LOAD_BALANCER);
  }

  /** @internal */
  public get _scale(): ComponentScale | undefined {
    return this._options.scale;
  }

  /** @internal */
  public get _resources(): ComponentResources | undefined {
    return this._options.resources;
  }

  private check(): void {
    const { name, namespace, scale, resources, serviceType, loadBalancerSourceRanges, preserveClientAddress } = this._options;
    const { spreadOverNodes, nodeSelector, serviceAnnotations } = this._options;
    for (const [field, value] of Object.entries({ name, namespace, network: this._network })) {
      if (value === undefined || (typeof value === 'string' && isDnsLabel(value))) continue;
      throw new Error(`\`${field}\` is ${describeValue(value)}. Give at most 63 lower-case letters, digits and dashes, for example "istio-ingress".`);
    }
    if (name !== undefined) checkWord('name', name, 'istio-ingressgateway');
    if (scale !== undefined) checkScale(scale);
    if (resources !== undefined) checkResources('`resources`', resources, GATEWAY_RESOURCES);
    checkFlags({ preserveClientAddress, spreadOverNodes });
    if (serviceType !== undefined) checkMember('serviceType', serviceType, 'GatewayServiceType', GatewayServiceType as { readonly [member: string]: string });
    const type = this._serviceType;
    if (preserveClientAddress !== undefined && type === 'ClusterIP') throw new Error('`preserveClientAddress` is for a Service that is reached from outside, and this one has a ClusterIP. Leave it out.');
    if (loadBalancerSourceRanges !== undefined) {
      checkCidrs('loadBalancerSourceRanges', loadBalancerSourceRanges);
      if (type !== 'LoadBalancer') throw new Error(`\`loadBalancerSourceRanges\` is for a load balancer, and the Service is a ${type}. Leave it out.`);
    }
    if (nodeSelector !== undefined) checkLabels('nodeSelector', nodeSelector);
    if (serviceAnnotations !== undefined) checkTexts('serviceAnnotations', serviceAnnotations);
    this.checkPorts();
  }

  private checkPorts(): void {
    if (this.ports === undefined) return;
    checkList('ports', this.ports, "[{ name: 'https', port: 443 }]");
    if (this.ports.length === 0) throw new Error("`ports` is empty. Give at least one, for example { name: 'https', port: 443 }, or leave it out.");
    for (const port of this.ports) {
      checkOptions('a port', port, "{ name: 'https', port: 443 }");
      if (typeof port.name !== 'string' || !isDnsLabel(port.name)) throw new Error(`a port has the name ${describeValue(port.name)}. Give lower-case letters, digits and dashes, for example "https".`);
      if (!Number.isInteger(port.port) || !isPortNumber(port.port)) throw new Error(`the port ${port.name} is ${describeValue(port.port)}. Give a number from 1 to 65535.`);
      if (port.targetPort !== undefined && (!Number.isInteger(port.targetPort) || !isPortNumber(port.targetPort) || port.targetPort < 1024)) {
        throw new Error(`the port ${port.name} leads to port ${describeValue(port.targetPort)} of the pods, and a gateway opens none below 1024, as it does not run as root. Give for example ${port.port < 1024 ? port.port + 8000 : port.port}, or leave it out.`);
      }
    }
    for (const field of ['name', 'port', 'targetPort'] as const) {
      const values = this._ports.map((port) => port[field]);
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) throw new Error(`two ports have the ${field} ${describeValue(twice)}${twice === 15021 || twice === 'status-port' ? ', which is that of the health' : ''}. Give each one of its own.`);
    }
  }
}

export function checkGateway(value: unknown): asserts value is InstalledGateway {
  if (value instanceof InstalledGateway) return;
  throw new Error(`\`gateways\` holds ${describeValue(value)}. Give InstalledGateway.ingress(), .egress() or .eastWest().`);
}
