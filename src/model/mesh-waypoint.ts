/**
 * A waypoint: the proxy that judges requests for Services of the ambient mesh. `new Waypoint(…)` writes one, `Waypoint.existing(…)`
 * names one that somebody else writes.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export interface IWaypoint {
  /** The name of its Gateway, and of the service account it runs under. */
  readonly name: string;
  /** The namespace it stands in. */
  readonly namespace: string;
}

/** Whether a value can be one. */
export function isWaypoint(value: unknown): value is IWaypoint {
  if (typeof value !== 'object' || value === null) return false;
  const { name, namespace } = value as Partial<IWaypoint>;
  return typeof name === 'string' && typeof namespace === 'string' && !('selector' in value) && !('ports' in value);
}
