import { PathMatch } from '../../model/path-match';

/**
 * What is called. The fields of one operation hold together, of the values of a field any is enough; several
 * operations of a rule are alternatives, and never united.
 *
 * Methods, paths and hosts are of requests: on a port that carries none, Istio would drop an allow and let a deny refuse
 * every connection, so both are errors here.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation
 */
export interface PolicyOperation {
  /**
   * The HTTP methods, in capitals. HEAD is not part of GET; gRPC is POST.
   *
   * @default - every method
   */
  readonly methods?: string[];
  /**
   * All methods but these.
   *
   * @default - none is excepted
   */
  readonly notMethods?: string[];
  /**
   * The paths, without the query. A gRPC method is `PathMatch.exact('/package.Service/Method')`.
   *
   * @default - every path
   */
  readonly paths?: PathMatch[];
  /**
   * All paths but these. Paths are case-sensitive: an allow of all but `/secret` lets `/SECRET` in, which some
   * applications take for the same. Where you can, name in an allow the `paths` that are meant.
   *
   * @default - none is excepted
   */
  readonly notPaths?: PathMatch[];
  /**
   * The hosts, as the client names them in the Host header: `example.com` with any port or none, `example.com:8080`
   * with this one, `*.example.com` for all below it (with a port only where the policy is for a `MeshService`, for its
   * ports). Case does not matter. A client inside the mesh may name a service in short (`reviews`, `reviews.shop`).
   *
   * @default - every host
   */
  readonly hosts?: string[];
  /**
   * All hosts but these.
   *
   * @default - none is excepted
   */
  readonly notHosts?: string[];
  /**
   * The ports: those of the Service where the policy is for a `MeshService` (Istio gets the pods' ports behind
   * them), the pods' own for everything else.
   *
   * @default - in an allow for a `MeshService` all of its ports, else every port; where methods, paths or hosts are
   * given for a `MeshService`, its HTTP ports
   */
  readonly ports?: number[];
  /**
   * All ports but these.
   *
   * @default - none is excepted
   */
  readonly notPorts?: number[];
}
