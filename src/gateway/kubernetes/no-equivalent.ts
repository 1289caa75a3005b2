/** Thrown for what Istio's API can say and the Gateway API cannot: what it is, and what to do. */
export class NoEquivalent extends Error {
  constructor(what: string, instead: string) {
    super(`${what} has no equivalent in the Gateway API. ${instead}`);
  }
}

/** Where nothing else helps. */
export const AS_ISTIO = 'Leave it out, or write this gateway as Istio\'s own (GatewayApi.ISTIO)';
