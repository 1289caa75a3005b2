import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { CallOptions, declareCall } from './declared-calls';
import { EntryFacts } from './entry-facts';
import { checkExportTo } from './export-to';
import { HttpRoute, renderRoute } from './http-routes';
import { CallerIdentity, IMeshCaller } from './identity';
import { IstioObject } from './istio-object';
import { readsClaims } from './match-atom';
import { MeshPort } from './mesh-port';
import { MeshHostAttributes, MeshServiceAttributes, MeshServiceProps } from './mesh-service-props';
import { MESH_SERVICES } from './mesh-service-registry';
import { validateService } from './mesh-service-validation';
import { IMeshTarget } from './mesh-target';
import { MeshWorkload } from './mesh-workload';
import { validateOncePerSynth } from './once-per-synth';
import { registerConstruct } from './registered-construct';
import { RouteLayer, RouteLayers } from './route-layers';
import { uniquelyNamed } from './rule-names';
import { RenderedService } from './service-facts';
import { ServicePorts } from './service-ports';
import { isByOwnLabels, requirePods, serviceSelector } from './service-selector';
import { StreamLayer, StreamRoutes, StreamService, StreamSplit } from './stream-routes';
import { Subset, Subsets, checkSubset } from './subset';
import { TrafficLayer, TrafficLayers } from './traffic-layers';
import type { DestinationRuleSpec, VirtualServiceSpec } from '../imports/networking.istio.io';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isHost } from '../semantics/kubernetes-name';

/**
 * A service in the mesh, whoever owns its manifest, and the one owner of its mesh configuration.
 *
 * It writes at most one VirtualService and one DestinationRule, both computed from what all
 * contributors (`ResilientService`, `CanaryRollout` …) say: the order in which they are created
 * never matters, and two that set the same thing are an error.
 */
export class MeshService extends Construct implements IMeshCaller, IMeshTarget {
  /** A service that another App or team owns. */
  public static fromName(scope: Construct, id: string, attributes: MeshServiceAttributes): MeshService {
    return new MeshService(scope, id, attributes);
  }

  /** A host that is no Kubernetes Service, such as one of a ServiceEntry. */
  public static fromHost(scope: Construct, id: string, attributes: MeshHostAttributes): MeshService {
    return new MeshService(scope, id, attributes);
  }

  /** The namespace of the service and of its mesh configuration. */
  public readonly namespace: string;
  /** The workloads behind the service, as far as they are known. */
  public readonly workloads: MeshWorkload[];

  /** @internal */
  public readonly _subsets = new Subsets();
  /** @internal */
  public readonly _routeLayers = new RouteLayers();
  /** @internal */
  public readonly _trafficLayers = new TrafficLayers();
  /** @internal */
  public readonly _streamRoutes = new StreamRoutes();
  /** @internal */
  public readonly _ports: ServicePorts;

  private readonly source?: RenderedService;
  private readonly props: MeshServiceProps;
  private virtualServiceObject?: IstioObject<VirtualServiceSpec>;
  private virtualServiceName?: string;
  private destinationRuleObject?: ApiObject;
  private entry?: EntryFacts;

  constructor(scope: Construct, id: string, props: MeshServiceProps) {
    super(scope, id);
    registerConstruct(this, MeshService);
    this.props = props;
    this.checkOneSource();
    this.source = props.service && new RenderedService(props.service);
    this.namespace = this.requireNamespace(this.source?.namespace ?? props.namespace);
    this.checkMetadata();
    checkExportTo(this.node.path, this.namespace, props.exportTo);
    this.workloads = this.meshWorkloads();
    this._ports = new ServicePorts(this.node.path, this.source, props.ports, this.workloads);
    MESH_SERVICES.register(this, this);
    validateOncePerSynth(this, () => this.reading(() => validateService(this)));
  }

  /** The Service's name, or the host that is no Service. */
  public get name(): string {
    return this.source?.name ?? this.props.name ?? this.props.host!;
  }

  /** The fully qualified host that requests are sent to. */
  public get host(): string {
    return this.props.host ?? `${this.name}.${this.namespace}.svc.${this.props.clusterDomain ?? 'cluster.local'}`;
  }

  /** The ports as they are known now; a Service of this App may still get more. */
  public get ports(): MeshPort[] {
    return this._ports.all.map(({ port }) => port);
  }

  /** The labels that policies select the service's pods by. Throws when they cannot be known. */
  public get selector(): { [label: string]: string } {
    return serviceSelector(this, this.source?.facts().selector);
  }

  /** The one VirtualService on the mesh; undefined while nobody contributed a route. */
  public get virtualService(): ApiObject | undefined {
    return this.virtualServiceObject;
  }

  /** The one DestinationRule; undefined while nobody contributed a subset or a policy. */
  public get destinationRule(): ApiObject | undefined {
    return this.destinationRuleObject;
  }

  public get callerName(): string {
    return this.name;
  }

  public callerIdentities(): CallerIdentity[] {
    if (this.workloads.length === 0) {
      throw new Error(
        `[${this.node.path}] the service account of ${this.name} is not known, as a Service has none. `
        + 'Give its `workload`, or a MeshWorkload.fromLabels(...) with `serviceAccount`.');
    }
    const identities = this.workloads.flatMap((workload) => workload.callerIdentities());
    return [...new Map(identities.map((identity) => [identity.toString(), identity])).values()];
  }

  public callerPods(): IConstruct[] {
    return this.workloads.flatMap((workload) => workload.callerPods());
  }

  /**
   * Names a part of the service's pods, as routes and policies speak of it. A `CanaryRollout` defines those of its
   * versions by itself. Naming one twice is fine where the labels are the same.
   * @param name a DNS label, such as `v2`
   * @param labels the pods' labels, beside those that the Service selects by
   */
  public addSubset(name: string, labels: { readonly [label: string]: string }): MeshService {
    checkSubset(this.node.path, name, labels);
    this._addSubset({ owner: this, name, labels });
    return this;
  }

  /**
   * Declares that this service calls another: an allow policy is written for the target's pods, `allow-CALLER-to-TARGET`, and a
   * `ZeroTrustNamespace` of the caller lets the call out. The first policy for some pods refuses everybody else there.
   * For a target whose pods are not known (a service of another team, a host outside of the cluster), it is let out only.
   *
   * @param target a `MeshService` or a `MeshWorkload`, of any namespace
   * @param options how it is called; anything else stays refused
   * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
   */
  public calls(target: IMeshTarget, options: CallOptions = {}): MeshService {
    declareCall(`[${this.node.path}] calls`, this, target, options);
    return this;
  }

  /**
   * Declares that a caller calls this service: the same as `caller.calls(thisService)`, said by the one that is called. Throws
   * where the service's pods are not known, as nothing could then be written.
   *
   * @param caller a `MeshService`, a `MeshWorkload`, or anything with identities
   * @param options how it is called; anything else stays refused
   */
  public allowFrom(caller: IMeshCaller, options: CallOptions = {}): MeshService {
    requirePods(this);
    declareCall(`[${this.node.path}] allowFrom`, caller, this, options);
    return this;
  }

  /** @internal */
  public _addRouteLayer(layer: RouteLayer): void {
    if (layer.match.some(({ gateways, except = [] }) => gateways ?? except.some((one) => one.gateways))) {
      throw new Error(`[${layer.owner.node.path}] HttpMatch.gateway is for routes of a gateway: ${this.name} is called on the mesh, where no request comes through one. Say it in GatewayRoutes.`);
    }
    if (readsClaims(layer.match)) {
      throw new Error(`[${layer.owner.node.path}] HttpMatch.claim is for routes of a gateway: only there Istio routes by the claims of a token, and ${this.name} is called on the mesh. Say it in GatewayRoutes.`);
    }
    this._routeLayers.add(layer);
    if (!this._routeLayers.isEmpty) this.virtualServiceObject ??= this.createVirtualService();
  }

  /** The VirtualService's name where something else writes one that is named like the service. @internal */
  public _nameVirtualService(name: string): void {
    if ((this.props.metadata?.name ?? this.name) !== this.name) return;
    this.virtualServiceName = name;
    this.virtualServiceObject?.rename(name);
  }

  /** @internal */
  public _addStreamLayer(layer: StreamLayer): void {
    this._streamRoutes.add(layer);
    this.virtualServiceObject ??= this.createVirtualService();
  }

  /** @internal */
  public _addTrafficLayer(layer: TrafficLayer): void {
    this._trafficLayers.add(layer);
    this.ensureDestinationRule();
  }

  /** @internal */
  public _addSubset(subset: Subset): void {
    this._subsets.add(subset);
    this.ensureDestinationRule();
  }

  /** The HTTP rules of the VirtualService on the mesh. @internal */
  public _meshRules(): HttpRoute[] {
    if (this._routeLayers.isEmpty) return [];
    return uniquelyNamed(this._ports.routed().flatMap(({ match, port }) => this._routeLayers.routes(match)
      .flatMap((route) => renderRoute(route, this.host, port))));
  }

  /** What rules for connections are written for. @internal */
  public get _streams(): StreamService {
    // What Kubernetes lets pods call a Service by; a TLS client sends it as the server name.
    const names = this._isExternalHost ? [] : [this.name, `${this.name}.${this.namespace}`, `${this.name}.${this.namespace}.svc`];
    return { host: this.host, names: [this.host, ...names], ports: this._ports.streams };
  }

  /** Where connections go unless a rule says otherwise. @internal */
  public readonly _streamSplit: StreamSplit = (port) => this._routeLayers.split(port);

  /** How many pods the service, or a subset of it, is known to have; undefined when unknown. @internal */
  public _replicas(labels: Readonly<Record<string, string>> = {}): number | undefined {
    const counts = this.workloads
      .map((workload) => workload._podFacts())
      .filter((facts) => facts === undefined || Object.entries(labels).every(([key, value]) => facts.labels[key] === value))
      .map((facts) => facts?.replicas);
    return counts.length === 0 || counts.includes(undefined) ? undefined : counts.reduce<number>((sum, count) => sum + count!, 0);
  }

  /** Whether the manifest says that the service has no cluster IP. @internal */
  public get _headless(): boolean {
    return this.source?.facts().headless ?? false;
  }

  /** The selector of the rendered Service, unstable labels included. @internal */
  public get _serviceSelector(): Record<string, string> | undefined {
    return this.source?.facts().selector;
  }

  /** The Service, where this App writes it. @internal */
  public get _serviceObject(): ApiObject | undefined {
    return this.source?.object;
  }

  /** Whether it is a host that no Kubernetes Service stands behind. @internal */
  public get _isExternalHost(): boolean {
    return this.props.host !== undefined;
  }

  /** The namespace in which the mesh knows the host: that of its ServiceEntry; undefined where nobody knows which that is. @internal */
  public get _registryNamespace(): string | undefined {
    return this._isExternalHost ? this.entry?.namespace : this.namespace;
  }

  /** Whoever writes the host's ServiceEntry knows more of it. @internal */
  public _enter(entry: EntryFacts): void {
    this.entry = entry;
    if (entry.detour()) this.virtualServiceObject ??= this.createVirtualService();
  }

  /** Tells that the sidecars of a namespace (`*` for all) are to know the host. @internal */
  public _showIn(namespace: string): void {
    this.entry?.showIn(namespace);
  }

  /** Whether anything says which pods stand behind it. @internal */
  public get _knowsPods(): boolean {
    return this.source !== undefined || this.workloads.length > 0;
  }

  /** Whether policies select by the Service's own selector. @internal */
  public get _selectsByService(): boolean {
    return isByOwnLabels(this._serviceSelector);
  }

  private get exportTo(): string[] | undefined {
    return this.entry ? this.entry.exportTo() : this.props.exportTo;
  }

  private reading<T>(work: () => T): T {
    return this.source ? this.source.during(work) : work();
  }

  /** Written, and so applied, before the VirtualService that may name its subsets. */
  private ensureDestinationRule(): void {
    this.destinationRuleObject ??= new IstioObject<DestinationRuleSpec>(this, 'DestinationRule', {
      kind: 'DestinationRule',
      metadata: this.objectMetadata(),
      spec: () => ({
        host: this.host,
        exportTo: this.exportTo,
        trafficPolicy: this._trafficLayers.service(),
        subsets: this._subsets.all.length === 0 ? undefined : this._subsets.all.map(({ name, labels }) => ({
          name, labels, trafficPolicy: this._trafficLayers.subset(name),
        })),
      }),
    });
    if (this.virtualServiceObject && !this.virtualServiceObject.node.dependencies.includes(this.destinationRuleObject)) {
      this.virtualServiceObject.addDependency(this.destinationRuleObject);
    }
  }

  private createVirtualService(): IstioObject<VirtualServiceSpec> {
    const virtualService = new IstioObject<VirtualServiceSpec>(this, 'VirtualService', {
      kind: 'VirtualService',
      metadata: { ...this.objectMetadata(), ...this.virtualServiceName === undefined ? {} : { name: this.virtualServiceName } },
      spec: () => this.reading(() => {
        const { exportTo } = this;
        const detour = this.entry?.detour();
        if (detour) return { hosts: [this.host], exportTo, ...detour.rules() };
        const http = this._meshRules();
        return {
          hosts: [this.host, ...this._streamRoutes.furtherHosts(this._streams, this._streamSplit)],
          exportTo,
          http: http.length > 0 ? http : undefined,
          ...this._streamRoutes.render(this._streams, this._streamSplit),
        };
      }),
    });
    if (this.destinationRuleObject) virtualService.addDependency(this.destinationRuleObject);
    return virtualService;
  }

  private objectMetadata(): ApiObjectMetadata {
    // A name that is not said yet stays Lazy; a wildcard host cannot be an object's name.
    const ownName = this.source?.hasLazyName ? Lazy.any({ produce: () => this.name }) : this.name.replace(/^\*\./, 'any-');
    return { ...this.props.metadata, name: this.props.metadata?.name ?? ownName, namespace: this.namespace };
  }

  private meshWorkloads(): MeshWorkload[] {
    const { workload, workloads } = this.props;
    if (workload && workloads) throw new Error(`[${this.node.path}] both \`workload\` and \`workloads\` are given. Put all of them into \`workloads\`.`);
    return (workloads ?? (workload ? [workload] : [])).map((construct, index) => (construct instanceof MeshWorkload
      ? construct
      : new MeshWorkload(this, `Workload${index === 0 ? '' : index + 1}`, { workload: construct, namespace: this.namespace })));
  }

  private checkOneSource(): void {
    const { service, name, host, ports } = this.props;
    if (service !== undefined && !Construct.isConstruct(service)) {
      throw new Error(`[${this.node.path}] \`service\` is ${describeValue(service)}. Give the construct that renders the Service, or \`name\` and \`namespace\`.`);
    }
    if (ports?.some((port) => !(port instanceof MeshPort))) {
      throw new Error(`[${this.node.path}] \`ports\` holds ${describeValue(ports.find((port) => !(port instanceof MeshPort)))}. Give MeshPorts, for example [MeshPort.http(80)].`);
    }
    const given = Object.entries({ service, name, host }).filter(([, value]) => value !== undefined).map(([key]) => key);
    if (given.length !== 1) {
      throw new Error(`[${this.node.path}] give exactly one of \`service\`, \`name\` and \`host\`; given: ${given.join(', ') || 'none'}.`);
    }
    if (name !== undefined && !isDnsLabel(name)) {
      throw new Error(`[${this.node.path}] "${name}" is not a Service name: lower-case letters, digits and dashes, at most 63. For a fully qualified name use \`host\`.`);
    }
    if (host !== undefined && !(isHost(host) && host.includes('.'))) {
      throw new Error(`[${this.node.path}] "${host}" is not a host: a full DNS name without scheme, port or path, for example api.example.com. For a Service use \`name\`.`);
    }
    if (service === undefined && (ports ?? []).length === 0) {
      throw new Error(`[${this.node.path}] the ports of ${name ?? host} are not known. Give \`ports\`, for example [MeshPort.http(80)].`);
    }
  }

  private checkMetadata(): void {
    const { namespace, metadata } = this.props;
    for (const [what, value] of [['namespace', namespace], ['metadata.namespace', metadata?.namespace]]) {
      if (value !== undefined && value !== this.namespace) {
        throw new Error(`[${this.node.path}] \`${what}\` is ${value}, but the service ${this.name} is in ${this.namespace}, and its mesh configuration belongs beside it. Leave it out.`);
      }
    }
  }

  private requireNamespace(namespace: string | undefined): string {
    if (namespace === undefined) {
      throw new Error(`[${this.node.path}] the namespace of service ${this.name} is not known. Give \`namespace\`, here or to its Chart (new Chart(app, 'id', { namespace: 'shop' })).`);
    }
    if (!isDnsLabel(namespace)) throw new Error(`[${this.node.path}] "${namespace}" is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    return namespace;
  }
}
