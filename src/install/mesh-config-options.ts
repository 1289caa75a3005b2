import { Duration } from 'cdk8s';
import { MeshAccessLog } from './mesh-access-log';
import { TlsVersion } from '../gateway/gateway-tls';
import { OutboundTraffic } from '../gateway/sidecar-scope';
import { IMeshProvider } from '../model/mesh-provider';

/**
 * How much paths are put into one form before policies look at them.
 *
 * @see https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization
 */
export enum PathNormalization {
  /** Not at all: a policy for `/admin` is passed by as `/./admin`. */
  NONE = 'NONE',
  /** As RFC 3986 says, and a backslash becomes a slash. */
  BASE = 'BASE',
  /** Beside that, slashes that follow each other become one. */
  MERGE_SLASHES = 'MERGE_SLASHES',
  /** Beside that, `%2f`, `%2F`, `%5c` and `%5C` are decoded first. */
  DECODE_AND_MERGE_SLASHES = 'DECODE_AND_MERGE_SLASHES',
}

/** Which requests are traced, and who gets the spans, for the whole mesh. */
export interface MeshTracingOptions {
  /**
   * Who gets the spans. It is added to `extensionProviders`.
   *
   * @default - nobody, until a `MeshTelemetry` says so
   */
  readonly provider?: IMeshProvider;
  /**
   * The share of requests that is traced, in percent: above 0, up to 100.
   *
   * @default - 1; of the demo profile, 100
   */
  readonly sampling?: number;
}

/**
 * What holds in the whole mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export interface MeshConfigOptions {
  /**
   * What proxies log of each request.
   *
   * @default - nothing; of the demo profile, text
   */
  readonly accessLog?: MeshAccessLog;
  /**
   * Which requests are traced.
   *
   * @default - one in a hundred, once a provider is named
   */
  readonly tracing?: MeshTracingOptions;
  /**
   * Services that proxies ask or tell by name: authorization services, collectors of traces and logs.
   *
   * @default - Istio's own: prometheus, stackdriver and envoy
   */
  readonly extensionProviders?: IMeshProvider[];
  /**
   * What sidecars do with calls to hosts that the mesh does not know.
   *
   * @default - as Istio has it: OutboundTraffic.ALLOW_ANY
   */
  readonly outboundTrafficPolicy?: OutboundTraffic;
  /**
   * How much paths are put into one form before policies look at them. The default of Istio itself is BASE, by which a policy for
   * `/admin` is passed by as `//admin`.
   *
   * @default PathNormalization.MERGE_SLASHES
   */
  readonly pathNormalization?: PathNormalization;
  /**
   * Whether sidecars answer DNS queries for hosts of the mesh, those of ServiceEntries too.
   *
   * @default false
   */
  readonly dnsProxying?: boolean;
  /**
   * Whether applications start when their proxy is ready. Otherwise their first calls can fail.
   *
   * @default false
   */
  readonly holdApplicationUntilProxyStarts?: boolean;
  /**
   * Whether proxies use mutual TLS with each other where no DestinationRule says anything about it.
   *
   * @default true
   */
  readonly autoMtls?: boolean;
  /**
   * The least version of TLS between proxies.
   *
   * @default TlsVersion.V1_2
   */
  readonly minTlsVersion?: TlsVersion;
  /**
   * The first part of every identity: `spiffe://TRUST_DOMAIN/ns/…`. Changed in a mesh that runs, old and new pods refuse each
   * other unless the old one is among the aliases.
   *
   * @default cluster.local
   */
  readonly trustDomain?: string;
  /**
   * Trust domains whose identities are taken for those of the mesh's own.
   *
   * @default - none
   */
  readonly trustDomainAliases?: string[];
  /**
   * How often a request is retried where no VirtualService says it; 0 for never.
   *
   * @default - as Istio has it: 2
   */
  readonly defaultRetries?: number;
  /**
   * How long proxies try to connect.
   *
   * @default - as Istio has it: 10 seconds
   */
  readonly connectTimeout?: Duration;
  /**
   * How long a proxy that is told to stop lets requests finish. The pod's own grace period has to be longer.
   *
   * @default - as Istio has it: 5 seconds
   */
  readonly terminationDrainDuration?: Duration;
  /**
   * How many threads proxies work with; 0 for one per CPU of the node.
   *
   * @default - as many as the CPU limit of the proxy has whole CPUs, or 2
   */
  readonly concurrency?: number;
  /**
   * How many proxies that are trusted stand in front of the gateways: so many addresses of `X-Forwarded-For` are believed.
   *
   * @default 0
   */
  readonly numTrustedProxies?: number;
  /**
   * Environment variables of all proxies.
   *
   * @default - none
   */
  readonly proxyMetadata?: { readonly [name: string]: string };
  /**
   * Labels of the namespaces that the control plane looks at; a namespace that has all labels of one entry is in. Others are not
   * in the mesh: nothing of theirs is known to any proxy. Istio exempts no namespace, so those of the control plane and of the
   * gateways that are installed with it are added by name; gateways that are installed otherwise need one of the labels.
   *
   * @default - all namespaces
   */
  readonly discoverySelectors?: { readonly [label: string]: string }[];
  /**
   * Fields of the mesh configuration that have no property here, as Istio's reference names them. A field that Istio does not
   * know is an error.
   *
   * @default - none
   */
  readonly fields?: { readonly [field: string]: any };
}
