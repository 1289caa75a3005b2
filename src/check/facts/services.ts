import { CLUSTER_DOMAIN } from './full-host';
import { servicesOfGateways } from './gateway-deployments';
import { HostIndex } from './host-index';
import { MeshFacts } from './mesh-facts';
import { isVisibleIn, Visibility, visibilityOf } from './visibility';
import { arrayOr, Json, member, objectOr, stringMap, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';
import { PortProtocol, selectProtocol } from '../../semantics/port-protocol';
import { protocolNamed } from '../../semantics/protocol-field';

export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: PortProtocol;
  /** As written; a name, if it names a port of the container. */
  readonly targetPort: number | string | undefined;
}

/** What requests go to by a host: a Kubernetes Service, or one host of a ServiceEntry. */
export interface ServiceFacts {
  /** Full, and perhaps a wildcard. */
  readonly host: string;
  readonly namespace: string;
  readonly object: MeshObject;
  readonly ports: readonly ServicePort[];
  readonly visibility: Visibility;
  /** The labels of its workloads; undefined if it selects none. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly kind: 'Service' | 'ServiceEntry';
  /** Outside of the mesh: MESH_EXTERNAL, or a Service that is only another name. */
  readonly external: boolean;
}

/** All services that the objects speak of, by host. */
export class Services {
  private readonly index = new HostIndex<ServiceFacts>();
  private readonly sameName = new Map<string, ServiceFacts[]>();
  private readonly withinWildcard = new Map<string, boolean>();

  constructor(public readonly all: readonly ServiceFacts[]) {
    for (const service of all) {
      this.index.add(service.host, service);
      if (service.kind === 'Service') {
        const others = this.sameName.get(service.object.name);
        if (others) others.push(service);
        else this.sameName.set(service.object.name, [service]);
      }
    }
  }

  /** Those with this very host, seen from anywhere. */
  public at(host: string): readonly ServiceFacts[] {
    return this.index.at(host);
  }

  /** The service that serves a full host; from `namespace` if given, else from anywhere. The most specific one first. */
  public serving(host: string, namespace?: string): ServiceFacts | undefined {
    return this.index.find(host, (found) => namespace === undefined
      ? found[0]
      : found.find((service) => service.namespace === namespace && isVisibleIn(service.visibility, namespace))
        ?? found.find((service) => isVisibleIn(service.visibility, namespace)));
  }

  /** Whether a wildcard covers the host of some service. */
  public anyWithin(wildcard: string): boolean {
    let known = this.withinWildcard.get(wildcard);
    if (known === undefined) {
      const end = wildcard.slice(1);
      this.withinWildcard.set(wildcard, known = this.all.some(({ host }) => host.endsWith(end)));
    }
    return known;
  }

  /** Kubernetes Services of one name, in whatever namespace. */
  public named(name: string): readonly ServiceFacts[] {
    return this.sameName.get(name) ?? [];
  }

  public hosts(): string[] {
    return this.index.hosts();
  }
}

/** `mesh.fact(services)` */
export function services(mesh: MeshFacts): Services {
  const all: ServiceFacts[] = [];
  for (const object of mesh.ofKind(Kind.SERVICE)) if (!mesh.isReplaced(object)) all.push(ofService(object));
  for (const object of mesh.fact(servicesOfGateways)) all.push(ofService(object));
  for (const object of mesh.ofKind(Kind.SERVICE_ENTRY)) if (!mesh.isReplaced(object)) addEntries(object, all);
  return new Services(all);
}

function ofService(object: MeshObject): ServiceFacts {
  const { namespace, name, annotations } = object;
  const spec = objectOr(member(object.json, 'spec'));
  const selector = stringMap(member(spec, 'selector'));
  const exportTo = annotations['networking.istio.io/exportTo'];
  return {
    host: `${name}.${namespace}.${CLUSTER_DOMAIN}`,
    namespace,
    object,
    ports: arrayOr(member(spec, 'ports')).map(servicePort),
    visibility: visibilityOf(exportTo === undefined || exportTo === '' ? undefined : exportTo.split(',').map((to) => to.trim()), namespace),
    selector: isEmpty(selector) ? undefined : selector,
    kind: 'Service',
    external: member(spec, 'type') === 'ExternalName',
  };
}

function servicePort(port: Json): ServicePort {
  const number = numberOr(member(port, 'port'));
  const name = stringOr(member(port, 'name')) ?? '';
  const targetPort = member(port, 'targetPort');
  return {
    number,
    name,
    protocol: selectProtocol({
      port: number, name, appProtocol: stringOr(member(port, 'appProtocol')), protocol: stringOr(member(port, 'protocol')),
    }),
    targetPort: typeof targetPort === 'number' || typeof targetPort === 'string' ? targetPort : undefined,
  };
}

function addEntries(object: MeshObject, all: ServiceFacts[]): void {
  const spec = objectOr(member(object.json, 'spec'));
  const hosts = arrayOr(member(spec, 'hosts'));
  if (hosts.length === 0) return;
  const ports = arrayOr(member(spec, 'ports')).map(entryPort);
  const exportTo = arrayOr(member(spec, 'exportTo')).filter((to): to is string => typeof to === 'string');
  const visibility = visibilityOf(exportTo, object.namespace);
  const labels = stringMap(member(member(spec, 'workloadSelector'), 'labels'));
  for (const host of hosts) {
    if (typeof host !== 'string') continue;
    all.push({
      host,
      namespace: object.namespace,
      object,
      ports,
      visibility,
      selector: isEmpty(labels) ? undefined : labels,
      kind: 'ServiceEntry',
      external: member(spec, 'location') !== 'MESH_INTERNAL',
    });
  }
}

function entryPort(port: Json): ServicePort {
  const targetPort = member(port, 'targetPort');
  const number = numberOr(member(port, 'number'));
  const written = stringOr(member(port, 'protocol')) ?? '';
  const named = protocolNamed(written);
  return {
    number,
    name: stringOr(member(port, 'name')) ?? '',
    // HTTP_PROXY is HTTP to a client's proxy.
    protocol: named === 'HTTP_PROXY' ? PortProtocol.HTTP : named as PortProtocol | undefined ?? PortProtocol.AUTOMATIC,
    targetPort: typeof targetPort === 'number' ? targetPort : undefined,
  };
}

function numberOr(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) return false;
  return true;
}
