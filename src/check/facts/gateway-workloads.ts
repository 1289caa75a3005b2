import { GATEWAY_NAME_LABEL, gateways } from './gateways';
import { MeshFacts } from './mesh-facts';
import { Workload } from './workloads';

const TEMPLATES = 'inject.istio.io/templates';
const ISTIO_GATEWAYS: ReadonlySet<string> = new Set(['ingressgateway', 'egressgateway', 'eastwestgateway']);

/** The workloads that a Gateway in sight configures: `mesh.fact(configuredGateways)`. */
function configuredGateways(mesh: MeshFacts): ReadonlySet<Workload> {
  return new Set(mesh.fact(gateways).all.flatMap((gateway) => gateway.workloads));
}

/** Whether a workload is a gateway, not an application: its proxy takes requests for others. */
export function isGatewayWorkload(mesh: MeshFacts, workload: Workload): boolean {
  const { labels, annotations } = workload;
  if (Object.hasOwn(annotations, TEMPLATES) && annotations[TEMPLATES].split(',').includes('gateway')) return true;
  if (Object.hasOwn(labels, GATEWAY_NAME_LABEL) || (Object.hasOwn(labels, 'istio') && ISTIO_GATEWAYS.has(labels.istio))) return true;
  return mesh.fact(configuredGateways).has(workload);
}
