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

/** SMTP, DNS, MySQL and MongoDB: there the server speaks first, so Istio never sniffs and takes them for TCP. */
const NEVER_DETECTED = new Set([25, 53, 3306, 27017]);

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

/** `appProtocol` first, else the port's name, each up to its first dash; else automatic, except for a few well-known ports. */
export function selectProtocol(port: { port?: number; appProtocol?: string; name?: string; protocol?: string }): PortProtocol {
  if (port.protocol === 'UDP') return PortProtocol.UDP;
  const said = port.appProtocol === undefined ? byPrefix(port.name ?? '') : byAppProtocol(port.appProtocol);
  return said ?? (NEVER_DETECTED.has(port.port ?? 0) ? PortProtocol.TCP : PortProtocol.AUTOMATIC);
}

function byAppProtocol(name: string): PortProtocol | undefined {
  return Object.hasOwn(BY_KUBERNETES_NAME, name) ? BY_KUBERNETES_NAME[name] : byPrefix(name);
}

function byPrefix(name: string): PortProtocol | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith('grpc-web')) return PortProtocol.GRPC_WEB;
  const prefix = lower.split('-', 1)[0];
  return Object.hasOwn(BY_PREFIX, prefix) ? BY_PREFIX[prefix] : undefined;
}
