import { checkMember, checkOptions } from '../model/given';
import { MeshPort } from '../model/mesh-port';
import { describeValue } from '../semantics/describe-value';
import { isDnsLabel } from '../semantics/kubernetes-name';
import { PortProtocol } from '../semantics/port-protocol';
import { ClientTls } from '../traffic/client-tls';

export interface ExternalPortOptions {
  /**
   * The port at the endpoints, where it is another.
   *
   * @default - the same
   */
  readonly targetPort?: number;
  /**
   * The port's name: what `ports` of an endpoint name it by.
   *
   * @default - `PROTOCOL-NUMBER`
   */
  readonly name?: string;
}

export interface TlsOriginationOptions {
  /**
   * The port of the host that speaks TLS.
   *
   * @default 443
   */
  readonly targetPort?: number;
  /**
   * How the proxy speaks TLS.
   *
   * @default ClientTls.simple(): the server's certificate is verified, by the authorities of the proxy's system
   */
  readonly tls?: ClientTls;
  /**
   * What the application speaks, without TLS: HTTP, HTTP2, GRPC or TCP.
   *
   * @default PortProtocol.HTTP
   */
  readonly protocol?: PortProtocol;
  /**
   * The port's name: what `ports` of an endpoint name it by.
   *
   * @default - `PROTOCOL-NUMBER`
   */
  readonly name?: string;
}

/** A port at which applications call a host outside of the mesh, and what is spoken there. */
export class ExternalPort {
  /** Plain HTTP, readable on the way. */
  public static http(port: number, options: ExternalPortOptions = {}): ExternalPort {
    return new ExternalPort('http', port, PortProtocol.HTTP, options);
  }

  /** HTTP/2 without TLS. */
  public static http2(port: number, options: ExternalPortOptions = {}): ExternalPort {
    return new ExternalPort('http2', port, PortProtocol.HTTP2, options);
  }

  /** gRPC without TLS. */
  public static grpc(port: number, options: ExternalPortOptions = {}): ExternalPort {
    return new ExternalPort('grpc', port, PortProtocol.GRPC, options);
  }

  /** HTTPS by the application: the mesh sees the server name and nothing of the requests, so no timeouts and no retries. */
  public static https(port: number, options: ExternalPortOptions = {}): ExternalPort {
    return new ExternalPort('https', port, PortProtocol.TLS, options);
  }

  /** Bytes. */
  public static tcp(port: number, options: ExternalPortOptions = {}): ExternalPort {
    return new ExternalPort('tcp', port, PortProtocol.TCP, options);
  }

  /**
   * The application speaks plain HTTP (or what `protocol` says) at this port, and the proxy makes TLS of it: so the mesh can
   * count, time and repeat requests, and what leaves the pod, or the egress gateway, is encrypted.
   *
   * @param port the port that the application calls, 80 say
   */
  public static tlsOrigination(port: number, options: TlsOriginationOptions = {}): ExternalPort {
    checkOptions('ExternalPort.tlsOrigination', options, '{ targetPort: 443, tls: ClientTls.simple() }');
    const { targetPort = 443, tls = ClientTls.simple(), protocol = PortProtocol.HTTP, name } = options;
    if (!(tls instanceof ClientTls)) throw new Error(`ExternalPort.tlsOrigination: \`tls\` is ${describeValue(tls)}. Say for example ClientTls.simple().`);
    checkMember('protocol', protocol, 'PortProtocol', PortProtocol);
    if (!ORIGINATED.includes(protocol)) throw new Error(`ExternalPort.tlsOrigination: \`protocol\` is ${protocol}, and the proxy makes TLS of ${ORIGINATED.join(', ')}. Where the application does TLS itself, say ExternalPort.https(${port}).`);
    return new ExternalPort('tlsOrigination', port, protocol, { targetPort, name }, tls);
  }

  /** The port as a MeshService has it. @internal */
  public readonly _port: MeshPort;

  private constructor(
    factory: string, number: number, protocol: PortProtocol, options: ExternalPortOptions,
    /** @internal */
    public readonly _tls?: ClientTls,
  ) {
    checkOptions(`ExternalPort.${factory}`, options, '{ targetPort: 8443 }');
    const { targetPort, name = `${protocol.toLowerCase()}-${number}` } = options;
    if (typeof name !== 'string' || !isDnsLabel(name)) {
      throw new Error(`ExternalPort.${factory}: \`name\` is ${describeValue(name)}. Lower-case letters, digits and dashes are allowed, at most 63.`);
    }
    try {
      this._port = MeshPort.of({ number, protocol, targetPort, name });
    } catch (error) {
      throw new Error(`ExternalPort.${factory}: ${(error as Error).message.replace(/^MeshPort: /, '')}`);
    }
  }
}

const ORIGINATED: readonly PortProtocol[] = [PortProtocol.HTTP, PortProtocol.HTTP2, PortProtocol.GRPC, PortProtocol.TCP];
