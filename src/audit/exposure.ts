import { gateways } from '../check/facts/gateways';
import { kubernetesGateways } from '../check/facts/kubernetes-gateways';
import { MeshFacts } from '../check/facts/mesh-facts';
import { services } from '../check/facts/services';
import { virtualServices } from '../check/facts/virtual-services';
import { workloads } from '../check/facts/workloads';
import { arrayOr, Json, member, stringOr } from '../manifest/json';
import { Kind } from '../manifest/kinds';

/** A gateway whose routes lead to a service, so that somebody outside may reach it with the gateway's identity. */
export interface Exposure {
  /** `istio-ingress/public` */
  readonly gateway: string;
  readonly hosts: readonly string[];
  /** `namespace/serviceAccount` of its proxies; empty if they are out of sight. */
  readonly identities: readonly string[];
}

/** The gateways that lead to services, by `namespace/name` of the service: `mesh.fact(exposures)`. */
export function exposures(mesh: MeshFacts): ReadonlyMap<string, readonly Exposure[]> {
  const found = new Map<string, Exposure[]>();
  const add = (service: string, exposure: Exposure) => {
    const others = found.get(service);
    if (!others) found.set(service, [exposure]);
    else if (!others.some(({ gateway, hosts }) => gateway === exposure.gateway && hosts.join() === exposure.hosts.join())) others.push(exposure);
  };
  for (const gateway of mesh.fact(gateways).all) {
    if (mesh.isReplaced(gateway.object)) continue;
    const identities = [...new Set(gateway.workloads.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`))];
    for (const { hosts, destinations } of mesh.fact(virtualServices).at(gateway.fullName)) {
      for (const host of new Set(destinations.map((destination) => destination.host))) {
        const service = mesh.fact(services).serving(host);
        if (service?.kind === 'Service') add(`${service.namespace}/${service.object.name}`, { gateway: gateway.fullName, hosts, identities });
      }
    }
  }
  for (const { object: gateway, className } of mesh.fact(kubernetesGateways).values()) {
    for (const kind of ROUTES) {
      for (const route of mesh.ofKind(kind)) {
        const spec = member(route.json, 'spec');
        if (!arrayOr(member(spec, 'parentRefs')).some((parent) => names(parent, 'Gateway', gateway, route.namespace))) continue;
        const hosts = arrayOr(member(spec, 'hostnames')).filter((host): host is string => typeof host === 'string');
        for (const rule of arrayOr(member(spec, 'rules'))) {
          for (const backend of arrayOr(member(rule, 'backendRefs'))) {
            const name = stringOr(member(backend, 'name'));
            if ((stringOr(member(backend, 'kind')) ?? 'Service') !== 'Service' || name === undefined) continue;
            add(`${stringOr(member(backend, 'namespace')) ?? route.namespace}/${name}`, {
              gateway: `${gateway.namespace}/${gateway.name}`, hosts: hosts.length > 0 ? hosts : ['*'], identities: identitiesOf(mesh, gateway, className),
            });
          }
        }
      }
    }
  }
  return found;
}

const ROUTES = [Kind.HTTP_ROUTE, Kind.GRPC_ROUTE, 'TLSRoute.gateway.networking.k8s.io', 'TCPRoute.gateway.networking.k8s.io'];

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function names(reference: Json, kind: string, { namespace, name }: Named, own: string): boolean {
  return (stringOr(member(reference, 'kind')) ?? 'Gateway') === kind && stringOr(member(reference, 'name')) === name
    && (stringOr(member(reference, 'namespace')) ?? own) === namespace;
}

/** Istio runs the proxies of such a Gateway with a service account of its own making, unless there are some already. */
function identitiesOf(mesh: MeshFacts, { namespace, name }: Named, className: string): readonly string[] {
  const running = mesh.fact(workloads).selected(namespace, { 'gateway.networking.k8s.io/gateway-name': name });
  return running.length > 0 ? [...new Set(running.map(({ serviceAccount }) => `${namespace}/${serviceAccount}`))] : [`${namespace}/${name}-${className}`];
}
