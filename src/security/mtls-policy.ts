import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import { Construct } from 'constructs';
import { MtlsMode } from './mtls-mode';
import { MtlsPort } from './mtls-port';
import { rivalsOf } from './peer-authentications';
import { portLevelMtls, portModes } from './port-modes';
import type { PeerAuthenticationSpec } from '../imports/security.istio.io';
import { AppRegistry } from '../model/app-registry';
import { checkConstructProps, checkList, checkMember, checkProps, checkText } from '../model/given';
import { IstioObject } from '../model/istio-object';
import { locatedAt } from '../model/located-at';
import { validateOncePerSynth } from '../model/once-per-synth';
import { keepPodsFresh } from '../model/pod-index';
import { PolicyScope, checkScope } from '../model/policy-scope';
import { registerConstruct } from '../model/registered-construct';
import { describeValue } from '../semantics/describe-value';
import { shortName } from '../semantics/kubernetes-name';

/** For whom mutual TLS holds, and how strictly. */
export interface MtlsPolicyProps {
  /** For whom it holds: `PolicyScope.mesh()`, `.namespace('shop')` or `.workload(reviews)`. */
  readonly scope: PolicyScope;
  /**
   * What is accepted. Anything but STRICT lets callers in that have no identity.
   *
   * @default MtlsMode.STRICT
   */
  readonly mode?: MtlsMode;
  /**
   * Ports of a workload that accept something else.
   *
   * @default - every port accepts what `mode` says
   */
  readonly ports?: MtlsPort[];
  /**
   * The namespace whose policies hold for the whole mesh, where a policy for a workload does nothing.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
  /**
   * Labels, annotations and, for a workload, another name. The namespace is the scope's.
   *
   * @default - named `default` for a namespace or the mesh, else like the workload
   */
  readonly metadata?: ApiObjectMetadata;
}

/** All are compared at once, with what else the App writes. */
const MTLS_POLICIES = new AppRegistry<MtlsPolicy>((policies) => {
  const rivals = rivalsOf(policies[0].node.root, new Set(policies.map((policy) => policy.peerAuthentication)));
  return policies.flatMap((policy) => policy._besides(rivals.get(policy.peerAuthentication)!));
});

/** Istio knows a policy for all pods by having no selector; by convention it is called so. */
const NAME_FOR_ALL = 'default';

/**
 * What the sidecars of a mesh, a namespace or a workload accept: mutual TLS only, unless said otherwise.
 *
 * A workload's policy is taken before the namespace's, and that before the mesh's. Of two in one scope Istio takes the
 * older and drops the other without a word, so a second one in the App is an error.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 */
export class MtlsPolicy extends Construct {
  /** The PeerAuthentication. */
  public readonly peerAuthentication: ApiObject;

  private readonly props: MtlsPolicyProps;

  /** Throws for a scope that no PeerAuthentication can have, and for ports where no workload is named. */
  constructor(parent: Construct, id: string, props: MtlsPolicyProps) {
    super(parent, id);
    registerConstruct(this, MtlsPolicy);
    checkConstructProps(this, props, "{ scope: PolicyScope.namespace('shop') }");
    this.props = props;
    locatedAt(this, () => this.checkProps());
    this.peerAuthentication = this.createObject();
    keepPodsFresh(this);
    props.scope._watch(this);
    MTLS_POLICIES.register(this, this);
    validateOncePerSynth(this, () => this.mistakes());
  }

  private createObject(): ApiObject {
    const { scope, metadata } = this.props;
    const name = metadata?.name ?? (scope._target ? shortName(scope._target.name) : NAME_FOR_ALL);
    return new IstioObject<PeerAuthenticationSpec>(this, 'PeerAuthentication', {
      kind: 'PeerAuthentication',
      metadata: { ...metadata, name, namespace: scope._namespace },
      spec: () => ({ ...this.selection(), mtls: { mode: this.mode }, portLevelMtls: portLevelMtls(this.portModes()) }),
    });
  }

  private selection(): { selector?: { matchLabels: { [label: string]: string } } } {
    const labels = this.props.scope._labels();
    return labels && { selector: { matchLabels: labels } } || {};
  }

  private get mode(): MtlsMode {
    return this.props.mode ?? MtlsMode.STRICT;
  }

  private portModes(): Map<number, MtlsMode> {
    const { scope, ports = [] } = this.props;
    return scope._target ? portModes(scope._target, ports.map((port) => ({ ports: [port._port], mode: port._mode })), 'given') : new Map();
  }

  private checkProps(): void {
    const { scope, mode, ports, metadata, rootNamespace = 'istio-system' } = this.props;
    checkScope(scope);
    checkText('rootNamespace', rootNamespace, 'istio-system');
    if (mode !== undefined) checkMember('mode', mode, 'MtlsMode', MtlsMode);
    if (metadata !== undefined) checkProps(metadata, "metadata: { labels: { team: 'shop' } }");
    this.checkPorts(ports);
    if (scope._atWaypoint) {
      throw new Error(`\`scope\` is ${scope._title}, and a PeerAuthentication is for pods: ztunnel asks for mutual TLS before it is a waypoint's turn. Say PolicyScope.workload(…) or PolicyScope.namespace('${scope._namespace}').`);
    }
    if (scope._gateway !== undefined) {
      throw new Error(`\`scope\` is ${scope._title}, and a PeerAuthentication knows pods by their labels only. `
        + `Give PolicyScope.workload(MeshWorkload.fromLabels(...)) with the label gateway.networking.k8s.io/gateway-name: ${scope._gateway}.`);
    }
    if (scope._target && scope._namespace === rootNamespace) {
      throw new Error(`\`scope\` is ${scope._title} in ${rootNamespace}, the root namespace of the mesh, where Istio uses no PeerAuthentication with a selector: it would do nothing. `
        + 'Move the workload to a namespace of its own, or say PolicyScope.mesh() where all are meant.');
    }
    if (mode === MtlsMode.UNSET && (ports ?? []).length === 0) {
      throw new Error(`\`mode\` is UNSET and no \`ports\` are given, so this says nothing${scope._target ? '' : ' (and where nobody says anything, Istio takes PERMISSIVE)'}. `
        + 'Leave the policy out, or give a mode.');
    }
    this.checkName();
  }

  private checkPorts(ports: readonly MtlsPort[] | undefined): void {
    if (ports === undefined) return;
    checkList('ports', ports, '[MtlsPort.permissive(8080)]');
    const wrong = ports.find((port) => !(port instanceof MtlsPort));
    if (wrong !== undefined) throw new Error(`\`ports\` holds ${describeValue(wrong)}. Say what the port accepts, for example MtlsPort.permissive(8080).`);
    if (ports.length > 0 && !this.props.scope._target && !this.props.scope._byTargetRefs) {
      throw new Error(`\`ports\` are given for ${this.props.scope._title}, and Istio takes modes of ports for a workload only. Say PolicyScope.workload(service), one policy for each.`);
    }
  }

  private checkName(): void {
    const { scope, metadata } = this.props;
    if (metadata?.namespace !== undefined && metadata.namespace !== scope._namespace) {
      throw new Error(`\`metadata.namespace\` is ${metadata.namespace}, but a policy for ${scope._title} stands in ${scope._namespace}. Leave it out.`);
    }
    if (!scope._target && metadata?.name !== undefined && metadata.name !== NAME_FOR_ALL) {
      throw new Error(`\`metadata.name\` is ${describeValue(metadata.name)}, but a policy for ${scope._title} is called ${NAME_FOR_ALL}, so that there is one only. Leave it out.`);
    }
  }

  private mistakes(): string[] {
    try {
      this.portModes();
      this.selection();
    } catch (error) {
      return [(error as Error).message];
    }
    return this.props.scope._mistakes(this);
  }

  /** @internal */
  public _besides(rivals: Iterable<ApiObject>): string[] {
    const { scope } = this.props;
    return [...rivals].map((rival) =>
      `[${this.node.path}] [${rival.node.path}] is a PeerAuthentication for ${scope._target ? `pods of ${scope._target.name}` : scope._title}, too, and Istio takes only the older one. `
      + `Say all in one place: ${scope._target ? 'one policy, with every port in `ports`' : 'one policy'}.`);
  }
}
