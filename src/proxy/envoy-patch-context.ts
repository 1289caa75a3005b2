import { EnvoyTraffic } from './envoy-traffic';
import { IMeshTarget } from '../model/mesh-target';

/** Where a change takes place. */
export interface EnvoyPatchContext {
  readonly traffic: EnvoyTraffic;
  /** The pods whose proxies are patched; undefined where it is not one workload. */
  readonly target: IMeshTarget | undefined;
}
