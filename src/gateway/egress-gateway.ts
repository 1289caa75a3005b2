import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { EgressRoute, EgressRouteOptions } from './egress-route';
import { ExternalService } from './external-service';
import type { GatewaySpec } from '../imports/networking.istio.io';
import type { AuthorizationPolicySpec } from '../imports/security.istio.io';
import { checkConstructProps, checkFlags, checkList, checkOptions } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { MeshPort } from '../model/mesh-port';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { keepPodsFresh } from '../model/pod-index';
import { registerConstruct } from '../model/registered-construct';
import { checkTrustDomains } from '../model/trust-domains';
import { Trust } from '../security/allow-rule';
import { checkCaller } from '../security/given';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';

export interface EgressGatewayProps {
  /** The name of the gateway's Service, after which the Gateway is named, too: `istio-egressgateway`. */
  readonly name: string;
  /**
   * The namespace of the gateway's pods and of everything that is written for it. It should be one whose policies
   * applications' owners cannot change.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * The labels of the gateway's pods.
   *
   * @default - as Istio's Helm chart sets it: `istio`, with `name` without a leading `istio-`
   */
  readonly selector?: { readonly [label: string]: string };
  /**
   * The gateway's Service, where this App knows it already.
   *
   * @default - one of the given name, with the ports below
   */
  readonly service?: MeshService;
  /**
   * The port of the Service at which the gateway takes requests. No other Gateway may use it.
   *
   * @default 80
   */
  readonly requestPort?: number;
  /**
   * The port of the Service at which the gateway takes connections whose bytes it passes on: applications' own TLS, and TCP.
   * No other Gateway may use it.
   *
   * @default 443
   */
  readonly connectionPort?: number;
  /**
   * The trust domains that callers may be of, this mesh's own first. Callers are then written as principals, which no other
   * trust domain can issue. A caller of one that is not listed is an error.
   *
   * @default ['cluster.local'], and callers are written as service accounts, of any trust domain that the mesh trusts
   */
  readonly trustDomains?: string[];
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
  /**
   * Labels and annotations of the objects. Their names are fixed.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/** The gateway's Service and the two ports of it that are used. */
export interface EgressService {
  readonly service: MeshService;
  readonly requestPort: number;
  readonly connectionPort: number;
}

/**
 * The one way out of the mesh for the external services that are led through it: sidecars send to it with the mesh's own
 * mTLS, it looks at who calls, and passes on plain HTTP, TLS of its own making, or what the application encrypted.
 *
 * It writes the Gateway, the DestinationRule of its Service, and for each host the VirtualService and the AuthorizationPolicy
 * at the gateway; sidecars are led to it by the VirtualService of the host itself. Timeouts hold at the sidecar, retries and
 * everything else next to the host, at the gateway.
 *
 * The pods of the gateway are Istio's Helm chart to install. That nothing gets out beside it, a NetworkPolicy says.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export class EgressGateway extends Construct {
  /** The name of the Gateway and of the gateway's Service. */
  public readonly name: string;
  /** The namespace of the gateway. */
  public readonly namespace: string;
  /** The Gateway. */
  public readonly gateway: ApiObject;
  /** The AuthorizationPolicy that allows nobody, beside those of each host. */
  public readonly denyAll: ApiObject;
  /** @internal */
  public readonly _hop: EgressService;
  /** @internal */
  public readonly _selector: { [label: string]: string };
  /** @internal */
  public readonly _trust: Trust;

  private readonly metadata: ApiObjectMetadata;
  private readonly routes: EgressRoute[] = [];

  constructor(scope: Construct, id: string, props: EgressGatewayProps) {
    super(scope, id);
    registerConstruct(this, EgressGateway);
    checkConstructProps(this, props, "{ name: 'istio-egressgateway', namespace: 'istio-egress' }");
    const { name, metadata, trustDomains, requestPort = 80, connectionPort = 443 } = props;
    this.name = this.dnsLabel('name', name, 'istio-egressgateway');
    this.namespace = this.dnsLabel('namespace', props.namespace ?? Chart.of(this).namespace, 'istio-egress');
    this._selector = this.selectorOf(props);
    this._trust = locatedAt(this, () => ({ own: trustDomains?.[0], domains: checkTrustDomains(trustDomains) }));
    this._hop = { service: this.serviceOf(props, requestPort, connectionPort), requestPort, connectionPort };
    this.metadata = { ...metadata, namespace: this.namespace };
    keepPodsFresh(this);
    this.gateway = new IstioObject<GatewaySpec>(this, 'Resource', {
      kind: 'Gateway',
      metadata: { ...this.metadata, name },
      spec: () => ({ selector: this._selector, servers: this.routes.flatMap((route) => route.servers()) }),
    });
    this.denyAll = new IstioObject<AuthorizationPolicySpec>(this, 'DenyAll', {
      kind: 'AuthorizationPolicy',
      metadata: { ...this.metadata, name: `${name}-deny-all` },
      spec: () => ({ selector: { matchLabels: this._selector } }),
    });
    validateOncePerSynth(this, () => this.mistakes());
  }

  /**
   * Leads all calls to the hosts of an external service through this gateway, and allows the callers that are declared
   * (`frontend.calls(payments.service)`), those that are declared later too.
   *
   * @param external the hosts; names, without wildcards
   * @param options further callers
   */
  public route(external: ExternalService, options: EgressRouteOptions = {}): EgressGateway {
    if (!(external instanceof ExternalService)) {
      throw this.error(`route: ${describeValue(external)} is not an ExternalService. Make one: new ExternalService(chart, 'payments', { hosts: ['api.payments.example'], ports: [ExternalPort.tlsOrigination(80)] }).`);
    }
    locatedAt(this, () => {
      checkOptions('route', options, '{ callers: [frontend] }');
      checkFlags({ sharedIdentity: options.sharedIdentity });
      if (options.callers === undefined) return;
      checkList('callers', options.callers, '[frontend]');
      options.callers.forEach(checkCaller);
    });
    const routes = new Map<MeshService, EgressRoute>();
    for (const { host } of external.services) {
      if (this.routes.some(({ service }) => service.host === host)) throw this.error(`route: ${host} goes through this gateway already, and [${external.node.path}] claims it, too. Make one ExternalService for it.`);
    }
    external._leadThrough(this, this.namespace, (service) => ({ rules: () => routes.get(service)!.sidecars() }));
    for (const service of external.services) {
      const route = new EgressRoute(this, external, service, options);
      routes.set(service, route);
      this.routes.push(route);
    }
    return this;
  }

  /** @internal */
  public _objectMetadata(name: string): { metadata: ApiObjectMetadata; namespace: string } {
    return { metadata: { ...this.metadata, name }, namespace: this.namespace };
  }

  private mistakes(): string[] {
    if (this.routes.length === 0) return ['nothing is led through it, so it does nothing. Call route(external), or remove it.'];
    const { service, requestPort, connectionPort } = this._hop;
    const needed = new Set(this.routes.flatMap((route) => route.servers().map(({ port }) => port!.number)));
    return [
      ...[requestPort, connectionPort].filter((number) => needed.has(number) && !service._ports.find(number)).map((number) =>
        `its Service ${service.name} has no port ${number}, at which it is to be called: it has ${service._ports.list()}. Add it there, or say \`requestPort\` and \`connectionPort\`.`),
      ...this.routes.flatMap((route) => route.mistakes()),
    ];
  }

  private serviceOf({ service, clusterDomain }: EgressGatewayProps, requestPort: number, connectionPort: number): MeshService {
    if (requestPort === connectionPort) throw this.error(`\`requestPort\` and \`connectionPort\` are both ${requestPort}: of the two, requests are read and bytes are passed on. Give two ports.`);
    for (const [field, value] of Object.entries({ requestPort, connectionPort })) {
      if (!Number.isInteger(value) || value < 1 || value > 65535) throw this.error(`\`${field}\` is ${describeValue(value)}; a port is a whole number from 1 to 65535.`);
    }
    if (service === undefined) {
      return locatedAt(this, () => new MeshService(this, 'Service', {
        name: this.name, namespace: this.namespace, clusterDomain, ports: [MeshPort.http2(requestPort), MeshPort.tls(connectionPort)],
      }));
    }
    if (!(service instanceof MeshService)) throw this.error(`\`service\` is ${describeValue(service)}. Give the MeshService of the gateway, or leave it out for the one that is called ${this.name}.`);
    if (service.namespace !== this.namespace) throw this.error(`\`service\` is in namespace ${service.namespace}, the gateway in ${this.namespace}. Give the gateway's own.`);
    return service;
  }

  private selectorOf({ selector, name }: EgressGatewayProps): { [label: string]: string } {
    const labels = selector ?? { istio: name.replace(/^istio-/, '') };
    if (typeof labels !== 'object' || labels === null || Object.keys(labels).length === 0) {
      throw this.error(`\`selector\` is ${describeValue(labels)}, and would be every pod. Give the labels of the gateway's pods, for example { istio: 'egressgateway' }.`);
    }
    for (const [key, value] of Object.entries(labels)) {
      if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) throw this.error(`\`selector\` has ${key}=${describeValue(value)}, which no pod can have as a label.`);
    }
    return { ...labels };
  }

  private dnsLabel(field: string, value: unknown, example: string): string {
    if (typeof value === 'string' && isDnsLabel(value)) return value;
    throw this.error(`\`${field}\` is ${describeValue(value)}. Lower-case letters, digits and dashes are allowed, at most 63, for example "${example}".`);
  }

  private error(message: string): Error {
    return new Error(`[${this.node.path}] ${message}`);
  }
}
