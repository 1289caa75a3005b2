import { firstHttpCondition } from './http-conditions';
import { MeshFacts, specOf } from './mesh-facts';
import { hasAmbientNamespace } from './sidecars';
import { isForAmbientOnly } from './waypoints';
import { AuthorizationPolicySpec } from '../../manifest/generated/istio-specs';
import { arrayOr, member } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

/** The kinds of policies that a waypoint carries out, and ztunnel at most in part. */
export const WAYPOINT_POLICIES: readonly string[] = [
  Kind.AUTHORIZATION_POLICY, Kind.REQUEST_AUTHENTICATION, Kind.WASM_PLUGIN, Kind.TRAFFIC_EXTENSION, Kind.TELEMETRY,
];

/** What of a policy needs a waypoint. */
export interface WaypointNeed {
  /** `CUSTOM policies`, for a message: `ztunnel does not know …`. */
  readonly what: string;
  /** What ztunnel does with the policy. */
  readonly instead: string;
  readonly path: string;
}

/** What of a policy for ambient workloads needs a waypoint; undefined where ztunnel does it all, or targetRefs name one. */
export function waypointNeed(mesh: MeshFacts, object: MeshObject): WaypointNeed | undefined {
  if (!mesh.fact(hasAmbientNamespace)) return undefined;
  const spec = member(object.json, 'spec');
  if (arrayOr(member(spec, 'targetRefs')).length > 0 || member(spec, 'targetRef') !== undefined || mesh.isReplaced(object)) return undefined;
  const need = object.groupKind === Kind.AUTHORIZATION_POLICY
    ? ofAuthorization(specOf<AuthorizationPolicySpec>(object))
    : { what: `a ${object.kind}`, instead: 'ignores it', path: '' };
  return need && isForAmbientOnly(mesh, object) ? need : undefined;
}

function ofAuthorization(spec: AuthorizationPolicySpec): WaypointNeed | undefined {
  const { action = 'ALLOW' } = spec;
  if (action === 'CUSTOM' || action === 'AUDIT') return { what: `the action ${action}`, instead: 'ignores the policy', path: 'spec.action' };
  const condition = firstHttpCondition(spec);
  return condition && {
    what: condition.name,
    instead: action === 'ALLOW' ? 'leaves out the rule, so that it allows nothing' : 'denies without that condition',
    path: condition.path,
  };
}
