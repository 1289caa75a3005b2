import { Duration } from 'cdk8s';
import { ComponentResources } from '../component-resources';
import { ProxyLogLevel } from '../installed-proxies-options';

/** What the sidecars of some pods have that those of others have not. At least one is given. */
export interface SidecarSettingsProps {
  /**
   * Whether the pods get a sidecar: `true` in a namespace that says nothing, `false` in one that asks for sidecars.
   *
   * @default - as their namespace says
   */
  readonly inject?: boolean;
  /**
   * The revision of istiod, or a revision tag, whose sidecar they get. A namespace that says something about injection
   * comes before it.
   *
   * @default - that of the namespace
   */
  readonly revision?: string;
  /**
   * CPU and memory of the sidecar. They replace all four amounts of the installation, said or not, so that `cpu` and
   * `memory` have to be given; without a limit there is none.
   *
   * @default - those of the installation
   */
  readonly resources?: ComponentResources;
  /**
   * How much Envoy says of what it does.
   *
   * @default - as the installation has it
   */
  readonly logLevel?: ProxyLogLevel;
  /**
   * How much single components of Envoy say, by their names: { http: ProxyLogLevel.DEBUG }. They replace those of the installation.
   *
   * @default - as the installation has it
   */
  readonly componentLogLevels?: { readonly [component: string]: ProxyLogLevel };
  /**
   * How long to wait before the sidecar is first asked whether it is ready. Whole seconds.
   *
   * @default - as the installation has it
   */
  readonly readinessInitialDelay?: Duration;
  /**
   * How long to wait between two such questions. Whole seconds.
   *
   * @default - as the installation has it
   */
  readonly readinessPeriod?: Duration;
  /**
   * After how many bad answers the pod is taken for not ready: a whole number from 1.
   *
   * @default - as the installation has it
   */
  readonly readinessFailureThreshold?: number;
  /**
   * Whether the probes of the application go through the sidecar, which the kubelet, without a certificate, needs where
   * mutual TLS is STRICT.
   *
   * @default - as the installation has it, which is true unless it was changed
   */
  readonly rewriteAppProbes?: boolean;
  /**
   * Whether the application starts only when the sidecar is ready, so that its first calls do not fail. Native sidecars
   * always do, and there it has no effect.
   *
   * @default - as the mesh configuration says
   */
  readonly holdApplicationUntilProxyStarts?: boolean;
  /**
   * How long the sidecar goes on serving what is under way when the pod ends. Less than the pod's
   * `terminationGracePeriodSeconds`.
   *
   * @default - as the mesh configuration says, 5 seconds unless it was changed
   */
  readonly terminationDrainDuration?: Duration;
  /**
   * Whether the proxy is an init container that goes on running: it starts before the application and ends after it, and
   * Jobs end although it runs. Needs Kubernetes 1.29.
   *
   * @default - as the installation says, which is true from Kubernetes 1.33 on
   */
  readonly nativeSidecar?: boolean;
  /**
   * The image of the proxy, for example `registry.example/istio/proxyv2:1.31.1`. It is not upgraded with the control plane.
   *
   * @default - that of the installation
   */
  readonly proxyImage?: string;
  /**
   * Ports of the application that are called past the sidecar: **no policy and no mutual TLS holds there**. Not together with
   * `includeInboundPorts`.
   *
   * @default - none but the sidecar's own
   */
  readonly excludeInboundPorts?: number[];
  /**
   * The ports of the application that are called through the sidecar; all others are called past it, where no policy and
   * no mutual TLS holds. None of them: an empty list.
   *
   * @default - all ports
   */
  readonly includeInboundPorts?: number[];
  /**
   * Ports to which the application calls past the sidecar, whatever the address.
   *
   * @default - none
   */
  readonly excludeOutboundPorts?: number[];
  /**
   * Ports to which the application calls through the sidecar, even where `includeOutboundIpRanges` leaves out the address.
   *
   * @default - none beyond the addresses
   */
  readonly includeOutboundPorts?: number[];
  /**
   * Addresses ("10.1.2.3") and ranges of them (CIDR, "10.0.0.0/8") that the application calls past the sidecar.
   *
   * @default - none
   */
  readonly excludeOutboundIpRanges?: string[];
  /**
   * The addresses and ranges that the application calls through the sidecar; all others are called past it. None of
   * them: an empty list.
   *
   * @default - all addresses
   */
  readonly includeOutboundIpRanges?: string[];
}
