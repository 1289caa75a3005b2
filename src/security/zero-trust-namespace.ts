import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { AllowPolicies } from './allow-policies';
import { AllowPlaintextProps, AllowProps, AllowScrapeProps } from './allow-props';
import { AllowRule, AllowRuleOptions, Trust } from './allow-rule';
import { ambientDifferences, unjudged, waypointSource } from './ambient/zero-trust-ambient';
import { unknownHosts, unknownTargets } from './declared-call-mistakes';
import { EgressPolicy, EgressScope } from './egress-scope';
import { checkCaller, checkService } from './given';
import { MtlsException, MtlsExceptions } from './mtls-exceptions';
import { NamespaceObject } from './namespace-object';
import { checkZeroTrust, namespaceMistakes, planeLabels, planeOf, rootNamespaceOf, warnOfMissingInjection } from './zero-trust-checks';
import { ZeroTrustNamespaceProps } from './zero-trust-props';
import { registerZeroTrust, zeroTrustOf } from './zero-trust-registry';
import type { SidecarSpec } from '../imports/networking.istio.io';
import type { AuthorizationPolicySpec, PeerAuthenticationSpec } from '../imports/security.istio.io';
import { calledHosts, callsFrom } from '../model/called-hosts';
import { DECLARED_CALLS } from '../model/declared-calls';
import { checkFlags, checkMember, checkProps, checkTarget } from '../model/given';
import { IstioObject, Spec } from '../model/istio-object';
import { resolveLazy } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PathMatch } from '../model/path-match';
import { keepPodsFresh } from '../model/pod-index';
import { PolicyScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { SIDECARS } from '../model/sidecar-registry';
import { checkNamedPorts } from '../model/target-ports';
import { warnLate } from '../model/warning';

const DRY_RUN = 'istio.io/dry-run';

/**
 * A namespace where nothing is allowed but what is said: STRICT mutual TLS, deny-all, an allow per
 * caller and target, and calls out of it only to what is named.
 *
 * It writes the Namespace, the PeerAuthentication `default`, the AuthorizationPolicy `deny-all`,
 * one `allow-CALLER-to-TARGET` for each pair, and the Sidecar `default`.
 */
export class ZeroTrustNamespace extends Construct {
  /** The name of the namespace. */
  public readonly namespace: string;
  /** The Namespace; undefined for one that exists already. */
  public readonly namespaceObject?: ApiObject;
  /** The PeerAuthentication for the whole namespace. */
  public readonly peerAuthentication: ApiObject;
  /** The AuthorizationPolicy that allows nothing. */
  public readonly denyAll: ApiObject;
  /** The Sidecar that limits where applications call; undefined in a dry run, when egress is open, and in the ambient mesh. */
  public readonly sidecar?: ApiObject;
  /** By which the waypoint refuses what is not allowed, and ztunnel lets in the waypoint; empty where there is none. */
  public readonly waypointPolicies: ApiObject[];

  private readonly props: ZeroTrustNamespaceProps;
  private readonly metadata: ApiObjectMetadata;
  private readonly allows: AllowPolicies;
  private readonly exceptions: MtlsExceptions;
  private readonly egress: EgressScope;

  constructor(scope: Construct, id: string, props: ZeroTrustNamespaceProps) {
    super(scope, id);
    registerConstruct(this, ZeroTrustNamespace);
    this.checked(undefined, () => checkProps(props, "new ZeroTrustNamespace(scope, 'id', { namespace: 'shop' })"));
    this.props = props;
    this.namespace = props.namespace;
    const trust = this.checked(undefined, () => checkZeroTrust(props));
    registerZeroTrust(this);
    keepPodsFresh(this);
    this.metadata = this.objectMetadata();
    this.allows = AllowPolicies.of(this, props.namespace);
    this.exceptions = new MtlsExceptions(this, this.metadata, !props.dryRun);
    this.egress = new EgressScope(props.namespace, rootNamespaceOf(props), () => this.called());
    if (props.existing && !planeOf(props)._isAmbient) warnOfMissingInjection(this);
    this.namespaceObject = props.existing ? undefined : this.createNamespace();
    this.peerAuthentication = this.createPeerAuthentication();
    this.denyAll = this.createDenyAll();
    this.waypointPolicies = this.createWaypointPolicies(trust);
    const plane = planeOf(props);
    this.allows.settle({ scope: this, trust, plane, metadata: this.policyMetadata(), welcome: (policy) => this.welcome(policy) });
    this.sidecar = props.dryRun || props.egress === EgressPolicy.OPEN || plane._isAmbient ? undefined : this.createSidecar();
    warnLate(this, () => this.lostInAmbient());
    validateOncePerSynth(this, () => this.mistakes());
  }

  /** The allow policies, one for each pair of caller and target. */
  public get policies(): ApiObject[] {
    return this.allows.objects;
  }

  /** The PeerAuthentications with the ports that are excepted from STRICT, one for each target. */
  public get mtlsExceptions(): ApiObject[] {
    return this.exceptions.objects;
  }

  /**
   * In what this namespace is another thing in the ambient mesh than with sidecars, a sentence or two each: who is judged
   * where, what nobody can judge, what nothing limits. Empty with sidecars. To be asked when everything is allowed.
   */
  public get dataPlaneDifferences(): string[] {
    const { dryRun = false, egress = EgressPolicy.LIMITED } = this.props;
    const { namespace, mtlsExceptions: exceptions, allows: { rules } } = this;
    return ambientDifferences(planeOf(this.props), { namespace, rules, exceptions, egress, dryRun });
  }

  /**
   * Allows a caller to call a target of this namespace, and nothing more than is said.
   *
   * @param props who may call whom, and on which ports, with which methods and paths
   */
  public allow(props: AllowProps): void {
    this.checked('allow', () => checkProps(props, 'allow({ caller, target })'));
    const { caller, target, methods, paths, ports, sharedIdentity } = props;
    this.addRule('allow', { caller, target, methods, paths, ports, sharedIdentity });
    DECLARED_CALLS.register(this, { caller, target, options: { methods, paths, ports, sharedIdentity }, letOut: false });
  }

  /**
   * Allows everyone, without an identity, to call ports of a target: for callers outside of the mesh, such as the API
   * server calling a webhook. The ports accept plaintext beside mutual TLS.
   *
   * @param props which ports of whom, and with which methods and paths, from which addresses
   */
  public allowPlaintext(props: AllowPlaintextProps): void {
    this.checked('allowPlaintext', () => {
      checkProps(props, 'allowPlaintext({ target, ports: [8443] })');
      checkNamedPorts(props.ports);
    });
    const { target, methods, paths, ports, ipBlocks } = props;
    this.addRule('allowPlaintext', { plaintext: true, target, methods, paths, ports, ipBlocks });
    this.addException('allowPlaintext', target, ports, MtlsException.PERMISSIVE);
  }

  /**
   * Allows metrics to be scraped from the application's own ports. Merged metrics (port 15020) need no allow.
   *
   * @param props which ports of whom, and the scraper, or that it has no identity
   */
  public allowScrape(props: AllowScrapeProps): void {
    this.checked('allowScrape', () => {
      checkProps(props, 'allowScrape({ caller, target, ports: [9102] })');
      checkFlags({ plaintext: props.plaintext });
      checkNamedPorts(props.ports);
      if (props.caller !== undefined) checkCaller(props.caller);
    });
    const { target, ports, caller, sharedIdentity, path = '/metrics' } = props;
    const plaintext = props.plaintext ?? false;
    if ((caller === undefined) !== plaintext) {
      throw this.error('allowScrape', caller === undefined
        ? 'no `caller` is given, and a rule without one would allow everyone. Give the scraper, or say plaintext: true for one outside of the mesh.'
        : 'both `caller` and plaintext: true are given. A caller with an identity needs no plaintext: leave one of them out.');
    }
    const request = { target, ports, methods: ['GET'], paths: [this.checked('allowScrape', () => PathMatch.exact(path))] };
    if (plaintext) {
      this.addRule('allowScrape', { ...request, plaintext });
      this.addException('allowScrape', target, ports, MtlsException.PERMISSIVE);
    } else {
      this.addRule('allowScrape', { ...request, caller, sharedIdentity });
    }
  }

  /**
   * Excepts ports of a target from STRICT mutual TLS. It allows nothing by itself: plaintext has no
   * identity, so a caller without mutual TLS needs `allowPlaintext`, which makes this exception, too.
   *
   * @param target a `MeshService` or a `MeshWorkload` of this namespace
   * @param ports those of the Service for a `MeshService`, the pods' own for a `MeshWorkload`
   * @param mode what the ports accept
   */
  public exceptMtls(target: IMeshTarget, ports: number[], mode: MtlsException): void {
    this.checked('exceptMtls', () => checkMember('mode', mode, 'MtlsException', MtlsException));
    this.addException('exceptMtls', target, ports, mode);
  }

  /**
   * Lets applications call a service of another namespace, or a host that is no Kubernetes Service (`MeshService.fromHost`).
   * Without effect in a dry run and when egress is open.
   *
   * @param service the service; one of this namespace needs no call
   */
  public allowEgress(service: MeshService): void {
    this.checked('allowEgress', () => checkService(service));
    this.egress.addService(service);
  }

  /**
   * Lets applications call a host of the mesh's registry (a Service or a ServiceEntry).
   *
   * @param host a full DNS name, perhaps with its namespace in front: `api.example.com`, `*.example.com`, `data/*`
   */
  public allowEgressToHost(host: string): void {
    this.checked(undefined, () => this.egress.addHost(host));
  }

  /** Lets applications call the Kubernetes API. */
  public allowKubernetesApi(): void {
    this.egress.addHost(`default/kubernetes.default.svc.${this.props.clusterDomain ?? 'cluster.local'}`);
  }

  private addRule(method: string, options: AllowRuleOptions): void {
    this.requireOwn(method, options.target);
    this.checked(method, () => this.allows.add(new AllowRule(options)));
  }

  /** In the order to apply: allows stand before deny-all takes effect. */
  private welcome(policy: ApiObject): void {
    this.afterNamespace(policy);
    this.denyAll.addDependency(policy);
    this.waypointPolicies[1]?.addDependency(policy);
  }

  /** The services that callers of this namespace are declared to call. */
  private called(): MeshService[] {
    return calledHosts(callsFrom(this, this.namespace).filter(({ letOut }) => letOut)).map(({ service }) => service);
  }

  private addException(method: string, target: IMeshTarget, ports: readonly number[], mode: MtlsException): void {
    this.requireOwn(method, target);
    const object = this.checked(method, () => {
      checkNamedPorts(ports);
      return this.exceptions.add({ target, ports: [...ports], mode });
    });
    if (!object) return;
    this.afterNamespace(object);
    this.peerAuthentication.addDependency(object);
  }

  /** Policies of one namespace select pods of that namespace only. */
  private requireOwn(method: string, target: IMeshTarget): void {
    this.checked(method, () => checkTarget(target));
    if (target.namespace === this.namespace) return;
    const owner = zeroTrustOf(this, target.namespace);
    throw this.error(method,
      `the target ${target.name} [${target.node.path}] is in namespace ${target.namespace}, and policies of ${this.namespace} select no pods there. `
      + (owner ? `Allow it at [${owner.node.path}].` : `Allow it at a ZeroTrustNamespace for ${target.namespace}; this App has none.`)
      + ' To let callers of this namespace reach it, use allowEgress here.');
  }

  private createNamespace(): ApiObject {
    const metadata = this.props.namespaceMetadata;
    const labels = { ...metadata?.labels, ...planeLabels(this.props) };
    const namespace = new NamespaceObject(this, 'Namespace', { ...metadata, name: this.namespace, labels });
    // What the chart holds already would else be written before its namespace.
    const chart = Chart.of(this);
    for (const construct of chart.node.findAll()) {
      if (ApiObject.isApiObject(construct) && construct !== namespace && Chart.of(construct) === chart
        && resolveLazy(construct.metadata.namespace) === this.namespace) construct.addDependency(namespace);
    }
    return namespace;
  }

  private createPeerAuthentication(): ApiObject {
    return this.afterNamespace(new IstioObject<PeerAuthenticationSpec>(this, 'PeerAuthentication', {
      kind: 'PeerAuthentication',
      metadata: { ...this.metadata, name: 'default' },
      spec: () => ({ mtls: { mode: this.props.dryRun ? 'PERMISSIVE' : 'STRICT' } }),
    }));
  }

  private createDenyAll(): ApiObject {
    return this.afterNamespace(new IstioObject<AuthorizationPolicySpec>(this, 'DenyAll', {
      kind: 'AuthorizationPolicy',
      metadata: { ...this.policyMetadata(), name: 'deny-all' },
      spec: () => ({}),
    }));
  }

  /** ztunnel lets in the waypoint; the waypoint refuses what is not allowed. */
  private createWaypointPolicies(trust: Trust): ApiObject[] {
    const waypoint = planeOf(this.props)._waypoint;
    if (waypoint === undefined) return [];
    const metadata = this.policyMetadata();
    const policy = (id: string, name: string, spec: Spec<AuthorizationPolicySpec>) => this.afterNamespace(
      new IstioObject<AuthorizationPolicySpec>(this, id, { kind: 'AuthorizationPolicy', metadata: { ...metadata, name }, spec: () => spec }));
    const letIn = policy('AllowWaypoint', 'allow-waypoint', { action: 'ALLOW', rules: [{ from: [{ source: waypointSource(waypoint, trust) }] }] });
    this.denyAll.addDependency(letIn);
    return [letIn, policy('DenyAllAtWaypoint', 'deny-all-at-waypoint', { targetRefs: PolicyScope.waypoint(waypoint)._selection().targetRefs })];
  }

  private lostInAmbient(): string | undefined {
    const lost = [...new Set(unjudged(this.allows.rules, planeOf(this.props)).map(({ title }) => title))].sort();
    if (lost.length === 0) return undefined;
    return `ztunnel sees no requests, so what is allowed by methods or paths lets in nobody: ${lost.join('; ')}. `
      + `${planeOf(this.props)._waypoint ? 'Past the waypoint allow ports only, or let them call a Service' : 'Give the namespace a waypoint: DataPlane.ambient({ waypoint }), and let them call a Service'}.`;
  }

  private createSidecar(): ApiObject {
    SIDECARS.register(this, { owner: this, namespace: this.namespace, title: `namespace ${this.namespace}`, labels: () => undefined });
    return this.afterNamespace(new IstioObject<SidecarSpec>(this, 'Sidecar', {
      kind: 'Sidecar',
      metadata: { ...this.metadata, name: 'default' },
      spec: () => ({ egress: [{ hosts: this.egress.render() }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }),
    }));
  }

  private afterNamespace(object: ApiObject): ApiObject {
    if (this.namespaceObject) object.addDependency(this.namespaceObject);
    return object;
  }

  private objectMetadata(): ApiObjectMetadata {
    return { ...this.props.metadata, namespace: this.namespace };
  }

  private policyMetadata(): ApiObjectMetadata {
    const { annotations } = this.metadata;
    return this.props.dryRun ? { ...this.metadata, annotations: { ...annotations, [DRY_RUN]: 'true' } } : this.metadata;
  }

  private mistakes(): string[] {
    const broken = [...this.allows.mistakes(), ...this.exceptions.mistakes()];
    // ztunnel takes DISABLE for PERMISSIVE, so identities stay.
    const isSettled = broken.length > 0 || planeOf(this.props)._isAmbient;
    const unreachable = isSettled ? [] : this.allows.unreachable((selector) => this.exceptions.disabledPorts(selector));
    return [...namespaceMistakes(this, this.props), ...broken, ...unreachable, ...unknownTargets(this), ...unknownHosts(this)];
  }

  /** Says where and in which call a value was refused. */
  private checked<T>(method: string | undefined, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.error(method, (error as Error).message);
    }
  }

  private error(what: string | undefined, message: string): Error {
    return new Error(`[${this.node.path}] ${what === undefined ? '' : `${what}: `}${message}`);
  }
}
