import { stableLabels, unstableLabel } from './kubernetes-object';
import type { MeshService } from './mesh-service';

/** Whether a Service selects its pods by the user's labels alone. */
export function isByOwnLabels(written: Record<string, string> | undefined): boolean {
  return written !== undefined && Object.keys(written).length > 0 && unstableLabel(written) === undefined;
}

/** Throws for a service whose pods another App or nobody renders, and says how to give them. */
export function requirePods(service: MeshService): void {
  if (service._knowsPods) return;
  throw new Error(service._isExternalHost
    ? `[${service.node.path}] allowFrom: ${service.name} is a host without pods in this mesh, so no policy can guard it. Leave allowFrom out; \`caller.calls(...)\` lets calls out to it.`
    : `[${service.node.path}] allowFrom: the pods of ${service.name} are not known, so there is nothing that a policy could select. `
      + `Give its \`workload\`, for example MeshWorkload.fromLabels(this, 'pods', { name: '${service.name}', namespace: '${service.namespace}', labels: { app: '${service.name}' } }); `
      + 'where another team allows its callers, leave allowFrom out: `caller.calls(...)` lets the call out.');
}

/**
 * The labels that policies select a service's pods by: the Service's own selector when it is made of
 * the user's labels, else what its workloads have in common.
 */
export function serviceSelector(service: MeshService, written: Record<string, string> | undefined): Record<string, string> {
  if (isByOwnLabels(written)) return stableLabels(written);
  const hasHashes = unstableLabel(written) !== undefined;
  if (service.workloads.length === 0) {
    throw new Error(
      `[${service.node.path}] the pods of ${service.name} are not known${hasHashes ? ' by labels of yours' : ''}. `
      + `Give its \`workload\`, or MeshWorkload.fromLabels(this, 'pods', { name: '${service.name}', namespace: '${service.namespace}', labels: { app: '${service.name}' } }).`);
  }
  const [first, ...others] = service.workloads.map((workload) => workload.selector);
  const common = Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((labels) => labels[key] === value)));
  if (Object.keys(common).length > 0) return common;
  throw new Error(
    `[${service.node.path}] the workloads of ${service.name} (${service.workloads.map(({ name }) => name).join(', ')}) have no label in common that a policy could select them by. `
    + `Give each one, for example: deployment.podMetadata.addLabel('app', '${service.name}').`);
}
