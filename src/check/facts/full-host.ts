import { isIpAddress } from '../../semantics/ip-address';

/** The domain of a cluster's services. Istio can be told another one; almost nobody does. */
export const CLUSTER_DOMAIN = 'svc.cluster.local';

/**
 * What a host in Istio's configuration stands for: without a dot it is a service of the object's own namespace; any
 * dot makes it a full name, so `reviews.shop` stays what it is, which is no service's host.
 */
export function fullHost(host: string, namespace: string): string {
  if (host === '' || host === '*' || host.includes('.') || isIpAddress(host)) return host;
  return `${host}.${namespace}.${CLUSTER_DOMAIN}`;
}

/** The service that a full host names; undefined for what is no host of one Kubernetes Service. */
export function serviceNamedBy(host: string): { readonly name: string; readonly namespace: string } | undefined {
  if (!host.endsWith(`.${CLUSTER_DOMAIN}`) || host.startsWith('*')) return undefined;
  const dot = host.indexOf('.');
  const namespace = host.slice(dot + 1, -CLUSTER_DOMAIN.length - 1);
  return namespace === '' || namespace.includes('.') ? undefined : { name: host.slice(0, dot), namespace };
}
