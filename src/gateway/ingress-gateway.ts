import { ApiObject, ApiObjectMetadata, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { GatewayApi } from './gateway-api';
import { PUBLIC_HOSTS } from './gateway-routes';
import { GatewayTls } from './gateway-tls';
import { IngressHost } from './ingress-host';
import { AdmitOptions, ExposeOptions, ExposeTcpOptions, ExposeToClustersOptions, IngressHostOptions } from './ingress-options';
import { gatewayServers } from './ingress-servers';
import { AskedCertificate, IngressSite } from './ingress-site';
import { IngressStream } from './ingress-stream';
import { gatewayListeners } from './kubernetes/gateway-listeners';
import { GatewayObject } from './kubernetes/gateway-object';
import { writeHttpsRedirect } from './kubernetes/https-redirect';
import type { GatewaySpec } from '../imports/networking.istio.io';
import { checkConstructProps, checkList, checkMember, checkOptions } from '../model/given';
import { HttpMatch } from '../model/http-match';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { MeshWorkload } from '../model/mesh-workload';
import { validateOncePerSynth } from '../model/once-per-synth';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { isHostWithin } from '../semantics/host-name';
import { isDnsLabel, isDnsName, isLabelKey, isLabelValue } from '../semantics/kubernetes-name';
import { isPortNumber } from '../semantics/port-number';

export interface IngressGatewayProps {
  /** The Gateway's name. */
  readonly name: string;
  /**
   * The labels of the gateway's pods: `{ istio: 'ingress' }`, say.
   *
   * @default - of the Gateway API, those of the pods that Istio deploys for the Gateway; Istio's own needs them
   */
  readonly selector?: { readonly [label: string]: string };
  /**
   * In which API the gateway and its routes are written.
   *
   * @default GatewayApi.ISTIO
   */
  readonly api?: GatewayApi;
  /**
   * The Service of gateway pods that are deployed by hand, in the namespace of the Gateway; with it, `selector` names the
   * pods. For the Gateway API alone: Istio's own finds the Service by the pods.
   *
   * @default - of the Gateway API, Istio deploys pods and a Service for the Gateway
   */
  readonly service?: string;
  /**
   * The GatewayClass. For the Gateway API alone.
   *
   * @default istio
   */
  readonly gatewayClass?: string;
  /**
   * The namespace of the Gateway. It has to be that of the gateway's pods, as these get the Secrets of their own namespace
   * alone.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * The port of the gateway's Service for requests without TLS. Istio finds the pods' own port by it (8080, say).
   *
   * @default 80
   */
  readonly httpPort?: number;
  /**
   * The port of the gateway's Service for TLS. Istio finds the pods' own port by it (8443, say).
   *
   * @default 443
   */
  readonly httpsPort?: number;
  /**
   * The service account of the gateway's pods, so that the gateway can be a caller: `workload.allowFrom(ingress.workload)`.
   *
   * @default - unknown
   */
  readonly serviceAccount?: string;
  /**
   * Labels and annotations of the Gateway.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * An ingress gateway: what clients outside the mesh reach, by which host and with which TLS. It writes the `Gateway` for
 * all that is exposed at it, by whatever chart of the App, and admits to each host the routes of one namespace.
 *
 * The safe choice is the default: HTTPS from TLS 1.2 on, and requests without TLS are sent there. What is not is named:
 * `GatewayTls.plaintext()`, `PlainHttp.SERVED`, `allowWildcards`.
 *
 * The gateway's pods are not written: they are deployed by hand, by Helm or by istioctl.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export class IngressGateway extends Construct {
  /** The Gateway. */
  public readonly gateway: ApiObject;
  /** `NAMESPACE/NAME`, for `GatewayRoutes` of other Apps. */
  public readonly reference: string;
  /** The gateway's pods, for policies. */
  public readonly workload: MeshWorkload;

  /** @internal */
  public readonly _site: IngressSite;

  private readonly exposed = new Map<string, { readonly host: IngressHost; readonly service?: MeshService; readonly said: string }>();

  constructor(scope: Construct, id: string, props: IngressGatewayProps) {
    super(scope, id);
    registerConstruct(this, IngressGateway);
    checkConstructProps(this, props, '{ name: \'public\', namespace: \'istio-ingress\', selector: { istio: \'ingress\' } }');
    const { name, httpPort = 80, httpsPort = 443, metadata, api = GatewayApi.ISTIO, service, gatewayClass } = props;
    if (typeof name !== 'string' || !isDnsLabel(name)) throw this.error(`\`name\` is ${describeValue(name)}, which is not the name of a Gateway: lower-case letters, digits and dashes, at most 63.`);
    const namespace = props.namespace ?? Chart.of(this).namespace;
    if (namespace === undefined) throw this.error('the namespace of the gateway is not known. Give `namespace`, here or to its Chart.');
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) throw this.error(`\`namespace\` is ${describeValue(namespace)}, which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    locatedAt(this, () => checkMember('api', api, 'GatewayApi', GatewayApi));
    this.checkPorts(httpPort, httpsPort);
    this.checkApi(api, props);
    const managed = api === GatewayApi.KUBERNETES && service === undefined;
    const selector = managed ? { 'gateway.networking.k8s.io/gateway-name': name } : props.selector!;
    this.checkSelector(selector);
    const pods = `${namespace} ${JSON.stringify(Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    this._site = new IngressSite(this, { namespace, name, pods, httpPort, httpsPort, api }, {
      certificate: (asked) => this.writeCertificate(asked),
      redirect: (host) => writeHttpsRedirect(this, `${namespace}/${name}`, httpPort, host),
    });
    this.reference = this._site.reference;
    const serviceAccount = props.serviceAccount ?? (managed ? `${name}-${gatewayClass ?? 'istio'}` : undefined);
    this.workload = MeshWorkload.fromLabels(this, 'Pods', { name, namespace, labels: selector, serviceAccount });
    this.gateway = api === GatewayApi.KUBERNETES
      ? new GatewayObject(this, 'Resource', {
        kind: 'Gateway',
        metadata: { ...metadata, name, namespace },
        spec: () => ({
          gatewayClassName: gatewayClass ?? 'istio',
          addresses: service === undefined ? undefined : [{ type: 'Hostname', value: `${service}.${namespace}.svc.cluster.local` }],
          listeners: gatewayListeners(this._site.claims, httpPort),
        }),
      })
      : new IstioObject<GatewaySpec>(this, 'Resource', {
        kind: 'Gateway',
        metadata: { ...metadata, name, namespace },
        spec: () => ({ selector, servers: gatewayServers(this._site.claims, httpPort) }),
      });
    validateOncePerSynth(this, () => this.mistakes());
  }

  /**
   * Lets clients reach a service by public hosts. Several services may be exposed by the same hosts, with different
   * matches.
   */
  public expose(service: MeshService, options: ExposeOptions): IngressGateway {
    if (!(service instanceof MeshService)) throw this.error(`expose: the service is ${describeValue(service)}. Give a MeshService.`);
    locatedAt(this, () => checkOptions('expose', options, '{ hosts: [\'shop.example.com\'], tls: GatewayTls.simple(\'shop-cert\') }'));
    const {
      hosts, match = HttpMatch.any(), tls, plainHttp, certificate, allowWildcards, namespace = service.namespace, metadata, ...route
    } = options;
    if (tls instanceof GatewayTls && !tls._seesRequests) {
      this.refuseRequests(tls, { match: options.match, ...route, port: undefined });
      locatedAt(this, () => checkList('hosts', hosts, '[\'shop.example.com\']'));
      this.refuseTaken(hosts, service, tls);
      new IngressStream(this, this.idFor(hosts), { site: this._site, service, options, hosts: [...hosts], namespace, port: route.port, metadata });
      return this;
    }
    const host = this.hostFor(hosts, { tls, plainHttp, certificate, allowWildcards, namespace, metadata }, service);
    host.addRoute(match, service, route);
    return this;
  }

  /** A public host that routes are added to. */
  public host(host: string, options: IngressHostOptions): IngressHost {
    locatedAt(this, () => checkOptions('host', options, '{ tls: GatewayTls.simple(\'shop-cert\') }'));
    return this.hostFor([host], options);
  }

  /**
   * Lets the routes of a namespace be for hosts of this gateway: those of another App, say, which writes `GatewayRoutes`
   * with this gateway's `reference`.
   */
  public admit(options: AdmitOptions): IngressGateway {
    locatedAt(this, () => checkOptions('admit', options, '{ hosts: [\'blog.example.com\'], namespace: \'blog\', tls: GatewayTls.simple(\'blog-cert\') }'));
    this._site.claim(this, options.hosts, options.namespace, options);
    return this;
  }

  /**
   * Lets clients connect to a service that speaks something else than HTTP, at a port of the gateway. With TLS, the gateway
   * ends it, or leads on by the name that is asked for (`GatewayTls.passthrough()`).
   */
  public exposeTcp(service: MeshService, options: ExposeTcpOptions): IngressGateway {
    if (!(service instanceof MeshService)) throw this.error(`exposeTcp: the service is ${describeValue(service)}. Give a MeshService.`);
    locatedAt(this, () => checkOptions('exposeTcp', options, '{ gatewayPort: 3306, tls: GatewayTls.plaintext() }'));
    const { gatewayPort, tls, hosts = [], port, namespace = service.namespace, metadata } = options;
    locatedAt(this, () => checkList('hosts', hosts, '[\'db.example.com\']'));
    const plain = tls instanceof GatewayTls && tls._mode === 'NONE';
    if (plain && hosts.length > 0) throw this.error('exposeTcp: `hosts` stands beside GatewayTls.plaintext(), and such a connection names no host. Leave it out.');
    const id = plain ? `tcp-${gatewayPort}` : this.idFor([...hosts, `${gatewayPort}`]);
    new IngressStream(this, id, { site: this._site, service, options, hosts: [...hosts], namespace, gatewayPort, port, metadata });
    return this;
  }

  /**
   * Lets other clusters of the mesh reach services of these namespaces (TLS AUTO_PASSTHROUGH): their sidecars say in the
   * server name which service they mean, and shake hands with its pods. For the gateway of a mesh of several networks;
   * clients outside of the mesh cannot use it, but they reach it, so `MtlsPolicy` should say STRICT there.
   *
   * @see https://istio.io/latest/docs/setup/install/multicluster/primary-remote_multi-network/
   */
  public exposeToClusters(options: ExposeToClustersOptions): IngressGateway {
    locatedAt(this, () => checkOptions('exposeToClusters', options, '{ namespaces: [\'shop\'] }'));
    const { namespaces, gatewayPort = 15443, clusterDomain = 'cluster.local' } = options;
    locatedAt(this, () => checkList('namespaces', namespaces, '[\'shop\']'));
    if (typeof clusterDomain !== 'string' || !isDnsName(clusterDomain)) throw this.error(`exposeToClusters: \`clusterDomain\` is ${describeValue(clusterDomain)}. Give a DNS name, for example cluster.local.`);
    const wrong = namespaces.find((one) => typeof one !== 'string' || (one !== '*' && !isDnsLabel(one)));
    if (wrong !== undefined) throw this.error(`exposeToClusters: ${describeValue(wrong)} is not a namespace name: lower-case letters, digits and dashes, at most 63; or * for all.`);
    const hosts = namespaces.map((one) => (one === '*' ? `*.${clusterDomain}` : `*.${one}.svc.${clusterDomain}`));
    this._site.claim(this, hosts, '*', { tls: GatewayTls._autoPassthrough(), allowWildcards: true }, { port: gatewayPort });
    return this;
  }

  /** Connections have no requests to say anything of. */
  private refuseRequests(tls: GatewayTls, said: Readonly<Record<string, unknown>>): void {
    const field = Object.keys(said).find((key) => said[key] !== undefined);
    if (field === undefined) return;
    throw this.error(`expose: \`${field}\` is about requests, and with ${tls._title} the gateway sees none. Leave it out, or let the gateway end TLS: GatewayTls.simple('shop-cert').`);
  }

  private hostFor(hosts: readonly string[], options: IngressHostOptions, service?: MeshService): IngressHost {
    if (!Array.isArray(hosts) || hosts.length === 0) throw this.error(`\`hosts\` is ${describeValue(hosts)}. Give a list, for example ['shop.example.com'].`);
    const key = [...hosts].sort().join(' ');
    const said = `namespace ${options.namespace ?? Chart.of(this).namespace}, ${options.tls?._title}`;
    const settings = JSON.stringify([said, options.tls?._key, options.plainHttp, options.certificate?._key]);
    const known = this.exposed.get(key);
    if (known) {
      if (known.said === settings) return known.host;
      throw this.error(`${hosts.join(', ')} is claimed twice: for [${(service ?? this).node.path}] with ${said}, and for [${(known.service ?? known.host).node.path}] with other settings (${JSON.parse(known.said)[0]}). `
        + 'A host has one TLS and one owner. Give both the same `tls`, `plainHttp`, `certificate` and `namespace`, or one of them another host.');
    }
    if (options.tls instanceof GatewayTls) this.refuseTaken(hosts, service ?? this, options.tls);
    const host = new IngressHost(this, this.idFor(hosts), { ...options, ingress: this, hosts: [...hosts] });
    this.exposed.set(key, { host, service, said: settings });
    return host;
  }

  /** Connections are led by their host alone: where they go to one service, nothing else can have a part of them. */
  private refuseTaken(hosts: readonly string[], owner: Construct, tls: GatewayTls): void {
    const { claims, props: { httpsPort } } = this._site;
    const taken = claims.find((claim) => hosts.includes(claim.host) && claim.port === httpsPort && (claim.stream || !tls._seesRequests));
    if (!taken) return;
    throw this.error(`${taken.host} is claimed twice: for [${owner.node.path}] with ${tls._title}, and for [${taken.owner.node.path}] with ${taken.tls._title}. `
      + 'A host has one TLS and one owner, and connections that go through have one service. Give one of them another host.');
  }

  /** A free one: that two claim one host is told when both are known, in words of its own. */
  private idFor(hosts: readonly string[]): string {
    const isFree = (id: string) => this.node.tryFindChild(id) === undefined;
    const all = hosts.join(' ');
    for (let count = 2; ; count++) {
      const id = [String(hosts[0]), all, `${all} ${count}`].find(isFree);
      if (id !== undefined) return id;
    }
  }

  private writeCertificate({ credential, certificate, hosts }: AskedCertificate): void {
    new ApiObject(this, `Certificate-${credential}`, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: credential, namespace: this._site.props.namespace },
      spec: Lazy.any({ produce: () => certificate._spec(credential, [...hosts].sort()) }),
    });
  }

  private mistakes(): string[] {
    const { claims, props: { api, httpPort } } = this._site;
    try {
      if (api === GatewayApi.KUBERNETES) gatewayListeners(claims, httpPort);
    } catch (error) {
      return [(error as Error).message];
    }
    if (claims.length === 0) return ['nothing is exposed at this gateway, so it would open no port. Call expose(service, …), host(…) or admit(…).'];
    const elsewhere = PUBLIC_HOSTS.of(this)
      .filter(({ gateway, host, namespace }) => gateway === this.reference
        && !claims.some((claim) => claim.namespace === namespace && isHostWithin(host, claim.host)))
      .map(({ owner, host, namespace }) => `[${owner.node.path}] is for ${host} at ${this.reference}, which admits it for no routes of namespace ${namespace}, so its requests get a 404. `
        + `Say host('${host}', …) of the gateway instead, or admit({ hosts: ['${host}'], namespace: '${namespace}', tls }).`);
    return [...elsewhere, ...this._site.certificateMistakes()];
  }

  /** What only one of the two APIs has a place for. */
  private checkApi(api: GatewayApi, { selector, service, gatewayClass }: IngressGatewayProps): void {
    if (api === GatewayApi.ISTIO) {
      for (const [field, value] of Object.entries({ service, gatewayClass })) {
        if (value !== undefined) throw this.error(`\`${field}\` is for the Gateway API alone. Leave it out, or say GatewayApi.KUBERNETES.`);
      }
      return;
    }
    for (const [field, value] of Object.entries({ service, gatewayClass })) {
      if (value !== undefined && (typeof value !== 'string' || !isDnsName(value))) throw this.error(`\`${field}\` is ${describeValue(value)}, which is not a name: lower-case letters, digits and dashes.`);
    }
    if (service === undefined && selector !== undefined) {
      throw this.error('`selector` names pods that are deployed by hand, and Istio deploys those of this Gateway. Give the `service` of your pods, too, or leave `selector` out.');
    }
  }

  private checkSelector(selector: unknown): void {
    const labels = typeof selector === 'object' && selector !== null && !Array.isArray(selector) ? Object.entries(selector) : [];
    if (labels.length === 0) {
      throw this.error(`\`selector\` is ${describeValue(selector)}. Give the labels of the gateway's pods, for example { istio: 'ingress' }: without any, Istio would open the ports on every pod that is a gateway.`);
    }
    for (const [key, value] of labels) {
      if (!isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value)) throw this.error(`\`selector\` has ${key}=${describeValue(value)}, which is not a label that a pod can have.`);
    }
  }

  private checkPorts(httpPort: unknown, httpsPort: unknown): void {
    for (const [field, port] of Object.entries({ httpPort, httpsPort })) {
      if (!Number.isInteger(port) || !isPortNumber(port as number)) throw this.error(`\`${field}\` is ${describeValue(port)}. Give a port of the gateway's Service, a whole number from 1 to 65535.`);
    }
    if (httpPort === httpsPort) throw this.error(`\`httpPort\` and \`httpsPort\` are both ${String(httpPort)}, and one port either has TLS or not. Give two ports.`);
  }

  private error(message: string): Error {
    return new Error(`[${this.node.path}] ${message}`);
  }
}
