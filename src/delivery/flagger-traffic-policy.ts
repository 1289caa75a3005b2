/** What Flagger's own type of a traffic policy knows; the API server drops or refuses the rest. `true` is all below it. */
type Known = { readonly [field: string]: true | Known };

const KNOWN: Known = {
  connectionPool: {
    http: {
      h2UpgradePolicy: true,
      http1MaxPendingRequests: true,
      http2MaxRequests: true,
      idleTimeout: true,
      maxRequestsPerConnection: true,
      maxRetries: true,
    },
  },
  loadBalancer: {
    simple: true,
    warmupDurationSecs: true,
    consistentHash: {
      httpHeaderName: true, httpQueryParameterName: true, minimumRingSize: true, useSourceIp: true, httpCookie: { name: true, path: true, ttl: true },
    },
    localityLbSetting: { distribute: true, enabled: true, failover: true },
  },
  outlierDetection: {
    baseEjectionTime: true,
    consecutive5xxErrors: true,
    consecutiveGatewayErrors: true,
    interval: true,
    maxEjectionPercent: true,
    minHealthPercent: true,
  },
};

/** A zero that Flagger leaves out when it writes, and that Istio then reads as its own default of 5. */
const LOST_ZERO = 'outlierDetection.consecutive5xxErrors';

/** The fields of a traffic policy that Flagger would lose, as paths. */
export function lostByFlagger(policy: object): string[] {
  return lost(policy, KNOWN, '');
}

function lost(value: object, known: Known, path: string): string[] {
  return Object.entries(value).filter(([, field]) => field !== undefined).flatMap(([name, field]): string[] => {
    const at = path === '' ? name : `${path}.${name}`;
    const below = known[name];
    if (below === undefined || (at === LOST_ZERO && field === 0)) return [at];
    return below === true ? [] : lost(field, below, at);
  });
}
