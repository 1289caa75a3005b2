import { ComponentResources } from './component-resources';
import { ComponentScale } from './component-scale';

/** How a gateway is reached. */
export enum GatewayServiceType {
  /** By a load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
  /** By a port of every node. */
  NODE_PORT = 'NodePort',
  /** From within the cluster. */
  CLUSTER_IP = 'ClusterIP',
}

/** A port of a gateway's Service. */
export interface InstalledGatewayPort {
  /** Its name; what is before the first dash is the protocol: "http2", "https", "tcp-mongo". */
  readonly name: string;
  /** The port of the Service. */
  readonly port: number;
  /**
   * The port of the pods, above 1023: a gateway does not run as root.
   *
   * @default - the port of the Service; of one below 1024, 8000 more
   */
  readonly targetPort?: number;
}

/** A gateway's pods and their Service. */
export interface InstalledGatewayOptions {
  /**
   * The name of the Deployment, the Service and the service account.
   *
   * @default - istio-ingressgateway, istio-egressgateway or istio-eastwestgateway
   */
  readonly name?: string;
  /**
   * A namespace other than that of the control plane: a gateway can read the Secrets of its own namespace, and those of the control
   * plane are the key of the certificate authority.
   *
   * @default - istio-ingress, istio-egress or, of an east-west gateway, that of the control plane, where istiod looks for it
   */
  readonly namespace?: string;
  /**
   * How many pods.
   *
   * @default - ComponentScale.autoscaled(2, 5); of the demo profile, one
   */
  readonly scale?: ComponentScale;
  /**
   * CPU and memory of each.
   *
   * @default - { cpu: '100m', memory: '128Mi', cpuLimit: '2000m', memoryLimit: '1024Mi' }; of the demo profile, less
   */
  readonly resources?: ComponentResources;
  /**
   * Whether its pods are kept on different nodes where there are some.
   *
   * @default true
   */
  readonly spreadOverNodes?: boolean;
  /**
   * How it is reached.
   *
   * @default - GatewayServiceType.LOAD_BALANCER; of an egress gateway, GatewayServiceType.CLUSTER_IP
   */
  readonly serviceType?: GatewayServiceType;
  /**
   * Annotations of the Service, by which clouds are told about the load balancer.
   *
   * @default - none
   */
  readonly serviceAnnotations?: { readonly [name: string]: string };
  /**
   * Whether pods see the address of the client: nodes without a pod of the gateway take no connections then.
   *
   * @default false
   */
  readonly preserveClientAddress?: boolean;
  /**
   * Addresses (CIDR) from which the load balancer takes connections.
   *
   * @default - all
   */
  readonly loadBalancerSourceRanges?: string[];
  /**
   * Labels of the nodes on which it runs.
   *
   * @default - any node
   */
  readonly nodeSelector?: { readonly [label: string]: string };
}

/** A gateway whose ports can be chosen. */
export interface PortedGatewayOptions extends InstalledGatewayOptions {
  /**
   * Its ports, beside that of its health (15021).
   *
   * @default - 80 and 443
   */
  readonly ports?: InstalledGatewayPort[];
}

/** A gateway between networks of one mesh. */
export interface EastWestGatewayOptions extends InstalledGatewayOptions {
  /**
   * The network that it leads into.
   *
   * @default - that of the installation
   */
  readonly network?: string;
}
