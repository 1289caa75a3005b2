import { Duration } from 'cdk8s';
import { ComponentResources } from './component-resources';
import { ComponentScale } from './component-scale';

/**
 * How the control plane shares its work out.
 *
 * @see https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars
 */
export interface IstiodTuning {
  /**
   * How many proxies are sent their configuration at a time, by each istiod.
   *
   * @default - by the number of CPUs
   */
  readonly pushThrottle?: number;
  /**
   * How many requests of proxies are taken in a second, by each istiod.
   *
   * @default - by the number of CPUs
   */
  readonly maxRequestsPerSecond?: number;
  /**
   * How long nothing may change until proxies are told of what changed.
   *
   * @default - 100 milliseconds
   */
  readonly debounceAfter?: Duration;
  /**
   * After how long proxies are told in any case.
   *
   * @default - 10 seconds
   */
  readonly debounceMax?: Duration;
  /**
   * How long a proxy stays with one istiod, so that load moves to new ones.
   *
   * @default - 30 minutes
   */
  readonly maxConnectionAge?: Duration;
  /**
   * Whether gateways are told only of services that their routes lead to.
   *
   * @default false
   */
  readonly filterGatewayClusters?: boolean;
  /**
   * Whether a Gateway is for pods of its own namespace alone, even if others have the labels that it selects.
   *
   * @default false
   */
  readonly scopeGatewaysToNamespace?: boolean;
}

/** How much istiod says. */
export enum IstiodLogLevel {
  NONE = 'none',
  ERROR = 'error',
  WARN = 'warn',
  INFO = 'info',
  DEBUG = 'debug',
}

/** The control plane. */
export interface IstiodOptions {
  /**
   * How many pods.
   *
   * @default - ComponentScale.autoscaled(2, 5); of the demo profile, one
   */
  readonly scale?: ComponentScale;
  /**
   * CPU and memory of each.
   *
   * @default - { cpu: '500m', memory: '2Gi' }; of the demo profile, less
   */
  readonly resources?: ComponentResources;
  /**
   * Whether its pods are kept on different nodes where there are some.
   *
   * @default true
   */
  readonly spreadOverNodes?: boolean;
  /**
   * How it shares its work out.
   *
   * @default - as Istio has it
   */
  readonly tuning?: IstiodTuning;
  /**
   * How much it says.
   *
   * @default IstiodLogLevel.INFO
   */
  readonly logLevel?: IstiodLogLevel;
  /**
   * Environment variables that have no property here. One that istiod does not know is an error.
   *
   * @default - none
   */
  readonly env?: { readonly [name: string]: string };
}
