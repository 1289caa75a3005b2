import { RenderedWorkload } from '../../model/pod-template';
import { describeValue } from '../../semantics/describe-value';

/** What the metadata of pods is to have. */
export interface PodMetadata {
  readonly labels: { readonly [label: string]: string };
  readonly annotations: { readonly [annotation: string]: string };
}

/**
 * Adds to the metadata of a workload's pods, whoever has made the workload: into its manifest when that is rendered, as it may
 * not have metadata yet, and a patch needs to know.
 */
export function addPodMetadata(workload: RenderedWorkload, { labels, annotations }: PodMetadata): void {
  const { object } = workload;
  const render = object.toJson.bind(object);
  object.toJson = () => {
    const manifest = render();
    const template = workload.templateIn(manifest);
    template.metadata = merged(object.node.path, template.metadata ?? {}, { labels, annotations });
    return manifest;
  };
}

function merged(path: string, metadata: any, added: PodMetadata): any {
  const all = { ...metadata };
  for (const field of ['annotations', 'labels'] as const) {
    if (Object.keys(added[field]).length === 0) continue;
    for (const [name, value] of Object.entries(added[field])) {
      const other = metadata[field]?.[name];
      if (other !== undefined && other !== value) {
        throw new Error(`[${path}] its pod template has the ${field.slice(0, -1)} ${name}: ${describeValue(other)} already, and its SidecarSettings say ${describeValue(value)}. Say it in one place.`);
      }
    }
    all[field] = sorted({ ...metadata[field], ...added[field] });
  }
  return sorted(all);
}

/** As cdk8s writes keys. */
function sorted<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1))) as T;
}
