import { ComponentResources } from './component-resources';

/** The CNI node agent, which redirects pods' traffic so that no pod needs the right to. */
export interface CniOptions {
  /**
   * CPU and memory, on each node.
   *
   * @default - { cpu: '100m', memory: '100Mi' }
   */
  readonly resources?: ComponentResources;
  /**
   * Namespaces whose pods it leaves alone. That of the agent itself should be among them.
   *
   * @default - kube-system
   */
  readonly excludeNamespaces?: string[];
  /**
   * Where nodes look for CNI plugins.
   *
   * @default - as the platform has it: /opt/cni/bin
   */
  readonly cniBinDir?: string;
  /**
   * Where nodes look for the configuration of CNI plugins.
   *
   * @default - as the platform has it: /etc/cni/net.d
   */
  readonly cniConfDir?: string;
}

/** ztunnel, the proxy of each node in the ambient mode. */
export interface ZtunnelOptions {
  /**
   * CPU and memory, on each node. Memory grows with the cluster: 512Mi are enough for some hundred thousand pods or connections.
   *
   * @default - { cpu: '200m', memory: '512Mi' }
   */
  readonly resources?: ComponentResources;
  /**
   * How long it lets connections finish when it is replaced, in seconds.
   *
   * @default 30
   */
  readonly terminationGracePeriodSeconds?: number;
}
