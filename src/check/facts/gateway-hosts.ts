import { gateways, hostOfServer, listenerKind, ListenerKind } from './gateways';
import { MeshFacts } from './mesh-facts';
import { GatewayServers } from '../../manifest/generated/istio-specs';
import { Kind } from '../../manifest/kinds';
import { hostsOverlap } from '../../semantics/host-name';

/** The servers of a Gateway, by its `namespace/name`; undefined if it is out of sight. */
export function serversOf(mesh: MeshFacts, gateway: string): readonly GatewayServers[] | undefined {
  const slash = gateway.indexOf('/');
  const object = mesh.find(Kind.GATEWAY, gateway.slice(0, slash), gateway.slice(slash + 1));
  return object && mesh.fact(gateways).of(object)?.servers;
}

/** Whether a server takes a host of a VirtualService that stands in `namespace`. */
export function servesHost(server: GatewayServers, gateway: string, namespace: string, host: string): boolean {
  for (const written of server.hosts ?? []) {
    const slash = written.indexOf('/');
    if (slash >= 0) {
      const from = written.slice(0, slash);
      const allowed = from === '*' || from === namespace || (from === '.' && gateway.slice(0, gateway.indexOf('/')) === namespace);
      if (!allowed) continue;
    }
    if (hostsOverlap(hostOfServer(written), host)) return true;
  }
  return false;
}

/** Which rules of a VirtualService a server takes: `http` where requests are seen, `tls` where TLS passes through. */
export function rulesTakenBy(server: GatewayServers): readonly ('http' | 'tls' | 'tcp')[] {
  const kind: ListenerKind = listenerKind(server);
  if (kind === 'http') return ['http'];
  if (kind === 'tcp') return ['tcp'];
  const mode = server.tls?.mode;
  if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') return ['tls', 'tcp'];
  return (server.port?.protocol ?? '').toUpperCase() === 'HTTPS' ? ['http'] : ['tcp', 'tls'];
}
