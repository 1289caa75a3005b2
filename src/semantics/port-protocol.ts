/**
 * The protocol of a Service port, as Istio selects it.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export enum PortProtocol {
  HTTP = 'HTTP',
  HTTP2 = 'HTTP2',
  GRPC = 'GRPC',
  GRPC_WEB = 'GRPC-Web',
  HTTPS = 'HTTPS',
  TLS = 'TLS',
  TCP = 'TCP',
  MONGO = 'Mongo',
  MYSQL = 'MySQL',
  REDIS = 'Redis',
  UDP = 'UDP',
  /** Not said anywhere: the proxy looks at the first bytes of each connection. */
  AUTOMATIC = 'automatic',
}

const HTTP_FAMILY = new Set([PortProtocol.HTTP, PortProtocol.HTTP2, PortProtocol.GRPC, PortProtocol.GRPC_WEB]);

const BY_PREFIX: Record<string, PortProtocol> = {
  'http': PortProtocol.HTTP,
  'http2': PortProtocol.HTTP2,
  'grpc': PortProtocol.GRPC,
  'grpc-web': PortProtocol.GRPC_WEB,
  'https': PortProtocol.HTTPS,
  'tls': PortProtocol.TLS,
  'tcp': PortProtocol.TCP,
  'mongo': PortProtocol.MONGO,
  'mysql': PortProtocol.MYSQL,
  'redis': PortProtocol.REDIS,
  'udp': PortProtocol.UDP,
};

/** The names that Kubernetes itself defines for `appProtocol`. */
const BY_KUBERNETES_NAME: Record<string, PortProtocol> = {
  'kubernetes.io/h2c': PortProtocol.HTTP2,
  'kubernetes.io/ws': PortProtocol.HTTP,
  'kubernetes.io/wss': PortProtocol.HTTPS,
};

/** Whether Istio reads requests on such a port, so that HTTP settings and rules mean something. */
export function isHttp(protocol: PortProtocol): boolean {
  return HTTP_FAMILY.has(protocol);
}

export function isGrpc(protocol: PortProtocol): boolean {
  return protocol === PortProtocol.GRPC || protocol === PortProtocol.GRPC_WEB;
}

/** `appProtocol` first, then the port name up to its first dash, else automatic. */
export function selectProtocol(port: { appProtocol?: string; name?: string; protocol?: string }): PortProtocol {
  if (port.protocol === 'UDP') return PortProtocol.UDP;
  if (port.appProtocol !== undefined) {
    return BY_KUBERNETES_NAME[port.appProtocol.toLowerCase()]
      ?? byPrefix(port.appProtocol)
      ?? PortProtocol.AUTOMATIC;
  }
  return byPrefix(port.name ?? '') ?? PortProtocol.AUTOMATIC;
}

function byPrefix(name: string): PortProtocol | undefined {
  const lower = name.toLowerCase();
  if (lower === 'grpc-web' || lower.startsWith('grpc-web-')) return PortProtocol.GRPC_WEB;
  const prefix = lower.split('-', 1)[0];
  return Object.hasOwn(BY_PREFIX, prefix) ? BY_PREFIX[prefix] : undefined;
}
