import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { judgeInAmbient } from './ambient/ztunnel-judgement';
import { ClientAddress, checkClientAddress } from './client-address';
import { topologyMistakes } from './gateway-topology';
import { checkIpRanges } from './ip-ranges';
import type { AuthorizationPolicySpec } from '../imports/security.istio.io';
import { checkConstructProps, checkList, checkProps } from '../model/given';
import { IstioObject, Spec } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { MeshService } from '../model/mesh-service';
import { validateOncePerSynth } from '../model/once-per-synth';
import { keepPodsFresh } from '../model/pod-index';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { Silence } from '../model/silence';
import { checkPorts, policyPorts } from '../model/target-ports';
import { checkTrustDomains } from '../model/trust-domains';
import { describeValue } from '../semantics/describe-value';
import { isDnsName, shortName } from '../semantics/kubernetes-name';

/** From where requests and connections may come, and to whom. */
export interface IpAllowListProps {
  /** For whom it holds: the pods of a gateway (`PolicyScope.workload(gatewayPods)`, `PolicyScope.kubernetesGateway`), or a workload. */
  readonly scope: PolicyScope;
  /** The addresses that may come in: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. Every address is an error. */
  readonly ranges: string[];
  /**
   * Whose address is looked at.
   *
   * @default ClientAddress.peer()
   */
  readonly address?: ClientAddress;
  /**
   * Hosts that the list is about, with any port, where others of the same gateway are open: `admin.example.com`. Without
   * wildcards. Connections that carry no requests name no host, so for them the list holds always.
   *
   * @default - every host
   */
  readonly hosts?: string[];
  /**
   * Ports that the list is about: those of the Service for a `MeshService`, else the pods' own.
   *
   * @default - every port
   */
  readonly ports?: number[];
  /**
   * The trust domain of this mesh first, and others that the gateway of `ClientAddress.behindGateway` may be of.
   *
   * @default ['cluster.local']
   */
  readonly trustDomains?: string[];
  /**
   * Labels, annotations and another name of the AuthorizationPolicy. The namespace is the scope's.
   *
   * @default - named `ip-allow-list-WORKLOAD`, or `ip-allow-list`
   */
  readonly metadata?: ApiObjectMetadata;
}

type Source = NonNullable<NonNullable<NonNullable<Spec<AuthorizationPolicySpec>['rules']>[number]['from']>[number]['source']>;

const NAME = 'ip-allow-list';
/** On a port without requests, nobody names a host. */
const CLOSES_STREAMS = 'MESH2112';

/**
 * Only certain addresses come in: everything else is refused, with 403, or a closed connection where there are no requests.
 *
 * It is a policy that denies, so it adds a restriction and opens nothing: who is on the list still needs what other policies
 * ask for. Several lists for the same pods all hold.
 *
 * An address is no identity: it says from which network somebody comes. Use it beside tokens or certificates.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/
 */
export class IpAllowList extends Construct {
  /** The AuthorizationPolicy. */
  public readonly policy: ApiObject;

  private readonly props: IpAllowListProps;
  private readonly ranges: readonly string[];
  private readonly trustDomains: readonly string[];

  /** Throws for ranges that let everyone in, and for an address that nobody could know there. */
  constructor(parent: Construct, id: string, props: IpAllowListProps) {
    super(parent, id);
    registerConstruct(this, IpAllowList);
    checkConstructProps(this, props, "{ scope: PolicyScope.workload(gatewayPods), ranges: ['203.0.113.0/24'] }");
    this.props = { ...props };
    [this.ranges, this.trustDomains] = locatedAt(this, () => {
      this.checkProps();
      return [checkIpRanges('ranges', props.ranges), checkTrustDomains(props.trustDomains)];
    });
    const { scope: held, metadata } = this.props;
    this.policy = new IstioObject<AuthorizationPolicySpec>(this, 'Resource', {
      kind: 'AuthorizationPolicy',
      metadata: { ...metadata, name: metadata?.name ?? shortName(held._name === undefined ? NAME : `${NAME}-${held._name}`), namespace: held._namespace },
      spec: () => ({ ...held._selection(), action: 'DENY', rules: [{ from: this.refused().map((source) => ({ source })), to: this.operations() }] }),
    });
    if (props.hosts !== undefined && props.ports === undefined) {
      Silence.finding(this.policy, CLOSES_STREAMS, 'the list holds for connections that carry no requests, too');
    }
    held._watch(this);
    keepPodsFresh(this);
    validateOncePerSynth(this, () => this.mistakes());
    judgeInAmbient({ owner: this, scope: held, object: this.policy });
  }

  /**
   * What the gateway's pods have to be told to know the client's address, as annotations for their template; empty where they
   * know it by themselves.
   */
  public get podAnnotations(): { [name: string]: string } {
    const { topology } = this.address._spec;
    return topology ? { 'proxy.istio.io/config': JSON.stringify({ gatewayTopology: topology }) } : {};
  }

  private get address(): ClientAddress {
    return this.props.address ?? ClientAddress.peer();
  }

  /** Whoever is one of these is refused. */
  private refused(): Source[] {
    const { field, proxyRanges } = this.address._spec;
    const principals = this.address._principals(this.trustDomains);
    return [
      { [field]: [...this.ranges] },
      ...proxyRanges ? [{ notIpBlocks: [...proxyRanges] }] : [],
      ...principals ? [{ notPrincipals: principals }] : [],
    ];
  }

  private operations(): { operation: { hosts?: string[]; ports?: string[] } }[] | undefined {
    const { scope, hosts, ports } = this.props;
    if (hosts === undefined && ports === undefined) return undefined;
    const policed = policyPorts(scope, ports, undefined);
    // A policy compares the Host header as it is: with a port, where the client names one.
    return [{ operation: { hosts: hosts?.flatMap((host) => [host, `${host}:*`]), ports: ports && policed?.map(String) } }];
  }

  private checkProps(): void {
    const { scope, address, hosts, ports, metadata } = this.props;
    checkScope(scope);
    if (address !== undefined) checkClientAddress(address);
    if (metadata !== undefined) checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
    if (metadata?.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${metadata.namespace}, but a policy for ${scope._title} stands in ${scope._namespace}. Leave it out.`);
    }
    checkHosts(hosts);
    checkPorts(ports);
    const { topology } = this.address._spec;
    if (topology && (scope._isMesh || scope._target instanceof MeshService)) {
      throw new Error(`\`scope\` is ${scope._title}, and only a gateway's pods are told of the proxies in front of them. Give the gateway's pods, PolicyScope.workload(MeshWorkload.fromLabels(…)), `
        + 'or, for a workload behind a gateway of the mesh, ClientAddress.behindGateway(gatewayPods).');
    }
    if (this.address._spec.gateway && scope._byTargetRefs) {
      throw new Error(`\`scope\` is ${scope._title}, and ClientAddress.behindGateway is for workloads behind it. Say ClientAddress.peer(), or ClientAddress.forwarded(…) behind load balancers.`);
    }
  }

  private mistakes(): string[] {
    try {
      this.refused();
      this.operations();
    } catch (error) {
      return [(error as Error).message];
    }
    const { scope } = this.props;
    const { topology, configuredElsewhere } = this.address._spec;
    return [
      ...scope._mistakes(this),
      ...topology && !configuredElsewhere ? topologyMistakes(this, scope, topology, this.podAnnotations) : [],
    ];
  }
}

function checkHosts(hosts: readonly string[] | undefined): void {
  if (hosts === undefined) return;
  checkList('hosts', hosts, "['admin.example.com']");
  if (hosts.length === 0) throw new Error('`hosts` is empty, and an empty list means every host to Istio. Name at least one, or leave it out.');
  const wrong = hosts.findIndex((host) => typeof host !== 'string' || !isDnsName(host));
  if (wrong >= 0) {
    throw new Error(`\`hosts\` holds ${describeValue(hosts[wrong])}. Give DNS names in small letters, without port and wildcards, for example "admin.example.com".`);
  }
}
