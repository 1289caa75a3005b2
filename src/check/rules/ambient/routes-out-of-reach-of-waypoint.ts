import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { meshConfig } from '../../facts/mesh-config';
import { services } from '../../facts/services';
import { hasAmbientNamespace, isAmbientNamespace } from '../../facts/sidecars';
import { virtualServices } from '../../facts/virtual-services';
import { hasSidecarClients, waypointOf } from '../../facts/waypoints';
import { defineRule } from '../../rule';

const mesh = (place: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint } }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: ${place} }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http: [{ timeout: 2s, route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
`;

export const routesOutOfReachOfWaypoint = defineRule({
  code: 'MESH3909',
  slug: 'routes-out-of-reach-of-waypoint',
  title: 'Routes or traffic rules stand where the waypoint of the Service does not look',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0212', 'KIA1114'],
  sees: 'mesh',
  why: 'A waypoint takes the VirtualServices of the namespaces of the Service and of itself, and DestinationRules of these and of the root namespace. In ambient a client cannot bring rules of its own.',
  fix: 'Move the object to the namespace of the Service.',
  links: ['https://istio.io/latest/docs/ambient/usage/l7-features/'],
  examples: {
    valid: [{ title: 'in the namespace of the Service', yaml: mesh('shop') }],
    invalid: [{ title: 'in the namespace of a client', yaml: mesh('web') }],
  },
  kinds: [Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE],
  check(object, { mesh: facts, missing }) {
    if (!facts.fact(hasAmbientNamespace)) return;
    const isRoutes = object.groupKind === Kind.VIRTUAL_SERVICE;
    if (isRoutes && !facts.fact(virtualServices).of(object).onMesh) return;
    if (!isRoutes && object.namespace === facts.fact(meshConfig).rootNamespace) return;
    const hosts = isRoutes ? facts.fact(virtualServices).of(object).hosts : [facts.fact(destinationRules).of(object).host];
    for (let i = 0; i < hosts.length; i++) {
      const service = facts.fact(services).at(hosts[i]).find(({ kind }) => kind === 'Service');
      if (service === undefined || service.namespace === object.namespace || !isAmbientNamespace(facts, service.namespace)) continue;
      const waypoint = waypointOf(facts, service.object.labels, service.namespace);
      if (waypoint === undefined || waypoint.namespace === object.namespace || facts.fact(hasSidecarClients)) continue;
      missing({
        path: isRoutes ? `spec.hosts[${i}]` : 'spec.host',
        message: `Waypoint ${waypoint.namespace}/${waypoint.name} of Service ${service.namespace}/${service.object.name} does not look at ${object.kind}s of namespace ${object.namespace}.`,
      });
      return;
    }
  },
});
