import { MeshService } from '../model/mesh-service';
import { SidecarHostEntry, entryOf, parseEntry, renderEntries } from '../model/sidecar-hosts';
import { describeValue } from '../semantics/describe-value';
import { located } from '../semantics/located';

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
  private readonly entries: (() => SidecarHostEntry)[] = [];

  /** @param called the services that are declared to be called, as they are known at synth */
  constructor(private readonly namespace: string, private readonly rootNamespace: string, private readonly called: () => MeshService[]) {}

  /** A service of any namespace, whose name may be known only later. */
  public addService(service: MeshService): void {
    service._showIn(this.namespace);
    this.entries.push(() => entryOf(service));
  }

  /** `host`, or `namespace/host`. */
  public addHost(host: string): void {
    if (typeof host !== 'string') {
      throw new Error(`allowEgressToHost: the host is ${describeValue(host)}. Write a full DNS name, for example "api.example.com"; a MeshService goes to allowEgress.`);
    }
    if (host === '*' || host === '*/*') {
      throw new Error(`allowEgressToHost: "${host}" names every host, so nothing would be limited. Name what is called, or say egress: EgressPolicy.OPEN.`);
    }
    const entry = located('allowEgressToHost: ', () => parseEntry(host));
    this.entries.push(() => entry);
  }

  /** In an order that does not depend on who spoke first. */
  public render(): string[] {
    const always = [{ namespace: '.', host: '*' }, { namespace: this.rootNamespace, host: '*' }];
    return renderEntries(always, [...this.entries.map((entry) => entry()), ...this.called().map(entryOf)], this.namespace);
  }
}
