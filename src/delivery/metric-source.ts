import { describeValue } from '../semantics/describe-value';

/** Where the figures come from that gates ask for. */
export class MetricSource {
  /**
   * A Prometheus that scrapes the mesh's proxies.
   *
   * @param address as the engine reaches it, for example `http://prometheus.istio-system:9090`
   * @see https://istio.io/latest/docs/ops/integrations/prometheus/
   */
  public static prometheus(address: string): MetricSource {
    return new MetricSource(address);
  }

  private constructor(
    /** Without a slash at its end. @internal */
    public readonly _address: string,
  ) {
    if (typeof _address !== 'string' || !/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(_address)) {
      throw new Error(`MetricSource.prometheus: the address is ${describeValue(_address)}. Give a URL, for example http://prometheus.istio-system:9090.`);
    }
    this._address = _address.replace(/\/+$/, '');
  }
}
