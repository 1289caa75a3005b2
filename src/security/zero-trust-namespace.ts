import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { AllowPolicies } from './allow-policies';
import { AllowPlaintextProps, AllowProps, AllowScrapeProps } from './allow-props';
import { AllowRule, AllowRuleOptions } from './allow-rule';
import { EgressPolicy, EgressScope } from './egress-scope';
import { checkCaller, checkService } from './given';
import { Injection, asksForSidecars, injectionMistake } from './injection';
import { MtlsException, MtlsExceptions } from './mtls-exceptions';
import { NamespaceObject, otherNamespaceObjects } from './namespace-object';
import { registerZeroTrust, zeroTrustOf } from './zero-trust-registry';
import type { SidecarSpec } from '../imports/networking.istio.io';
import type { AuthorizationPolicySpec, PeerAuthenticationSpec } from '../imports/security.istio.io';
import { checkFlags, checkMember, checkProps, checkTarget, checkText } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { resolveLazy } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';
import { IMeshTarget } from '../model/mesh-target';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PathMatch } from '../model/path-match';
import { keepPodsFresh } from '../model/pod-index';
import { registerConstruct } from '../model/registered-construct';
import { checkNamedPorts } from '../model/target-ports';
import { warn } from '../model/warning';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel, isDnsName } from '../semantics/kubernetes-name';

/** What a `ZeroTrustNamespace` is for, and how strict it is. */
export interface ZeroTrustNamespaceProps {
  /** The name of the namespace. */
  readonly namespace: string;
  /**
   * Whether the namespace exists already or something else renders it: no Namespace object is then written, so that
   * nothing can prune it, and its owner labels it for injection.
   *
   * @default false
   */
  readonly existing?: boolean;
  /**
   * How pods get their sidecars. Not together with `existing`.
   *
   * @default Injection.enabled()
   */
  readonly injection?: Injection;
  /**
   * More labels and annotations of the Namespace object, such as those of Pod Security.
   *
   * @default - none
   */
  readonly namespaceMetadata?: ApiObjectMetadata;
  /**
   * Labels and annotations of the Istio objects, such as `istio.io/rev`. Their names are fixed.
   *
   * @default - none
   */
  readonly metadata?: ApiObjectMetadata;
  /**
   * Whether to watch before enforcing: policies carry `istio.io/dry-run`, so that sidecars only report what they would
   * refuse; PeerAuthentication is PERMISSIVE, and neither mTLS exceptions nor a Sidecar are written.
   * In a mesh that is STRICT already, PERMISSIVE opens the namespace to plaintext for as long as it stands.
   *
   * @default false
   */
  readonly dryRun?: boolean;
  /**
   * Where applications may call.
   *
   * @default EgressPolicy.LIMITED
   */
  readonly egress?: EgressPolicy;
  /**
   * The trust domain of this mesh. Callers are then written as principals of it, which no other trust domain can
   * issue. Required where a caller of another trust domain is allowed, too.
   * `cluster.local` is always understood as the mesh's own, whatever it is.
   *
   * @default - callers are written as service accounts, of any trust domain that the mesh trusts
   */
  readonly trustDomain?: string;
  /**
   * The namespace of the control plane, whose services every sidecar keeps seeing.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
  /**
   * The DNS domain of the cluster.
   *
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

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
  /** The Sidecar that limits where applications call; undefined in a dry run and when egress is open. */
  public readonly sidecar?: ApiObject;

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
    this.checkProps();
    registerZeroTrust(this);
    keepPodsFresh(this);
    this.metadata = this.objectMetadata();
    this.allows = new AllowPolicies(this, { trustDomain: props.trustDomain, metadata: this.policyMetadata() });
    this.exceptions = new MtlsExceptions(this, this.metadata, !props.dryRun);
    this.egress = new EgressScope(props.namespace, this.rootNamespace);
    if (props.existing) this.warnOfMissingInjection();
    this.namespaceObject = props.existing ? undefined : this.createNamespace();
    this.peerAuthentication = this.createPeerAuthentication();
    this.denyAll = this.createDenyAll();
    this.sidecar = props.dryRun || props.egress === EgressPolicy.OPEN ? undefined : this.createSidecar();
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
   * Allows a caller to call a target of this namespace, and nothing more than is said.
   *
   * @param props who may call whom, and on which ports, with which methods and paths
   */
  public allow(props: AllowProps): void {
    this.checked('allow', () => checkProps(props, 'allow({ caller, target })'));
    const { caller, target, methods, paths, ports, sharedIdentity } = props;
    this.addRule('allow', { caller, target, methods, paths, ports, sharedIdentity });
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

  private get rootNamespace(): string {
    return this.props.rootNamespace ?? 'istio-system';
  }

  private addRule(method: string, options: AllowRuleOptions): void {
    this.requireOwn(method, options.target);
    const policy = this.checked(method, () => this.allows.add(new AllowRule(options)));
    if (!policy) return;
    this.afterNamespace(policy);
    this.denyAll.addDependency(policy);
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
    const { _label, _value } = this.props.injection ?? Injection.enabled();
    const metadata = this.props.namespaceMetadata;
    const namespace = new NamespaceObject(this, 'Namespace', { ...metadata, name: this.namespace, labels: { ...metadata?.labels, [_label]: _value } });
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

  private createSidecar(): ApiObject {
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

  private checkTypes(): void {
    const { namespace, existing, dryRun, injection, egress, namespaceMetadata, metadata, trustDomain, clusterDomain } = this.props;
    this.checked(undefined, () => {
      checkText('namespace', namespace, 'shop');
      checkText('rootNamespace', this.rootNamespace, 'istio-system');
      checkFlags({ existing, dryRun });
      if (egress !== undefined) checkMember('egress', egress, 'EgressPolicy', EgressPolicy);
      for (const [prop, value] of Object.entries({ trustDomain, clusterDomain })) {
        if (value !== undefined) checkText(prop, value, 'cluster.local');
      }
      for (const [prop, value] of Object.entries({ metadata, namespaceMetadata })) {
        if (value !== undefined) checkProps(value, `${prop}: { labels: { team: 'shop' } }`);
      }
      if (injection !== undefined && !(injection instanceof Injection)) {
        const revision = typeof injection === 'string' ? injection : '1-31';
        throw new Error(`\`injection\` is ${describeValue(injection)}, so pods would get no sidecar. Give Injection.enabled(), or Injection.revision('${revision}').`);
      }
    });
  }

  private checkProps(): void {
    this.checkTypes();
    const { namespace, existing, injection, namespaceMetadata, metadata, trustDomain, clusterDomain } = this.props;
    for (const [prop, value] of Object.entries({ namespace, rootNamespace: this.rootNamespace })) {
      if (!isDnsLabel(value)) throw this.error(prop, `"${value}" is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    }
    for (const [prop, value] of Object.entries({ trustDomain, clusterDomain })) {
      if (value !== undefined && !isDnsName(value)) throw this.error(prop, `"${value}" is not a domain. Write it without spiffe:// and without wildcards, for example "cluster.local".`);
    }
    if (namespace === this.rootNamespace) {
      throw this.error('namespace', `${namespace} is the root namespace of the mesh: deny-all and STRICT there would hold for every namespace. Choose the namespace of an application.`);
    }
    if (existing && (injection || namespaceMetadata)) {
      throw this.error('existing', `no Namespace object is written, so \`${injection ? 'injection' : 'namespaceMetadata'}\` has nothing to stand on. Leave it out, and label the Namespace where it is made.`);
    }
    for (const [prop, given] of Object.entries({ metadata, namespaceMetadata })) {
      if (given?.name !== undefined || (given?.namespace !== undefined && given.namespace !== namespace)) {
        throw this.error(prop, 'names are fixed and the namespace is `namespace`. Give labels and annotations only.');
      }
    }
    const mistake = injectionMistake({ ...namespaceMetadata?.labels, ...this.injectionLabel() });
    if (mistake) throw this.error('namespaceMetadata', mistake);
  }

  private injectionLabel(): Record<string, string> {
    if (this.props.existing) return {};
    const { _label, _value } = this.props.injection ?? Injection.enabled();
    return { [_label]: _value };
  }

  private mistakes(): string[] {
    const broken = [...this.allows.mistakes(), ...this.exceptions.mistakes()];
    const unreachable = broken.length > 0 ? [] : this.allows.unreachable((selector) => this.exceptions.disabledPorts(selector));
    return [...this.namespaceMistakes(), ...broken, ...unreachable];
  }

  private namespaceMistakes(): string[] {
    const others = otherNamespaceObjects(this.namespace, this.namespaceObject, this.node.root);
    const doubled = this.namespaceObject
      ? others.map((other) => `the Namespace ${this.namespace} is written here and by [${other.node.path}]. Say existing: true here, or leave that one out.`)
      : [];
    const labelled = [...this.namespaceObject ? [this.namespaceObject] : [], ...others].flatMap((object) => {
      const mistake = injectionMistake(object.toJson().metadata.labels ?? {});
      return mistake ? [`the Namespace ${this.namespace} [${object.node.path}]: ${mistake}`] : [];
    });
    return [...doubled, ...labelled];
  }

  /** Pods may still ask for their sidecar one by one, so this is no error. The root is validated first, when labels are final. */
  private warnOfMissingInjection(): void {
    let warned = false;
    validateOncePerSynth(this.node.root, () => {
      const unlabelled = otherNamespaceObjects(this.namespace, undefined, this.node.root)
        .find((object) => !asksForSidecars(object.toJson().metadata.labels ?? {}));
      if (unlabelled && !warned) {
        warned = true;
        warn(this, `the Namespace ${this.namespace} [${unlabelled.node.path}] has no label for injection, so its pods get no sidecar, and nothing enforces these policies. `
          + 'Give it the label istio-injection: enabled, or istio.io/rev: REVISION.');
      }
      return [];
    });
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
