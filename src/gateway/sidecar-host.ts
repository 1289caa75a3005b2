import { MeshService } from '../model/mesh-service';
import { SidecarHostEntry, entryOf, parseEntry } from '../model/sidecar-hosts';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { located } from '../semantics/located';

/** What a `SidecarScope` lets the sidecars of its pods see. */
export class SidecarHost {
  /** What the pods are declared to call: `frontend.calls(reviews)`. Calls that are declared later count too. */
  public static declaredCalls(): SidecarHost {
    return new SidecarHost('declared calls', undefined, true);
  }

  /** A service, or an external one (`payments.service`). */
  public static service(service: MeshService): SidecarHost {
    if (!(service instanceof MeshService)) {
      throw new Error(`SidecarHost.service: ${describeValue(service)} is not a MeshService. Give the one in front of it, or name the host: SidecarHost.named('api.example.com').`);
    }
    return new SidecarHost(service.node.path, () => [entryOf(service)], false, service);
  }

  /** Every service of a namespace. */
  public static namespace(namespace: string): SidecarHost {
    if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
      throw new Error(`SidecarHost.namespace: ${describeValue(namespace)} is not a namespace name: lower-case letters, digits and dashes, at most 63, for example "data".`);
    }
    return new SidecarHost(namespace, () => [{ namespace, host: '*' }]);
  }

  /** Every service of the pods' own namespace. In the Sidecar of the mesh, that of each pod. */
  public static ownNamespace(): SidecarHost {
    return new SidecarHost('own namespace', () => [{ namespace: '.', host: '*' }]);
  }

  /**
   * A host by its name, which this App need not know.
   *
   * @param host a full DNS name, perhaps with the namespace of its Service or ServiceEntry in front: `api.example.com`,
   * `*.example.com`, `data/ratings.data.svc.cluster.local`
   */
  public static named(host: string): SidecarHost {
    const entry = located('SidecarHost.named: ', () => parseEntry(host));
    return new SidecarHost(host, () => [entry]);
  }

  /**
   * The Kubernetes API, for pods that call it through their sidecar.
   *
   * @param clusterDomain the DNS domain of the cluster
   */
  public static kubernetesApi(clusterDomain: string = 'cluster.local'): SidecarHost {
    const entry = located('SidecarHost.kubernetesApi: ', () => parseEntry(`default/kubernetes.default.svc.${clusterDomain}`));
    return new SidecarHost('the Kubernetes API', () => [entry]);
  }

  /** Every service of the mesh, as without a Sidecar: for one that is there for its listeners or for REGISTRY_ONLY. */
  public static everything(): SidecarHost {
    return new SidecarHost('everything', () => [{ namespace: '*', host: '*' }]);
  }

  private constructor(
    /** For messages. @internal */
    public readonly _title: string,
    /** Asked at synth. @internal */
    public readonly _entries?: () => SidecarHostEntry[],
    /** @internal */
    public readonly _isDeclaredCalls: boolean = false,
    /** @internal */
    public readonly _service?: MeshService,
  ) {}
}
