import { ResolvedVersion } from './canary-version';
import { selects, unstableLabel } from '../model/kubernetes-object';
import { MeshService } from '../model/mesh-service';

/** Throws where two versions of one service are the same pods, or would be the same subset. */
export function checkDistinct(path: string, versions: readonly ResolvedVersion[]): void {
  versions.forEach((later, index) => versions.slice(0, index).forEach((first) => {
    if (first.subset === later.subset) {
      throw new Error(`[${path}] ${first.role} and ${later.role} are both the subset "${first.subset}". Give them different versions, or different \`subset\` names.`);
    }
    if (selects(first.labels, later.labels) || selects(later.labels, first.labels)) {
      throw new Error(
        `[${path}] the labels of ${first.role} (${describeLabels(first.labels)}) and ${later.role} (${describeLabels(later.labels)}) select the same pods. `
        + 'They have to differ in the value of one label.');
    }
  }));
}

/** Why pods of a version get no request, whatever its weight: the Service does not select them. */
export function unselected(service: MeshService, version: ResolvedVersion): string[] {
  const selector = service._serviceSelector;
  const who = () => `the pods of ${version.role} (${describeLabels(version.labels)})`;
  const conflict = Object.entries(version.labels).find(([key, value]) => selector?.[key] !== undefined && selector[key] !== value);
  if (conflict) {
    return [`the Service ${service.name} selects ${describeLabels(selector!)}, so never ${who()}. Take ${conflict[0]} out of its selector.`];
  }
  const hash = unstableLabel(selector);
  const pods = service.workloads.map((workload) => ({ workload, facts: workload._podFacts() }));
  if (hash !== undefined && pods.length < 2) {
    return [`the Service ${service.name} selects by ${hash}, which only one workload's pods have, so never both versions. Let it select a label that both share, for example app.`];
  }
  if (pods.length === 0 || pods.some(({ facts }) => facts === undefined)) return [];
  const ofVersion = pods.filter(({ facts }) => selects(version.labels, facts!.allLabels));
  if (ofVersion.length === 0) {
    const known = pods.map(({ workload, facts }) => `${workload.name} (${describeLabels(facts!.labels)})`).join(', ');
    return [`none of the workloads of ${service.name} has ${who()}; they are ${known}. Label the pods, or hand the MeshService all of its \`workloads\`.`];
  }
  const missed = ofVersion.filter(({ facts }) => selector !== undefined && !selects(selector, facts!.allLabels));
  return missed.map(({ workload }) =>
    `the Service ${service.name} selects ${describeLabels(selector!)}, which the pods of ${workload.name} (${version.role}) do not have, so they get no requests. `
    + 'Let it select a label that both versions share, for example app.');
}

export function describeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ');
}
