type Labels = Record<string, string>;

/** Bounds of the histogram that Istio's proxies report, in milliseconds. */
const BUCKETS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

interface Counts {
  requests: number;
  milliseconds: number;
  readonly buckets: number[];
}

/** Counters that only grow, as a proxy shows them to Prometheus. */
export class MetricSeries {
  private readonly counts = new Map<string, Counts>();

  /** Counts requests that were answered alike. */
  public answered(labels: Labels, requests: number, milliseconds: number): void {
    const key = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',');
    let counts = this.counts.get(key);
    // A series exists from its first request on.
    if (counts === undefined) {
      if (requests === 0) return;
      this.counts.set(key, counts = { requests: 0, milliseconds: 0, buckets: BUCKETS.map(() => 0) });
    }
    counts.requests += requests;
    counts.milliseconds += requests * milliseconds;
    BUCKETS.forEach((bound, i) => {
      if (milliseconds <= bound) counts!.buckets[i] += requests;
    });
  }

  /** In the format that Prometheus reads. */
  public text(): string {
    const lines = ['# TYPE istio_requests_total counter', '# TYPE istio_request_duration_milliseconds histogram'];
    for (const [labels, { requests, milliseconds, buckets }] of this.counts) {
      const duration = 'istio_request_duration_milliseconds';
      lines.push(`istio_requests_total{${labels}} ${requests}`);
      BUCKETS.forEach((bound, i) => lines.push(`${duration}_bucket{${labels},le="${bound}"} ${buckets[i]}`));
      lines.push(`${duration}_bucket{${labels},le="+Inf"} ${requests}`, `${duration}_count{${labels}} ${requests}`, `${duration}_sum{${labels}} ${milliseconds}`);
    }
    return `${lines.join('\n')}\n`;
  }
}
