import { ApiObject, ApiObjectProps, JsonPatch } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import type { ChartRelease } from './chart-release';
import { AppRegistry, doubled } from '../model/app-registry';

/** An object that holds a chart's values. cdk8s drops what is null, which in values takes a default of the chart away. */
export class ReleaseObject extends ApiObject {
  /** @param path where the values are, as a JSON pointer */
  constructor(scope: Construct, id: string, props: ApiObjectProps, values: ChartRelease['values'], path: string) {
    super(scope, id, props);
    // Before whatever else patches it.
    this.addJsonPatch(...nullsIn(values, path));
  }
}

function nullsIn(value: unknown, path: string): JsonPatch[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const pointer = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (item !== null) return nullsIn(item, pointer);
    return [Array.isArray(value) ? JsonPatch.replace(pointer, null) : JsonPatch.add(pointer, null)];
  });
}

const OBJECTS = new AppRegistry<ApiObject>((all) => doubled(all, titleOf).map(([first, later]) =>
  `[${later.node.path}] and [${first.node.path}] both write the ${titleOf(later)}, and the later one would win. `
  + 'Give the releases to one construct, or other names to one of them.'));

/** A Namespace is in none, whatever its chart says. */
function titleOf({ kind, metadata, name }: ApiObject): string {
  return kind === 'Namespace' ? `Namespace ${name}` : `${kind} ${metadata.namespace}/${name}`;
}

/** Objects of which an App can have one. */
export function claimObjects(construct: IConstruct, ...objects: ApiObject[]): void {
  OBJECTS.register(construct, ...objects);
}

/** Those that the App has so far. */
export function claimedObjects(construct: IConstruct): readonly ApiObject[] {
  return OBJECTS.of(construct);
}
