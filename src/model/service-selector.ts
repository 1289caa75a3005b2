import { stableLabels } from './kubernetes-object';
import type { MeshService } from './mesh-service';

/**
 * The labels that policies select a service's pods by: the Service's own selector when it is made of
 * the user's labels, else what its workloads have in common.
 */
export function serviceSelector(service: MeshService, written: Record<string, string> | undefined): Record<string, string> {
  const stable = stableLabels(written);
  const hasHashes = Object.keys(written ?? {}).length > Object.keys(stable).length;
  if (!hasHashes && Object.keys(stable).length > 0) return stable;
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
