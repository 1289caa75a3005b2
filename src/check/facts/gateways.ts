import { ISTIO_SYSTEM } from './mesh-config';
import { MeshFacts, specOf } from './mesh-facts';
import { hasLabels, Labels, Workload, workloads } from './workloads';
import { GatewayServers, GatewaySpec } from '../../manifest/generated/istio-specs';
import { arrayOr, isJsonObject, member, objectOr, stringMap, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';
import { isHttpProtocol, isTlsProtocol, protocolNamed } from '../../semantics/protocol-field';

/** The label that Istio puts on the pods it runs for a Kubernetes Gateway. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** What a server of a Gateway listens for: requests in the clear, bytes in the clear, or TLS. */
export type ListenerKind = 'http' | 'tcp' | 'tls';

/** An Istio Gateway with what it selects. */
export class GatewayInMesh {
  private _workloads?: readonly Workload[];

  constructor(
    private readonly mesh: MeshFacts,
    public readonly object: MeshObject,
    public readonly selector: Labels,
    public readonly servers: readonly GatewayServers[],
    /** Equal for Gateways with equal selectors. */
    public readonly selectorKey: string,
  ) {}

  /** `shop/public`, for messages. */
  public get fullName(): string {
    return `${this.object.namespace}/${this.object.name}`;
  }

  /** What runs with its labels, in any namespace, as far as it is in sight. */
  public get workloads(): readonly Workload[] {
    return this._workloads ??= this.mesh.fact(workloads).selectedAnywhere(this.selector);
  }

  /** Whether it selects the ingress gateway that Istio's installation brings along, in sight or not. */
  public get selectsDefaultIngress(): boolean {
    return Object.keys(this.selector).every((key) => DEFAULT_INGRESS[key] === this.selector[key]);
  }

  /** Whether something in sight will run with its labels, though no pod template says so: the installation, or Istio itself. */
  public get isDeployedByIstio(): boolean {
    const gateway = this.selector[GATEWAY_NAME_LABEL];
    if (gateway !== undefined && this.mesh.fact(kubernetesGatewayNames).has(gateway)) return true;
    return this.mesh.fact(installedGatewayLabels).some((labels) => hasLabels(labels, this.selector));
  }

  /** Where secrets are looked for: the namespace of its workloads, not its own. Undefined if they are out of sight. */
  public get workloadNamespace(): string | undefined {
    return this.workloads[0]?.namespace ?? (this.selectsDefaultIngress ? ISTIO_SYSTEM : undefined);
  }
}

const DEFAULT_INGRESS: Labels = Object.assign(Object.create(null), { istio: 'ingressgateway', app: 'istio-ingressgateway' });

export class Gateways {
  private readonly byObject = new Map<MeshObject, GatewayInMesh>();
  private readonly together = new Map<string, boolean>();

  constructor(public readonly all: readonly GatewayInMesh[]) {
    for (const gateway of all) this.byObject.set(gateway.object, gateway);
  }

  public of(object: MeshObject): GatewayInMesh {
    return this.byObject.get(object)!;
  }

  /** Whether some proxy is configured by both: equal selectors, or a workload in sight that has the labels of both. */
  public meet(one: GatewayInMesh, other: GatewayInMesh): boolean {
    if (one.selectorKey === other.selectorKey) return true;
    const key = one.selectorKey < other.selectorKey ? `${one.selectorKey}\n${other.selectorKey}` : `${other.selectorKey}\n${one.selectorKey}`;
    let meet = this.together.get(key);
    if (meet === undefined) {
      const theirs = new Set(other.workloads);
      this.together.set(key, meet = one.workloads.some((workload) => theirs.has(workload)));
    }
    return meet;
  }
}

/** Istio's Gateways: `mesh.fact(gateways)`. */
export function gateways(mesh: MeshFacts): Gateways {
  return new Gateways(mesh.ofKind(Kind.GATEWAY).map((object) => {
    const spec = specOf<GatewaySpec>(object);
    const selector = stringMap(spec.selector);
    const key = Object.keys(selector).sort().map((label) => `${label}=${selector[label]}`).join(',');
    return new GatewayInMesh(mesh, object, selector, spec.servers ?? [], key);
  }));
}

export function listenerKind({ port, tls }: GatewayServers): ListenerKind {
  const protocol = protocolNamed(port?.protocol ?? '');
  if (isTlsProtocol(protocol)) return 'tls';
  if (isHttpProtocol(protocol)) return 'http';
  return tls === undefined ? 'tcp' : 'tls';
}

/** `*.example.com` of `shop/*.example.com`. */
export function hostOfServer(host: string): string {
  return host.slice(host.indexOf('/') + 1);
}

/** The names of credentials that a server presents or trusts, with their paths below `spec.servers[i].tls`. */
export function credentialsOf({ tls }: GatewayServers): readonly { readonly name: string; readonly path: string }[] {
  if (tls === undefined) return NONE;
  if (tls.credentialNames?.length) return tls.credentialNames.map((name, i) => ({ name, path: `credentialNames[${i}]` }));
  return tls.credentialName ? [{ name: tls.credentialName, path: 'credentialName' }] : NONE;
}

const NONE: readonly never[] = [];

function kubernetesGatewayNames(mesh: MeshFacts): ReadonlySet<string> {
  return new Set(mesh.ofKind(Kind.K8S_GATEWAY).map(({ name }) => name));
}

/** The labels of gateways that an IstioOperator file installs. */
function installedGatewayLabels(mesh: MeshFacts): readonly Labels[] {
  return mesh.ofKind(Kind.ISTIO_OPERATOR).flatMap(({ json }) => {
    const components = member(member(json, 'spec'), 'components');
    return [
      ...installed(member(components, 'ingressGateways'), 'istio-ingressgateway', 'ingressgateway'),
      ...installed(member(components, 'egressGateways'), 'istio-egressgateway', 'egressgateway'),
    ];
  });
}

function installed(list: unknown, defaultName: string, defaultLabel: string): Labels[] {
  return arrayOr(list).flatMap((gateway) => {
    if (!isJsonObject(gateway) || member(gateway, 'enabled') === false) return [];
    const name = stringOr(member(gateway, 'name')) ?? defaultName;
    const own = stringMap(objectOr(member(gateway, 'label')));
    return [Object.assign(Object.create(null), { app: defaultName, istio: name === defaultName ? defaultLabel : name }, own)];
  });
}
