/** Whose figures are meant: Istio's proxies count every request where it is sent and where it arrives. */
export enum SignalObserver {
  /**
   * The callers' proxies and the gateways: what callers had of it, requests included that never reached a pod. What
   * callers without a proxy send is not in it.
   */
  CALLERS = 'source',
  /** The proxies of the service's own pods: whoever called, but nothing of what did not arrive. */
  PODS = 'destination',
  /** The waypoint that requests go through in ambient mode. */
  WAYPOINT = 'waypoint',
}
