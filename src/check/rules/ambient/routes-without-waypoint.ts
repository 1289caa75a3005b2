import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts } from '../../facts/mesh-facts';
import { ServiceFacts, services } from '../../facts/services';
import { hasAmbientNamespace, isAmbientNamespace } from '../../facts/sidecars';
import { virtualServices } from '../../facts/virtual-services';
import { hasSidecarClients, isWaypoint, waypointOf } from '../../facts/waypoints';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

const shop = (labels: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/dataplane-mode: ambient${labels} } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec: { hosts: [reviews], http: [{ timeout: 2s, route: [{ destination: { host: reviews } }] }] }
`;

export const routesWithoutWaypoint = defineRule({
  code: 'MESH3908',
  slug: 'routes-without-waypoint',
  title: 'Routes or traffic rules are for a Service of the ambient mesh without a waypoint',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0210', 'KIA0211', 'KIA1109', 'KIA1113'],
  sees: 'mesh',
  why: 'In ambient the clients have no proxy of their own that would carry them out; ztunnel forwards connections as they are. Routes, retries, timeouts, subsets and outlier detection do nothing.',
  fix: 'Create a waypoint (a Gateway of class istio-waypoint) and name it with the label istio.io/use-waypoint on the Service or its Namespace.',
  links: ['https://istio.io/latest/docs/ambient/usage/waypoint/', 'https://istio.io/latest/docs/ambient/usage/l7-features/'],
  examples: {
    valid: [{
      title: 'the Namespace names a waypoint',
      yaml: `${shop(', istio.io/use-waypoint: waypoint')}---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`,
    }],
    invalid: [{ title: 'nothing names one', yaml: shop('') }],
  },
  kinds: [Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE],
  check(object, { mesh, missing }) {
    if (!mesh.fact(hasAmbientNamespace)) return;
    const known = mesh.fact(services);
    const isRoutes = object.groupKind === Kind.VIRTUAL_SERVICE;
    if (isRoutes && !mesh.fact(virtualServices).of(object).onMesh) return;
    const hosts = isRoutes ? mesh.fact(virtualServices).of(object).hosts : [mesh.fact(destinationRules).of(object).host];
    let without: ServiceFacts | undefined;
    for (const host of hosts) {
      const service = known.at(host).find(({ kind }) => kind === 'Service');
      if (service === undefined || !isAmbientNamespace(mesh, service.namespace)) return;
      if (waypointOf(mesh, service.object.labels, service.namespace) !== undefined) return;
      without ??= service;
    }
    if (without === undefined || mesh.fact(hasSidecarClients) || (!isRoutes && mesh.fact(hasGateways))) return;
    missing({
      path: isRoutes ? 'spec.hosts' : 'spec.host',
      message: `Service ${without.namespace}/${without.object.name} is in the ambient mesh and has no waypoint, and no client with a sidecar is there: nothing carries out the ${object.kind}.`,
    });
  },
});

/** Whether gateways are in sight, which follow DestinationRules by themselves. */
function hasGateways(mesh: MeshFacts): boolean {
  return mesh.ofKind(Kind.GATEWAY).length > 0
    || mesh.ofKind(Kind.K8S_GATEWAY).some((gateway) => !isWaypoint(mesh, gateway))
    || mesh.fact(workloads).all.some((workload) => isGatewayWorkload(mesh, workload));
}
