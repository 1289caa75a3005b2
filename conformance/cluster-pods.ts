import { parseAllDocuments, stringify } from 'yaml';

/** The sidecar, or the gateway's own proxy, as the injector leaves it in a pod. */
const PROXY = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.31.1' };

/**
 * The Pods that a cluster would make of these manifests' Deployments, with their proxies. Analyzers look at
 * Pods: without them every subset and every gateway seems to select nothing.
 */
export function podsOf(yaml: string): string {
  const objects = parseAllDocuments(yaml).map((document) => document.toJS()).filter((object) => object?.kind === 'Deployment');
  return objects.flatMap(({ metadata, spec: { replicas, template } }) => Array.from({ length: replicas ?? 1 }, (_, index) => stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...template.metadata, name: `${metadata.name}-${index}`, namespace: metadata.namespace },
    spec: { ...template.spec, containers: [...template.spec.containers.filter(({ name }: { name: string }) => name !== PROXY.name), PROXY] },
    status: { phase: 'Running' },
  }))).join('---\n');
}
