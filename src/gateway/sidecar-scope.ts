import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { SidecarHost } from './sidecar-host';
import { SidecarListener, renderListener } from './sidecar-listener';
import type { SidecarSpec } from '../imports/networking.istio.io';
import { calledHosts, callsFrom, callsOf } from '../model/called-hosts';
import { DECLARED_CALLS, DeclaredCall } from '../model/declared-calls';
import { checkConstructProps, checkList, checkMember, checkText } from '../model/given';
import { IMeshCaller } from '../model/identity';
import { IstioObject, Spec } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { MeshWorkload } from '../model/mesh-workload';
import { validateOncePerSynth } from '../model/once-per-synth';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { SidecarHostEntry, entryOf, renderEntries } from '../model/sidecar-hosts';
import { SIDECARS } from '../model/sidecar-registry';
import { Silence } from '../model/silence';
import { warnLate } from '../model/warning';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { ConnectionPool, renderConnectionPool } from '../traffic/connection-pool';

/** What a sidecar does with calls to hosts that it does not know. */
export enum OutboundTraffic {
  /**
   * Refuses them: 502 for HTTP on a port that it knows, a reset connection elsewhere. It keeps honest applications to their list;
   * it is no security boundary, as an application can go around its sidecar. What is: an `EgressGateway`, and a NetworkPolicy
   * that lets pods out to nothing else.
   */
  REGISTRY_ONLY = 'REGISTRY_ONLY',
  /** Passes them on to the address that the application resolved: without routes, without retries, and without mTLS. */
  ALLOW_ANY = 'ALLOW_ANY',
}

export interface SidecarScopeProps {
  /**
   * Whose sidecars: those of a workload, of a namespace, or of every namespace that has no Sidecar of its own. Istio merges
   * none of them: the workload's holds, else the namespace's, else the mesh's.
   */
  readonly scope: PolicyScope;
  /**
   * What the sidecars see; the control plane's namespace beside it, always.
   *
   * @default - for a workload or a namespace, what its pods are declared to call (`SidecarHost.declaredCalls()`);
   * for the mesh, each pod's own namespace (`SidecarHost.ownNamespace()`)
   */
  readonly hosts?: SidecarHost[];
  /**
   * What becomes of calls to hosts that the sidecars do not see.
   *
   * @default OutboundTraffic.REGISTRY_ONLY
   */
  readonly outboundTraffic?: OutboundTraffic;
  /**
   * The ports at which the sidecars take requests, in place of those that Istio finds by the Services. Of a workload only.
   *
   * @default - as the Services say
   */
  readonly listeners?: SidecarListener[];
  /**
   * Limits on what comes in, kept by the pods' own sidecars. They take the place of those that a `ResilientService` sets for
   * clients, which the pods' sidecars keep, too.
   *
   * @default - the service's own connection pool
   */
  readonly inboundConnectionPool?: ConnectionPool;
  /**
   * The namespace of the control plane, whose services every sidecar keeps seeing.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
  /**
   * Name, labels and annotations of the Sidecar.
   *
   * @default - named after the workload; `default` for a namespace and for the mesh
   */
  readonly metadata?: ApiObjectMetadata;
}

/**
 * What the sidecars of some pods know of the mesh: the hosts that these call, and nothing else. Without it every sidecar gets
 * the configuration of every service of the mesh, which is what a large mesh costs most.
 *
 * By itself it follows the declared calls (`frontend.calls(reviews)`), those that are declared later too; pods that are
 * declared to call nothing then see the control plane's namespace alone.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/sidecar/
 */
export class SidecarScope extends Construct {
  /** The Sidecar. */
  public readonly sidecar: ApiObject;

  private readonly policyScope: PolicyScope;
  private readonly hosts: SidecarHost[];
  private readonly rootNamespace: string;

  constructor(parent: Construct, id: string, props: SidecarScopeProps) {
    super(parent, id);
    registerConstruct(this, SidecarScope);
    checkConstructProps(this, props, '{ scope: PolicyScope.workload(frontend) }');
    const { listeners, inboundConnectionPool, outboundTraffic = OutboundTraffic.REGISTRY_ONLY, metadata } = props;
    locatedAt(this, () => this.check(props));
    this.policyScope = props.scope;
    this.rootNamespace = props.rootNamespace ?? (props.scope._isMesh ? props.scope._namespace : 'istio-system');
    this.hosts = [...props.hosts ?? [props.scope._isMesh ? SidecarHost.ownNamespace() : SidecarHost.declaredCalls()]];
    const ingress = locatedAt(this, () => listeners?.map(renderListener));
    const pool = inboundConnectionPool && locatedAt(this, () => renderConnectionPool(inboundConnectionPool));
    const { _namespace: namespace, _target: target } = props.scope;
    SIDECARS.register(this, { owner: this, namespace, title: props.scope._title, labels: () => props.scope._labels() });
    props.scope._watch(this);
    this.sidecar = new IstioObject<SidecarSpec>(this, 'Resource', {
      kind: 'Sidecar',
      metadata: { ...metadata, name: metadata?.name ?? target?.name ?? 'default', namespace },
      spec: () => ({
        workloadSelector: target && { labels: props.scope._labels()! },
        ingress,
        inboundConnectionPool: pool as Spec<SidecarSpec>['inboundConnectionPool'],
        egress: [{ hosts: this.rendered() }],
        outboundTrafficPolicy: { mode: outboundTraffic },
      }),
    });
    if (props.scope._isMesh) Silence.finding(this, 'MESH2105', `in the Sidecar of the mesh, "./*" is the namespace of each pod, and says more than "${this.rootNamespace}/*"`);
    this.hosts.forEach((host) => this.show(host));
    validateOncePerSynth(this, () => this.mistakes());
    warnLate(this, () => this.warning());
  }

  /** Lets the sidecars see something more, wherever else it was said what they see. */
  public addHost(host: SidecarHost): SidecarScope {
    if (!(host instanceof SidecarHost)) throw new Error(`[${this.node.path}] addHost: ${describeValue(host)} is not a SidecarHost. Say for example SidecarHost.service(reviews) or SidecarHost.named('api.example.com').`);
    this.hosts.push(host);
    this.show(host);
    return this;
  }

  /** External hosts are known where they are needed, and nowhere else. */
  private show({ _service: service }: SidecarHost): void {
    service?._showIn(this.policyScope._isMesh ? '*' : this.policyScope._namespace);
  }

  private rendered(): string[] {
    const entries = this.hosts.flatMap((host) => (host._isDeclaredCalls ? this.called() : host._entries!()));
    const own = this.policyScope._isMesh ? undefined : this.policyScope._namespace;
    if (entries.some(({ namespace, host }) => namespace === '*' && host === '*')) return ['*/*'];
    return renderEntries([{ namespace: this.rootNamespace, host: '*' }], entries, own);
  }

  private called(): SidecarHostEntry[] {
    return calledHosts(this.calls()).map(({ service }) => entryOf(service));
  }

  private calls(): DeclaredCall[] {
    const { _target: target, _isMesh: isMesh, _namespace: namespace } = this.policyScope;
    const calls = target ? callsOf(target as unknown as IMeshCaller) : isMesh ? DECLARED_CALLS.of(this) : callsFrom(this, namespace);
    return calls.filter(({ letOut }) => letOut);
  }

  private check({ scope, hosts, outboundTraffic, listeners, rootNamespace }: SidecarScopeProps): void {
    checkScope(scope);
    if (scope._atWaypoint) throw new Error(`\`scope\` is ${scope._title}, and a Sidecar is for proxies beside pods: it means nothing in the ambient mesh. Leave it out.`);
    if (scope._gateway !== undefined) throw new Error(`\`scope\` is ${scope._title}, and a Sidecar does not hold for gateways. Leave it out: a gateway knows what its routes lead to.`);
    const { _target: target } = scope;
    if (target && !(target instanceof MeshService || target instanceof MeshWorkload)) {
      throw new Error(`\`scope\` is ${describeValue(target)}, whose calls nobody can know. Give PolicyScope.workload of a MeshService or a MeshWorkload.`);
    }
    if (outboundTraffic !== undefined) checkMember('outboundTraffic', outboundTraffic, 'OutboundTraffic', OutboundTraffic);
    if (rootNamespace !== undefined) {
      checkText('rootNamespace', rootNamespace, 'istio-system');
      if (!isDnsLabel(rootNamespace)) throw new Error(`\`rootNamespace\` is "${rootNamespace}", which is not a namespace name: lower-case letters, digits and dashes, at most 63.`);
    }
    if (hosts !== undefined) {
      checkList('hosts', hosts, '[SidecarHost.declaredCalls()]');
      const wrong: unknown = hosts.find((host) => !(host instanceof SidecarHost));
      if (wrong !== undefined || hosts.includes(undefined as never)) {
        throw new Error(`\`hosts\` holds ${describeValue(wrong)}. Give SidecarHosts, for example SidecarHost.service(reviews) or SidecarHost.named('api.example.com').`);
      }
    }
    if (listeners === undefined) return;
    checkList('listeners', listeners, '[{ port: MeshPort.http(9080) }]');
    if (!target) throw new Error(`\`listeners\` are given for ${scope._title}, and ports are those of one workload: Istio would open them in every pod. Give them in a SidecarScope of a workload.`);
    const numbers = listeners.map((listener) => renderListener(listener).port.number!);
    const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
    if (twice !== undefined) throw new Error(`\`listeners\` has port ${twice} twice, and Istio refuses that. Keep one.`);
  }

  private mistakes(): string[] {
    const target = this.policyScope._target;
    const workloads = target instanceof MeshService ? target.workloads : target instanceof MeshWorkload ? [target] : [];
    const gateway = workloads.find((workload) => workload._podFacts()?.proxy.gateway);
    return [
      ...gateway ? [`the pods of ${gateway.name} are a gateway, and a Sidecar does not hold for gateways. Leave it out: a gateway knows what its routes lead to.`] : [],
      ...this.policyScope._mistakes(this),
      ...this.withoutHost(),
    ];
  }

  /** Declared calls that nobody can tell the host of. */
  private withoutHost(): string[] {
    if (!this.hosts.some((host) => host._isDeclaredCalls)) return [];
    return this.calls().filter((call) => calledHosts([call]).length === 0).map(({ caller, target }) =>
      `${caller.callerName} is declared to call the pods of ${target.name} [${target.node.path}], and no MeshService of this App stands in front of them, so nobody knows the host. `
      + `Declare the call to the MeshService, or name the host: addHost(SidecarHost.named('${target.name}.${target.namespace}.svc.cluster.local')).`);
  }

  private warning(): string | undefined {
    const derived = this.hosts.every((host) => host._isDeclaredCalls);
    if (!derived || this.calls().length > 0) return undefined;
    return `${this.policyScope._title} are declared to call nothing, so their sidecars see ${this.rootNamespace} alone. Declare what they call (frontend.calls(reviews)), or give \`hosts\`.`;
  }
}
