import { HeaderOperations } from '../traffic/header-operations';
import { RoutePolicy } from '../traffic/route-policy';

/** What is said of a route beside where it leads. What is given here holds instead of what the service's own routes say. */
export interface GatewayRouteOptions extends RoutePolicy {
  /**
   * The port of the service that requests go to.
   *
   * @default - the one port that carries HTTP
   */
  readonly port?: number;
  /**
   * The name of the rule in the VirtualService, which proxies write into their access logs. Where several rules are
   * needed, the further ones are `NAME-2`, `NAME-3` and so on.
   *
   * @default - as the service's own routes are named; none
   */
  readonly name?: string;
}

/** What is said of a route to a delegate. It holds where the delegate says nothing else. */
export interface GatewayDelegateOptions extends RoutePolicy {
  /**
   * The name of the rule in the VirtualService. Istio puts it before the names of the delegate's rules: `NAME-THEIRS`.
   *
   * @default - none
   */
  readonly name?: string;
}

/** What is said of requests that the proxy answers by itself. */
export interface GatewayAnswerOptions {
  /**
   * What is done to the response's headers.
   *
   * @default - nothing
   */
  readonly responseHeaders?: HeaderOperations;
  /**
   * Routes of a higher number are tried before those of a lower one, however specific these are.
   *
   * @default 0
   */
  readonly priority?: number;
  /**
   * The name of the rule in the VirtualService, which proxies write into their access logs.
   *
   * @default - none
   */
  readonly name?: string;
}
