import { ApiObjectMetadata } from 'cdk8s';
import { GatewayCertificate } from './gateway-certificate';
import { GatewayTls } from './gateway-tls';
import { GatewayRouteOptions } from './route-options';
import { HttpMatch } from '../model/http-match';

/** What becomes of requests for a host that come without TLS. */
export enum PlainHttp {
  /** The client is sent to HTTPS, with path and query (301). */
  REDIRECT = 'REDIRECT',
  /** Nothing: such requests get a 404. */
  CLOSED = 'CLOSED',
  /** They are answered like those with TLS: whoever is on the way reads and changes them. */
  SERVED = 'SERVED',
}

/** How clients reach a host at an ingress gateway. */
export interface IngressTlsOptions {
  /** What the gateway does with TLS: `GatewayTls.simple('shop-cert')`, say. */
  readonly tls: GatewayTls;
  /**
   * What becomes of requests without TLS.
   *
   * @default - PlainHttp.REDIRECT; of mutual TLS in the mesh PlainHttp.CLOSED, as nobody comes there without TLS
   */
  readonly plainHttp?: PlainHttp;
  /**
   * Lets cert-manager get the certificate for these hosts, and put it into the Secret that `tls` names.
   *
   * @default - the Secret comes from elsewhere
   */
  readonly certificate?: GatewayCertificate;
  /**
   * Whether hosts like `*.example.com` may be among them. One covers every name that ends so, also `a.b.example.com`, and
   * every namespace that has it may serve each of these names.
   *
   * @default false
   */
  readonly allowWildcards?: boolean;
}

/** What is said of a host that routes are added to. */
export interface IngressHostOptions extends IngressTlsOptions {
  /**
   * The namespace that the routes belong to: only its routes are led to by the gateway.
   *
   * @default - the chart's
   */
  readonly namespace?: string;
  /**
   * Name, labels and annotations of the routes' object.
   *
   * @default - named after the first host, with dashes for dots
   */
  readonly metadata?: ApiObjectMetadata;
}

/** A service and its public hosts. */
export interface ExposeOptions extends IngressTlsOptions, GatewayRouteOptions {
  /** The public hosts, without port, for example `shop.example.com`. */
  readonly hosts: string[];
  /**
   * Which requests go to the service. Others get a 404, unless something else is exposed for the same hosts.
   *
   * @default - all of them
   */
  readonly match?: HttpMatch;
  /**
   * The namespace that the routes belong to: only its routes are led to by the gateway.
   *
   * @default - the service's
   */
  readonly namespace?: string;
  /**
   * Name, labels and annotations of the routes' object. Given with the first service of these hosts.
   *
   * @default - named after the first host, with dashes for dots
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Hosts that routes of a namespace may be written for elsewhere. */
export interface AdmitOptions extends IngressTlsOptions {
  /** The hosts. */
  readonly hosts: string[];
  /** The namespace whose routes may be for them, and no other's. */
  readonly namespace: string;
}

/** Connections to a service that carry no requests, at a port of the gateway. */
export interface ExposeTcpOptions {
  /** The port of the gateway's Service that clients connect to. */
  readonly gatewayPort: number;
  /** What the gateway does with TLS; without any, whoever is on the way reads everything: `GatewayTls.plaintext()`. */
  readonly tls: GatewayTls;
  /**
   * The names that clients ask for when they shake hands. Connections without TLS have none.
   *
   * @default - none
   */
  readonly hosts?: string[];
  /**
   * The port of the service that connections go to.
   *
   * @default - the one port that carries no HTTP
   */
  readonly port?: number;
  /**
   * Lets cert-manager get the certificate for these hosts, and put it into the Secret that `tls` names.
   *
   * @default - the Secret comes from elsewhere
   */
  readonly certificate?: GatewayCertificate;
  /**
   * Whether hosts like `*.example.com` may be among them.
   *
   * @default false
   */
  readonly allowWildcards?: boolean;
  /**
   * The namespace that the routes belong to.
   *
   * @default - the service's
   */
  readonly namespace?: string;
  /**
   * Name, labels and annotations of the VirtualService.
   *
   * @default - named after the first host, or after the gateway and the port
   */
  readonly metadata?: ApiObjectMetadata;
}

/** What other clusters of the mesh may reach. */
export interface ExposeToClustersOptions {
  /** The namespaces whose services they may reach; `*` for all. */
  readonly namespaces: string[];
  /**
   * The port of the gateway's Service.
   *
   * @default 15443
   */
  readonly gatewayPort?: number;
  /**
   * The domain of the clusters.
   *
   * @default cluster.local
   */
  readonly clusterDomain?: string;
}
