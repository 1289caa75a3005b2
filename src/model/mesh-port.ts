import { describeValue } from '../semantics/describe-value';
import { PortProtocol, isGrpc, isHttp } from '../semantics/port-protocol';

export interface MeshPortOptions {
  /** The Service's port, 1–65535. */
  readonly number: number;
  /**
   * What the proxy takes the traffic for.
   *
   * @default - PortProtocol.AUTOMATIC: the proxy detects it
   */
  readonly protocol?: PortProtocol;
  /**
   * The port of the pod, 1–65535. Authorization policies are written for this one.
   *
   * @default - the same as `number`
   */
  readonly targetPort?: number;
  /**
   * The name of the Service's port.
   *
   * @default - no name
   */
  readonly name?: string;
}

export interface MeshPortTarget {
  /**
   * The port of the pod, 1–65535.
   *
   * @default - the same as the Service's port
   */
  readonly targetPort?: number;
  /**
   * The name of the Service's port.
   *
   * @default - no name
   */
  readonly name?: string;
}

/** A port of a service in the mesh. */
export class MeshPort {
  /** A port that speaks HTTP/1.1. */
  public static http(port: number, options: MeshPortTarget = {}): MeshPort {
    return new MeshPort({ number: port, protocol: PortProtocol.HTTP, ...options });
  }

  /** A port that speaks HTTP/2 without TLS. */
  public static http2(port: number, options: MeshPortTarget = {}): MeshPort {
    return new MeshPort({ number: port, protocol: PortProtocol.HTTP2, ...options });
  }

  /** A port that speaks gRPC. */
  public static grpc(port: number, options: MeshPortTarget = {}): MeshPort {
    return new MeshPort({ number: port, protocol: PortProtocol.GRPC, ...options });
  }

  /** A port whose application does TLS itself; the mesh sees the server name and nothing of the requests. */
  public static tls(port: number, options: MeshPortTarget = {}): MeshPort {
    return new MeshPort({ number: port, protocol: PortProtocol.TLS, ...options });
  }

  /** A port of opaque bytes. */
  public static tcp(port: number, options: MeshPortTarget = {}): MeshPort {
    return new MeshPort({ number: port, protocol: PortProtocol.TCP, ...options });
  }

  /** Any port. */
  public static of(options: MeshPortOptions): MeshPort {
    return new MeshPort(options);
  }

  /** The Service's port. */
  public readonly number: number;
  /** What the proxy takes the traffic for. */
  public readonly protocol: PortProtocol;
  /** The port of the pod. */
  public readonly targetPort: number;
  /** The name of the Service's port. */
  public readonly name?: string;

  private constructor(options: MeshPortOptions) {
    this.number = portNumber(options.number, 'number');
    this.targetPort = portNumber(options.targetPort ?? options.number, 'targetPort');
    this.protocol = options.protocol ?? PortProtocol.AUTOMATIC;
    this.name = options.name;
  }

  /** Whether the proxy reads requests on this port: HTTP, HTTP/2, gRPC and gRPC-Web. */
  public get isHttp(): boolean {
    return isHttp(this.protocol);
  }

  /** Whether this is a gRPC or gRPC-Web port. */
  public get isGrpc(): boolean {
    return isGrpc(this.protocol);
  }

  /** `9080 (HTTP)`, for messages. */
  public toString(): string {
    return `${this.number} (${this.name === undefined ? '' : `${this.name}, `}${this.protocol})`;
  }
}

function portNumber(value: number, what: string): number {
  if (!Number.isInteger(value) || value < 1 || value > 65535) {
    throw new Error(`MeshPort: ${what} is ${typeof value === 'number' ? value : describeValue(value)}; a port is a whole number from 1 to 65535.`);
  }
  return value;
}
