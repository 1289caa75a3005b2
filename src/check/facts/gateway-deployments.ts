import { kubernetesGateways, KubernetesGateway } from './kubernetes-gateways';
import { MeshFacts } from './mesh-facts';
import { member, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** The port on which a gateway's pods say that they are ready. */
const STATUS_PORT = { name: 'status-port', port: 15021, appProtocol: 'tcp' };
const NAME_OVERRIDE = 'gateway.istio.io/name-override';

/** What istiod adds to the name of the Gateway, by the controller of its class. */
const SUFFIXED: ReadonlySet<string> = new Set(['istio.io/gateway-controller']);
const UNSUFFIXED: ReadonlySet<string> = new Set([
  'istio.io/mesh-controller', 'istio.io/eastwest-controller', 'istio.io/agentgateway-controller', 'istio.io/agentgateway-waypoint-controller',
]);
const CONTROLLERS: Readonly<Record<string, string>> = {
  'istio': 'istio.io/gateway-controller',
  'istio-waypoint': 'istio.io/mesh-controller',
  'istio-east-west': 'istio.io/eastwest-controller',
  'istio-agentgateway': 'istio.io/agentgateway-controller',
  'istio-agentgateway-waypoint': 'istio.io/agentgateway-waypoint-controller',
};

/**
 * The Services that istiod makes for Gateways of the Gateway API, as far as nobody wrote one of that name: no manifest
 * has them, and routes may lead to them.
 */
export function servicesOfGateways(mesh: MeshFacts): readonly MeshObject[] {
  const made: MeshObject[] = [];
  for (const gateway of mesh.fact(kubernetesGateways).values()) {
    const name = serviceName(mesh, gateway);
    if (name === undefined || mesh.isReplaced(gateway.object) || mesh.find(Kind.SERVICE, gateway.object.namespace, name) !== undefined) continue;
    made.push(serviceOf(gateway, name));
  }
  return made;
}

/** Undefined if istiod makes none: another controller's, or one that is told to use a Service that is there. */
function serviceName(mesh: MeshFacts, { object, className, addresses }: KubernetesGateway): string | undefined {
  if (addresses.length > 1 || (addresses.length === 1 && !addresses[0].startsWith('IPAddress '))) return undefined;
  const ofClass = mesh.find(Kind.GATEWAY_CLASS, '', className);
  const controller = ofClass === undefined
    ? Object.hasOwn(CONTROLLERS, className) ? CONTROLLERS[className] : ''
    : stringOr(member(member(ofClass.json, 'spec'), 'controllerName')) ?? '';
  if (!SUFFIXED.has(controller) && !UNSUFFIXED.has(controller)) return undefined;
  return object.annotations[NAME_OVERRIDE] || (SUFFIXED.has(controller) ? `${object.name}-${className}` : object.name);
}

function serviceOf({ object, listeners }: KubernetesGateway, name: string): MeshObject {
  const own = listeners.map((listener) => ({ name: listener.name, port: listener.port, appProtocol: listener.protocol.toLowerCase() }));
  // Where ListenerSets may add listeners, nobody knows all ports.
  const ports = member(member(object.json, 'spec'), 'allowedListeners') === undefined ? [STATUS_PORT, ...own] : [];
  return {
    ...object,
    apiVersion: 'v1',
    group: '',
    version: 'v1',
    kind: 'Service',
    groupKind: Kind.SERVICE,
    name,
    annotations: {},
    json: { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: object.namespace }, spec: { ports } },
  };
}
