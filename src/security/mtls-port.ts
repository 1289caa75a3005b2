import { MtlsMode } from './mtls-mode';
import { checkNamedPorts } from '../model/target-ports';
import { located } from '../semantics/located';

/**
 * What one port of a workload accepts, where it differs from the other ports.
 *
 * The port is the Service's for a `MeshService`, and the pods' own for a `MeshWorkload`.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-port_level_mtls
 */
export class MtlsPort {
  /** Mutual TLS only. */
  public static strict(port: number): MtlsPort {
    return new MtlsPort('strict', port, MtlsMode.STRICT);
  }

  /** Plaintext and mutual TLS: for callers that have no sidecar. */
  public static permissive(port: number): MtlsPort {
    return new MtlsPort('permissive', port, MtlsMode.PERMISSIVE);
  }

  /** Plaintext only: callers in the mesh have no identity there, either. */
  public static disable(port: number): MtlsPort {
    return new MtlsPort('disable', port, MtlsMode.DISABLE);
  }

  private constructor(
    factory: string,
    /** @internal */
    public readonly _port: number,
    /** @internal */
    public readonly _mode: MtlsMode,
  ) {
    located(`MtlsPort.${factory}: `, () => checkNamedPorts([_port]));
  }
}
