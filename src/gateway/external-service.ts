import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { EgressGateway } from './egress-gateway';
import { EgressRouteOptions } from './egress-route';
import { ExternalEndpoint } from './external-endpoint';
import { ExternalPort } from './external-port';
import { Resolution, checkExternal, resolutionOf } from './external-resolution';
import type { ServiceEntrySpec } from '../imports/networking.istio.io';
import { AppRegistry } from '../model/app-registry';
import { callerNamespaces } from '../model/called-hosts';
import { DECLARED_CALLS } from '../model/declared-calls';
import type { Detour } from '../model/entry-facts';
import { checkExportTo } from '../model/export-to';
import { checkConstructProps, checkList } from '../model/given';
import { IMeshCaller } from '../model/identity';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { PortProtocol } from '../semantics/port-protocol';

/**
 * Connections of bytes are told apart by the address that was called, and, without one, by the port alone: of two hosts at one
 * port, a sidecar leads all connections to one.
 */
const BYTES = new AppRegistry<ExternalService>((all) => all.flatMap((later, index) => all.slice(0, index).flatMap((first) => {
  const port = later._bytesSharedWith(first);
  return port === undefined ? [] : [
    `[${later.node.path}] and [${first.node.path}] both are called at port ${port} with bytes, by the same sidecars, which cannot tell them apart and would lead all connections to one of them. `
    + 'Give each the `addresses` that applications call, or another port.',
  ];
})));

export interface ExternalServiceProps {
  /** The hosts: full DNS names, or `*.example.com`. Several share their ports and endpoints. */
  readonly hosts: string[];
  /** The ports, and what is spoken there. */
  readonly ports: ExternalPort[];
  /**
   * The addresses behind the hosts.
   *
   * @default - the hosts' own, as DNS knows them
   */
  readonly endpoints?: ExternalEndpoint[];
  /**
   * The IP addresses or CIDR blocks that applications call, by which connections of bytes are told apart.
   *
   * @default - those that Istio makes up, where its DNS proxy is on; else every address, on the port
   */
  readonly addresses?: string[];
  /**
   * How the proxy finds the addresses.
   *
   * @default - STATIC where endpoints are IP addresses; DNS where they or the hosts are names; DYNAMIC_DNS for wildcards whose
   * ports all carry HTTP; NONE for other wildcards, which is a way to every address, and for CIDR blocks without endpoints
   */
  readonly resolution?: Resolution;
  /**
   * The namespace of the ServiceEntry and of all that is said of the hosts.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * The namespaces that see the hosts: `.` for its own, `*` for all, or names.
   *
   * @default - its own, and those that need them: of the callers that are declared (`frontend.calls(payments.service)`), of
   * the scopes that name them and of the egress gateway
   */
  readonly exportTo?: string[];
  /**
   * Labels and annotations of the objects, and the name of the ServiceEntry.
   *
   * @default - named after the first host
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * Hosts outside of the mesh that applications call. What holds for a service holds for them: `ResilientService`, `HttpRoute`
 * and the others take `payments.service`, callers are declared by `frontend.calls(payments.service)`, and the sidecars of a
 * `ZeroTrustNamespace` or a `SidecarScope` let out what is named.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/service-entry/
 */
export class ExternalService extends Construct {
  /** The ServiceEntry. */
  public readonly serviceEntry: ApiObject;
  /** One for each host, in the order of `hosts`. */
  public readonly services: MeshService[];
  /** The namespace of the ServiceEntry. */
  public readonly namespace: string;
  /** @internal */
  public readonly _ports: readonly ExternalPort[];
  /** @internal */
  public readonly _resolution: Resolution;

  private readonly props: ExternalServiceProps;
  private readonly seenIn = new Set<string>();
  private gateway?: EgressGateway;

  constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    super(scope, id);
    registerConstruct(this, ExternalService);
    checkConstructProps(this, props, "{ hosts: ['api.example.com'], ports: [ExternalPort.https(443)] }");
    this.props = props;
    this.namespace = this.namespaceOf(props.namespace ?? Chart.of(this).namespace);
    locatedAt(this, () => checkExternal(props));
    if (props.exportTo !== undefined) {
      locatedAt(this, () => checkList('exportTo', props.exportTo, "['.', 'data']"));
      checkExportTo(this.node.path, this.namespace, props.exportTo);
    }
    const { hosts, endpoints, addresses, metadata } = props;
    this._ports = [...props.ports];
    this._resolution = resolutionOf(props);
    this.serviceEntry = new IstioObject<ServiceEntrySpec>(this, 'Resource', {
      kind: 'ServiceEntry',
      metadata: { ...metadata, name: metadata?.name ?? hosts[0].replace(/^\*\./, 'any-'), namespace: this.namespace },
      spec: () => ({
        hosts,
        exportTo: this.exportTo(),
        addresses,
        location: 'MESH_EXTERNAL',
        resolution: this._resolution,
        ports: props.ports.map(({ _port: { number, name, protocol, targetPort } }) => ({
          number, name: name!, protocol, targetPort: targetPort === number ? undefined : targetPort,
        })),
        endpoints: endpoints?.map(({ address, ports, locality, weight, labels }) => ({ address, ports, locality, weight, labels })),
      }),
    });
    this.services = hosts.map((host, index) => this.serviceFor(host, index));
    BYTES.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** What stands for the host wherever a service is taken. Throws where there are several hosts: then see `services`. */
  public get service(): MeshService {
    if (this.services.length === 1) return this.services[0];
    throw new Error(`[${this.node.path}] there is no one service, as there are several hosts: ${this.services.map(({ host }) => host).join(', ')}. Use serviceOf(host).`);
  }

  /** What stands for one of the hosts. */
  public serviceOf(host: string): MeshService {
    const service = this.services.find((one) => one.host === host);
    if (service) return service;
    throw new Error(`[${this.node.path}] ${describeValue(host)} is none of the hosts: ${this.services.map((one) => one.host).join(', ')}.`);
  }

  /**
   * Leads all calls to these hosts through an egress gateway: the same as `gateway.route(external)`.
   *
   * @param gateway where they go
   * @param options who may use it
   */
  public throughEgress(gateway: EgressGateway, options: EgressRouteOptions = {}): ExternalService {
    if (typeof (gateway as Partial<EgressGateway> | undefined)?.route !== 'function') {
      throw new Error(`[${this.node.path}] throughEgress: ${describeValue(gateway)} is not an EgressGateway. Make one: new EgressGateway(chart, 'egress', { name: 'istio-egressgateway', namespace: 'istio-egress' }).`);
    }
    gateway.route(this, options);
    return this;
  }

  /** The port at which nobody can tell bytes for this one from bytes for another. @internal */
  public _bytesSharedWith(other: ExternalService): number | undefined {
    const [here, there] = [this.clientsIn(), other.clientsIn()];
    if (!here.has('*') && !there.has('*') && ![...here].some((namespace) => there.has(namespace))) return undefined;
    const [own, others] = [this.props.addresses ?? [], other.props.addresses ?? []];
    if (own.length > 0 && others.length > 0 && !own.some((address) => others.includes(address))) return undefined;
    const ports = other._ports.filter(isBytes).map(({ _port }) => _port.number);
    return this._ports.filter(isBytes).map(({ _port }) => _port.number).find((number) => ports.includes(number));
  }

  /** The calls to one of its hosts that are declared. @internal */
  public _callers(): IMeshCaller[] {
    const calls = DECLARED_CALLS.of(this).filter(({ target, letOut }) => letOut && this.services.includes(target as MeshService));
    return [...new Set(calls.map(({ caller }) => caller))];
  }

  /** @internal */
  public _leadThrough(gateway: EgressGateway, namespace: string, detourOf: (service: MeshService) => Detour): void {
    if (this.gateway) {
      throw new Error(`[${this.node.path}] goes through the egress gateway [${this.gateway.node.path}] already. Leave one of the two out.`);
    }
    this.gateway = gateway;
    this.seenIn.add(namespace);
    for (const service of this.services) this.enter(service, detourOf(service));
  }

  private exportTo(): string[] {
    const { exportTo } = this.props;
    if (exportTo) return exportTo;
    const needed = this.neededIn();
    if (needed.has('*')) return ['*'];
    return ['.', ...[...needed].filter((namespace) => namespace !== this.namespace).sort()];
  }

  /** Where sidecars see it; the egress gateway looks at no addresses. */
  private clientsIn(): Set<string> {
    const seen = this.exportTo().map((item) => (item === '.' ? this.namespace : item));
    return new Set(seen.filter((namespace) => namespace !== this.gateway?.namespace || namespace === this.namespace));
  }

  private neededIn(): Set<string> {
    return new Set([...this.seenIn, ...this._callers().flatMap((caller) => [...callerNamespaces(caller)])]);
  }

  private serviceFor(host: string, index: number): MeshService {
    const { labels, annotations } = this.props.metadata ?? {};
    const service = MeshService.fromHost(this, `Service${index === 0 ? '' : index + 1}`, {
      host, namespace: this.namespace, ports: this._ports.map(({ _port }) => _port), metadata: { labels, annotations },
    });
    this.enter(service);
    for (const { _port, _tls } of this._ports) {
      if (_tls) service._addTrafficLayer({ owner: this, port: _port.number, blocks: { tls: _tls._spec(host) } });
    }
    return service;
  }

  private enter(service: MeshService, detour?: Detour): void {
    service._enter({
      namespace: this.namespace,
      exportTo: () => this.exportTo(),
      showIn: (namespace) => this.seenIn.add(namespace),
      detour: () => detour,
    });
  }

  private mistakes(): string[] {
    const { exportTo } = this.props;
    const spelled = exportTo?.map((item) => (item === '.' ? this.namespace : item));
    const blind = spelled && !spelled.includes('*') ? [...this.neededIn()].filter((namespace) => !spelled.includes(namespace)) : [];
    const secrets = this.gateway ? [] : this._ports.flatMap(({ _tls }) => _tls?._credentialName ?? []);
    return [
      ...blind.length === 0 ? [] : [
        `\`exportTo\` leaves out ${blind.sort().join(', ')}, which ${blind.length === 1 ? 'needs' : 'need'} these hosts: callers, scopes or the egress gateway are there. Add it, or leave \`exportTo\` out.`,
      ],
      ...secrets.map((secret) =>
        `the certificates of the TLS that the proxies speak are in the Secret ${secret}, and Istio gives no Secrets to sidecars: these would speak plain text. `
        + 'Lead it through an egress gateway (throughEgress), or mount the files into the pods: ClientTls.mutual({ clientCertificate, privateKey }).'),
    ];
  }

  private namespaceOf(namespace: unknown): string {
    if (namespace === undefined) throw new Error(`[${this.node.path}] the namespace is not known. Give \`namespace\`, here or to its Chart.`);
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw new Error(`[${this.node.path}] ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    return namespace;
  }
}

function isBytes({ _port }: ExternalPort): boolean {
  return _port.protocol === PortProtocol.TCP;
}
