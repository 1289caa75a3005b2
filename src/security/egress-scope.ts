import { MeshService } from '../model/mesh-service';
import { describeValue } from '../semantics/describe-value';
import { isHost } from '../semantics/kubernetes-name';

/** Where the sidecars of a namespace let their applications call. */
export enum EgressPolicy {
  /**
   * Only what is named, the namespace's own services and the mesh's own (REGISTRY_ONLY). It keeps
   * honest applications to their list and the sidecars small; it is no security boundary, as an
   * application can go around its sidecar.
   */
  LIMITED = 'LIMITED',
  /** No Sidecar is written: the mesh's own settings hold. */
  OPEN = 'OPEN',
}

/** The hosts that a Sidecar lets through, beside the namespace's own. */
export class EgressScope {
  private readonly hosts: (() => string | undefined)[] = [];

  /** @param called the services that are declared to be called, as they are known at synth */
  constructor(private readonly namespace: string, private readonly rootNamespace: string, private readonly called: () => MeshService[]) {}

  /**
   * A service of any namespace, whose name may be known only later. The namespace of a host that is no
   * Kubernetes Service is that of its mesh configuration: nobody knows where its ServiceEntry is.
   */
  public addService(service: MeshService): void {
    this.hosts.push(() => this.hostOf(service));
  }

  /** `host`, or `namespace/host`. */
  public addHost(host: string): void {
    if (typeof host !== 'string') {
      throw new Error(`allowEgressToHost: the host is ${describeValue(host)}. Write a full DNS name, for example "api.example.com"; a MeshService goes to allowEgress.`);
    }
    const [first, second, ...more] = host.split('/');
    const [namespace, name] = second === undefined ? ['*', first] : [first, second];
    if (more.length > 0 || !(name === '*' || (isHost(name) && name.includes('.'))) || !/^(\*|\.|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/.test(namespace)) {
      throw new Error(
        `allowEgressToHost: "${host}" is not a host. Write a full DNS name, perhaps with its namespace in front and "*" for all: `
        + '"api.example.com", "*.example.com", "data/ratings.data.svc.cluster.local", "data/*".');
    }
    if (namespace === '*' && name === '*') {
      throw new Error(`allowEgressToHost: "${host}" names every host, so nothing would be limited. Name what is called, or say egress: EgressPolicy.OPEN.`);
    }
    this.hosts.push(() => `${namespace}/${name}`);
  }

  /** In an order that does not depend on who spoke first. */
  public render(): string[] {
    const named = [...this.hosts.map((host) => host()), ...this.called().map((service) => this.hostOf(service))].filter((host) => host !== undefined);
    const always = ['./*', `${this.rootNamespace}/*`];
    return [...always, ...[...new Set(named)].filter((host) => !always.includes(host)).sort()];
  }

  private hostOf(service: MeshService): string | undefined {
    if (service._isExternalHost) return `*/${service.host}`;
    return service.namespace === this.namespace ? undefined : `${service.namespace}/${service.host}`;
  }
}
