import { credentialsOf, GatewayInMesh, gateways, hostOfServer, listenerKind, ListenerKind } from './gateways';
import { MeshFacts } from './mesh-facts';

/** A Gateway and one of its servers. */
export interface ServerOfGateway {
  readonly gateway: GatewayInMesh;
  readonly index: number;
  readonly kind: ListenerKind;
}

/** Servers of all Gateways, by what makes two of them meet. */
export interface GatewayServerIndex {
  /** By port, bind and host without namespace. */
  readonly byHost: ReadonlyMap<string, readonly ServerOfGateway[]>;
  /** By port, bind and what they listen for. */
  readonly byPort: ReadonlyMap<string, readonly ServerOfGateway[]>;
  /** Those that end TLS, by the name of the Secret. */
  readonly byCredential: ReadonlyMap<string, readonly ServerOfGateway[]>;
}

export function portKey(port: number, bind: string | undefined, kind: ListenerKind): string {
  return `${port} ${bind ?? ''} ${kind}`;
}

export function hostKey(port: number, bind: string | undefined, host: string): string {
  return `${port} ${bind ?? ''} ${hostOfServer(host)}`;
}

/** `mesh.fact(gatewayServers)` */
export function gatewayServers(mesh: MeshFacts): GatewayServerIndex {
  const byHost = new Map<string, ServerOfGateway[]>();
  const byPort = new Map<string, ServerOfGateway[]>();
  const byCredential = new Map<string, ServerOfGateway[]>();
  for (const gateway of mesh.fact(gateways).all) {
    if (mesh.isReplaced(gateway.object)) continue;
    gateway.servers.forEach((server, index) => {
      const number = server.port?.number;
      if (number === undefined) return;
      const entry = { gateway, index, kind: listenerKind(server) };
      add(byPort, portKey(number, server.bind, entry.kind), entry);
      for (const host of new Set(server.hosts ?? [])) add(byHost, hostKey(number, server.bind, host), entry);
      for (const { name } of credentialsOf(server)) add(byCredential, name, entry);
    });
  }
  return { byHost, byPort, byCredential };
}

/** The full names of other Gateways among `candidates` that meet this one, at most a handful: enough for a message. */
export function othersMeeting(
  mesh: MeshFacts, gateway: GatewayInMesh, candidates: readonly ServerOfGateway[] | undefined, accept: (other: ServerOfGateway) => boolean,
): string[] {
  const names: string[] = [];
  if (candidates === undefined || mesh.isReplaced(gateway.object)) return names;
  const all = mesh.fact(gateways);
  for (const other of candidates) {
    if (other.gateway === gateway || !accept(other) || !all.meet(gateway, other.gateway)) continue;
    if (!names.includes(other.gateway.fullName)) names.push(other.gateway.fullName);
    if (names.length === ENOUGH) break;
  }
  return names;
}

const ENOUGH = 5;

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
