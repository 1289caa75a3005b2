/**
 * Everybody whose requests or connections came in plaintext within the last hour, as the sidecars of the namespaces saw
 * them. It has to be empty, but for callers of ports that stay open.
 */
export function plaintextQuery(namespaces: readonly string[]): string {
  const seen = `reporter="destination", destination_workload_namespace=~"${namespaces.join('|')}", connection_security_policy!="mutual_tls"`;
  const callers = 'source_workload_namespace, source_workload, destination_workload_namespace, destination_workload, destination_service_name';
  const of = (metric: string) => `sum by (${callers}) (increase(${metric}{${seen}}[1h])) > 0`;
  return `${of('istio_requests_total')}\nor\n${of('istio_tcp_connections_opened_total')}`;
}

/** Pods without a sidecar, a line each. A sidecar may be a container or, natively, an init container. */
export function podsWithoutSidecar(namespace: string): string {
  return `kubectl get pods -n ${namespace} -o json | jq -r '.items[]\n`
    + '  | select([(.spec.initContainers // [])[], .spec.containers[]] | any(.name == "istio-proxy") | not) | .metadata.name\'';
}
