import type { SidecarSpec } from '../imports/networking.istio.io';
import { checkOptions } from '../model/given';
import type { Spec } from '../model/istio-object';
import { MeshPort } from '../model/mesh-port';
import { checkMountedFile } from '../model/mounted-file';
import { describeValue } from '../semantics/describe-value';
import { splitHostPort } from '../semantics/host-port';
import { isIpAddress } from '../semantics/ip-address';
import { located } from '../semantics/located';
import { PortProtocol } from '../semantics/port-protocol';
import { ConnectionPool, renderConnectionPool } from '../traffic/connection-pool';

type Ingress = NonNullable<Spec<SidecarSpec>['ingress']>[number];

/** The files of a listener that terminates TLS, as the sidecar's container sees them. */
export interface ListenerTlsFiles {
  /** The server certificate, such as `/etc/certs/tls.crt`. */
  readonly certificate: string;
  /** Its private key, such as `/etc/certs/tls.key`. */
  readonly privateKey: string;
}

/** Beside its own certificate, the authority that clients' certificates must be of. */
export interface ListenerMutualTlsFiles extends ListenerTlsFiles {
  /** The certificates of the authority, such as `/etc/certs/ca.crt`. */
  readonly caCertificates: string;
}

/**
 * TLS that a sidecar terminates for clients that have no sidecar. The port must not ask for the mesh's own mTLS: except it by
 * `MtlsPort.disable`. Files are mounted into the sidecar with `sidecar.istio.io/userVolume` and
 * `sidecar.istio.io/userVolumeMount`; a Secret's name (`credentialName`) Istio refuses here.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/
 */
export class ListenerTls {
  /** Clients know the server by its certificate. */
  public static simple(files: ListenerTlsFiles): ListenerTls {
    return new ListenerTls('simple', 'SIMPLE', files, ['certificate', 'privateKey']);
  }

  /** Clients need a certificate, too. */
  public static mutual(files: ListenerMutualTlsFiles): ListenerTls {
    return new ListenerTls('mutual', 'MUTUAL', files, ['certificate', 'privateKey', 'caCertificates']);
  }

  /** @internal */
  public readonly _spec: NonNullable<Ingress['tls']>;

  private constructor(factory: string, mode: 'SIMPLE' | 'MUTUAL', files: ListenerTlsFiles & Partial<ListenerMutualTlsFiles>, needed: readonly (keyof ListenerMutualTlsFiles)[]) {
    checkOptions(`ListenerTls.${factory}`, files, "{ certificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' }");
    for (const file of needed) located(`ListenerTls.${factory}: `, () => checkMountedFile(file, files[file]));
    this._spec = { mode, serverCertificate: files.certificate, privateKey: files.privateKey, caCertificates: files.caCertificates };
  }
}

/** A port at which a sidecar takes requests for its application. */
export interface SidecarListener {
  /**
   * The port of the pod, as the Service's `targetPort` names it, and what it carries: `MeshPort.http(9080)`. A listener with
   * `tls` is `MeshPort.of({ number: 8443, protocol: PortProtocol.HTTPS })`.
   */
  readonly port: MeshPort;
  /**
   * Where the application listens: `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:8080` (the pod's address), or
   * `unix:///var/run/app.sock`.
   *
   * @default - the same port of the pod's address
   */
  readonly defaultEndpoint?: string;
  /**
   * The IP address that the sidecar listens at.
   *
   * @default - the pod's
   */
  readonly bind?: string;
  /**
   * TLS for clients without a sidecar.
   *
   * @default - none but the mesh's own mTLS
   */
  readonly tls?: ListenerTls;
  /**
   * Limits on what comes in at this port.
   *
   * @default - the `inboundConnectionPool` of the scope
   */
  readonly connectionPool?: ConnectionPool;
}

const TLS_PROTOCOLS: readonly PortProtocol[] = [PortProtocol.HTTPS, PortProtocol.TLS];
const ENDPOINT_HOSTS = ['', '127.0.0.1', '0.0.0.0', '::1', '::'];

/** As Istio writes it. Throws for what its webhook refuses. */
export function renderListener(listener: SidecarListener): Ingress {
  checkOptions('listeners', listener, "{ port: MeshPort.http(9080), defaultEndpoint: '127.0.0.1:8080' }");
  const { port, defaultEndpoint, bind, tls, connectionPool } = listener;
  if (!(port instanceof MeshPort)) throw new Error(`listeners: \`port\` is ${describeValue(port)}. Give a MeshPort, for example MeshPort.http(9080).`);
  const at = `the listener of port ${port.toString()}`;
  if (port.protocol === PortProtocol.AUTOMATIC || port.protocol === PortProtocol.UDP) {
    throw new Error(`${at} does not say what it carries. Say it, for example MeshPort.http(${port.number}) or MeshPort.tcp(${port.number}).`);
  }
  if (port.targetPort !== port.number) {
    throw new Error(`${at} has the target port ${port.targetPort}, which Istio does not read here. Say defaultEndpoint: '127.0.0.1:${port.targetPort}'.`);
  }
  if (bind !== undefined && (typeof bind !== 'string' || !isIpAddress(bind))) {
    throw new Error(`${at}: \`bind\` is ${describeValue(bind)}, which is not an IP address. Give one, such as "0.0.0.0", or leave it out.`);
  }
  if (defaultEndpoint !== undefined) checkEndpoint(at, defaultEndpoint);
  if (tls !== undefined && !(tls instanceof ListenerTls)) throw new Error(`${at}: \`tls\` is ${describeValue(tls)}. Say for example ListenerTls.simple({ certificate, privateKey }).`);
  if (tls && !TLS_PROTOCOLS.includes(port.protocol)) {
    throw new Error(`${at} has \`tls\`, and its protocol is ${port.protocol}. Say MeshPort.of({ number: ${port.number}, protocol: PortProtocol.HTTPS }).`);
  }
  return {
    port: { number: port.number, name: port.name ?? `${port.protocol.toLowerCase()}-${port.number}`, protocol: port.protocol },
    bind,
    defaultEndpoint,
    tls: tls?._spec,
    connectionPool: connectionPool && located(`${at}: `, () => renderConnectionPool(connectionPool)),
  };
}

function checkEndpoint(at: string, endpoint: unknown): void {
  if (typeof endpoint === 'string') {
    if (/^unix:\/\/(\/[^\s\0]+|@[^\s\0]+)$/.test(endpoint)) return;
    const { host, port } = splitHostPort(endpoint) ?? {};
    if (host !== undefined && ENDPOINT_HOSTS.includes(host) && /^[1-9][0-9]{0,4}$/.test(port!) && Number(port) <= 65535) return;
  }
  throw new Error(`${at}: \`defaultEndpoint\` is ${describeValue(endpoint)}. Write "127.0.0.1:PORT", "[::1]:PORT", "0.0.0.0:PORT" (the pod's address), or "unix:///PATH".`);
}
