import { checkOptions } from '../../model/given';
import { IWaypoint, isWaypoint } from '../../model/mesh-waypoint';
import { describeValue } from '../../semantics/describe-value';

/** What stands before the pods of the ambient mesh, beside ztunnel. */
export interface AmbientDataPlaneOptions {
  /**
   * The waypoint of the namespace, which judges requests. It has to stand in the namespace itself.
   *
   * @default - none: what only requests have (methods, paths) cannot be judged, and lets in nobody
   */
  readonly waypoint?: IWaypoint;
}

/**
 * Who carries out the policies of a namespace.
 *
 * @see https://istio.io/latest/docs/overview/dataplane-modes/
 */
export class DataPlane {
  /** A proxy beside each pod. */
  public static sidecars(): DataPlane {
    return new DataPlane(false);
  }

  /** The ambient mesh: ztunnel on each node for connections, and a waypoint for requests where there is one. */
  public static ambient(options: AmbientDataPlaneOptions = {}): DataPlane {
    checkOptions('DataPlane.ambient', options, '{ waypoint }');
    const { waypoint } = options;
    if (waypoint !== undefined && !isWaypoint(waypoint)) {
      throw new Error(`DataPlane.ambient: \`waypoint\` is ${describeValue(waypoint)}. Give a Waypoint, or Waypoint.existing('waypoint', 'shop').`);
    }
    return new DataPlane(true, waypoint);
  }

  private constructor(
    /** @internal */
    public readonly _isAmbient: boolean,
    /** @internal */
    public readonly _waypoint?: IWaypoint,
  ) {}
}

/** What programs without types give. */
export function checkDataPlane(value: unknown): asserts value is DataPlane {
  if (value instanceof DataPlane) return;
  throw new Error(`\`dataPlane\` is ${describeValue(value)}. Give DataPlane.sidecars(), DataPlane.ambient() or DataPlane.ambient({ waypoint }).`);
}
