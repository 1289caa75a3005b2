import { ComponentResources } from './component-resources';

/** How much proxies say of what they do; their access logs are another matter. */
export enum ProxyLogLevel {
  TRACE = 'trace',
  DEBUG = 'debug',
  INFO = 'info',
  WARNING = 'warning',
  ERROR = 'error',
  CRITICAL = 'critical',
  OFF = 'off',
}

/** Sidecars, where pods do not say otherwise. */
export interface InstalledProxiesOptions {
  /**
   * CPU and memory of each sidecar.
   *
   * @default - { cpu: '100m', memory: '128Mi', cpuLimit: '2000m', memoryLimit: '1024Mi' }; of the demo profile, less
   */
  readonly resources?: ComponentResources;
  /**
   * How much they say; gateways too.
   *
   * @default ProxyLogLevel.WARNING
   */
  readonly logLevel?: ProxyLogLevel;
  /**
   * Addresses (CIDR) to which calls go past the sidecar.
   *
   * @default - none
   */
  readonly excludeIpRanges?: string[];
  /**
   * The addresses (CIDR) to which calls go through the sidecar; all others go past it.
   *
   * @default - all
   */
  readonly includeIpRanges?: string[];
  /**
   * Ports to which calls go past the sidecar.
   *
   * @default - none
   */
  readonly excludeOutboundPorts?: number[];
  /**
   * Ports of applications that are called past their sidecar, so that no policy holds there.
   *
   * @default - none
   */
  readonly excludeInboundPorts?: number[];
}

/** Where images come from. */
export interface InstalledImagesOptions {
  /**
   * The registry and the path before the image's name.
   *
   * @default - that of Istio's releases
   */
  readonly hub?: string;
  /**
   * Whether images have nothing in them that is not needed to run: no shell, no package manager.
   *
   * @default false
   */
  readonly distroless?: boolean;
  /**
   * Secrets of the installation's namespaces with which images are fetched.
   *
   * @default - none
   */
  readonly pullSecrets?: string[];
}
