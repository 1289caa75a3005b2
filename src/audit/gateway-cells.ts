import { Cell, Peers } from './cell';
import { gateways, listenerKind } from '../check/facts/gateways';
import { Listener } from '../check/facts/kubernetes-gateways';
import { MeshFacts } from '../check/facts/mesh-facts';
import { portsOf } from '../check/facts/workload-ports';
import { Workload } from '../check/facts/workloads';
import { GatewayServers } from '../manifest/generated/istio-specs';

/** What a gateway's proxy listens for, as the Gateways in sight tell it. */
export function cellsOfGateway(mesh: MeshFacts, workload: Workload): readonly Cell[] {
  const cells = mesh.fact(gateways).all
    .filter((gateway) => !mesh.isReplaced(gateway.object) && gateway.workloads.includes(workload))
    .flatMap(({ servers }) => servers.flatMap((server) => {
      const number = server.port?.number;
      if (number === undefined) return [];
      // Gateways name the port of the Service; the proxy listens, and policies look, at the one that it leads to.
      const bound = [...new Set(portsOf(mesh, workload).filter(({ port }) => port.number === number).flatMap((port) => port.number ?? []))];
      return (bound.length > 0 ? bound : [number]).map((port) => cell(port, protocolOf(server), peersOf(server)));
    }));
  return distinct(cells);
}

/** What the proxy of a Gateway of the Gateway API listens for. */
export function cellsOfListeners(listeners: readonly Listener[]): readonly Cell[] {
  return distinct(listeners.map(({ port, protocol }) => cell(port, protocol === 'HTTP' || protocol === 'HTTPS' ? 'http' : 'tcp', 'unidentified')));
}

function cell(port: number, protocol: Cell['protocol'], peers: Peers): Cell {
  return { port, protocol, peers, isBypassed: false, isDeclared: true };
}

const PASSING: ReadonlySet<string> = new Set(['PASSTHROUGH', 'AUTO_PASSTHROUGH']);
const CERTIFIED: ReadonlySet<string> = new Set(['MUTUAL', 'ISTIO_MUTUAL']);

function protocolOf(server: GatewayServers): Cell['protocol'] {
  const kind = listenerKind(server);
  if (kind === 'http') return 'http';
  return kind === 'tls' && server.port?.protocol?.toUpperCase() === 'HTTPS' && !PASSING.has(server.tls?.mode ?? '') ? 'http' : 'tcp';
}

function peersOf({ tls }: GatewayServers): Peers {
  const mode = tls?.mode ?? 'PASSTHROUGH';
  return CERTIFIED.has(mode) ? 'identified' : mode === 'OPTIONAL_MUTUAL' ? 'anyone' : 'unidentified';
}

function distinct(cells: readonly Cell[]): readonly Cell[] {
  return [...new Map(cells.map((each) => [`${each.port} ${each.protocol} ${each.peers}`, each])).values()];
}
