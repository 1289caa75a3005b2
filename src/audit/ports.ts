import { Cell } from './cell';
import { alternativesOf } from './condition';
import { peersOf, PodMtls } from './mtls-of';
import { Reaching } from './target';
import { AuthorizationPolicyFacts } from '../check/facts/authorization-policies';
import { bypassesProxy } from '../check/facts/outside-callers';
import { Workload } from '../check/facts/workloads';
import { isHttp, PortProtocol } from '../semantics/port-protocol';

/** A port of pods that something leads to. */
export interface DeclaredPort {
  readonly number: number;
  readonly protocol: PortProtocol;
}

const BOTH: readonly Cell['protocol'][] = ['http', 'tcp'];

/** What the proxy does with bytes on a port: requests, connections, or whichever it finds. */
function protocolsOf(protocol: PortProtocol | undefined): readonly Cell['protocol'][] {
  if (protocol === undefined || protocol === PortProtocol.AUTOMATIC) return BOTH;
  if (protocol === PortProtocol.UDP) return [];
  return isHttp(protocol) ? ['http'] : ['tcp'];
}

/** The ports of pods with a sidecar: those that are declared, those that anything speaks of, and all others as one. */
export function cellsOf(
  declared: readonly DeclaredPort[], policies: readonly Reaching<AuthorizationPolicyFacts>[], mtls: PodMtls, workload: Workload | undefined,
): readonly Cell[] {
  const protocols = new Map<number, PortProtocol>();
  // Of two Services that lead to one port, the first has its say.
  for (const { number, protocol } of declared) if (!protocols.has(number)) protocols.set(number, protocol);
  const numbers = new Set([...protocols.keys(), ...mtls.ports, ...portsNamed(policies), ...(workload ? portsOfAnnotations(workload) : [])]);
  const all: (number | undefined)[] = [...[...numbers].sort((one, other) => one - other), undefined];
  return all.flatMap((port) => protocolsOf(port === undefined ? undefined : protocols.get(port)).map((protocol): Cell => ({
    port,
    protocol,
    peers: peersOf(mtls.of(port)),
    isBypassed: workload !== undefined && bypassesProxy(workload, port ?? NO_PORT),
    isDeclared: port !== undefined && protocols.has(port),
  })));
}

/** No list has it. */
const NO_PORT = -1;

function portsNamed(policies: readonly Reaching<AuthorizationPolicyFacts>[]): number[] {
  return policies.flatMap(({ policy }) => alternativesOf(policy).flatMap(({ conditions }) => conditions
    .filter(({ attribute }) => attribute === 'destination.port')
    .flatMap(({ values, excluded }) => [...values, ...excluded].map(Number))))
    .filter((port) => Number.isInteger(port));
}

const LISTS = ['traffic.sidecar.istio.io/excludeInboundPorts', 'traffic.sidecar.istio.io/includeInboundPorts'];

function portsOfAnnotations({ annotations }: Workload): number[] {
  return LISTS.flatMap((name) => Object.hasOwn(annotations, name) ? annotations[name].split(',') : [])
    .map((port) => port.trim())
    .filter((port) => /^\d+$/.test(port))
    .map(Number);
}
