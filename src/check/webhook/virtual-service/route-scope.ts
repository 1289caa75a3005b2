import { VirtualServiceSpec } from '../../../manifest/generated/istio-specs';
import { HostSet } from '../../../semantics/host-name';
import { AdmittedObject } from '../webhook-check';

const MESH = 'mesh';
const ROUTE_SEMANTICS = 'internal.istio.io/route-semantics';

/** What the rest of a VirtualService says about its routes. */
export interface RouteScope {
  /** Without hosts: other VirtualServices delegate to it. */
  readonly isDelegate: boolean;
  /** It names gateways, and the sidecars of the mesh are not among them. */
  readonly onGatewayOnly: boolean;
  /** `mesh` is not named. Istio asks this where it judges SNI hosts, so there an absent list counts as a gateway. */
  readonly withoutMesh: boolean;
  /** It has a TLS rule with an SNI host. */
  readonly hasSniHosts: boolean;
  /** It claims to be made from the Gateway API: Istio then leaves destinations to whoever made it. */
  readonly gatewayApi: boolean;
  readonly hosts: readonly string[];
  /** The hosts, for many questions. */
  hostSet(): HostSet;
}

export function routeScope({ spec, annotations }: AdmittedObject<VirtualServiceSpec>): RouteScope {
  const gateways = spec.gateways ?? [];
  const hosts = spec.hosts ?? [];
  const withoutMesh = !gateways.includes(MESH);
  let hostSet: HostSet | undefined;
  return {
    isDelegate: hosts.length === 0,
    onGatewayOnly: gateways.length > 0 && withoutMesh,
    withoutMesh,
    hasSniHosts: spec.tls?.some(({ match }) => match.some(({ sniHosts }) => sniHosts.length > 0)) ?? false,
    gatewayApi: annotations[ROUTE_SEMANTICS] === 'gateway',
    hosts,
    hostSet: () => {
      if (hostSet === undefined) {
        hostSet = new HostSet();
        for (const host of hosts) hostSet.add(host);
      }
      return hostSet;
    },
  };
}
