import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import type { ChartRelease } from './chart-release';
import { AppRegistry, doubled } from '../model/app-registry';

type Values = ChartRelease['values'];

/** An object that holds a chart's values. cdk8s drops what is null, which in values takes a default of the chart away. */
export class ReleaseObject extends ApiObject {
  /** @param find where the values are in the rendered object */
  constructor(scope: Construct, id: string, props: ApiObjectProps, private readonly values: Values, private readonly find: (json: any) => unknown) {
    super(scope, id, props);
  }

  public override toJson(): any {
    const json = super.toJson();
    restoreNulls(this.values, this.find(json));
    return json;
  }
}

/** Where the object still has what they stood in: it may have been patched. */
function restoreNulls(given: unknown, rendered: unknown): void {
  if (typeof given !== 'object' || given === null || typeof rendered !== 'object' || rendered === null) return;
  for (const [key, value] of Object.entries(given)) {
    const target = rendered as { [key: string]: unknown };
    if (value === null) target[key] ??= null;
    else restoreNulls(value, target[key]);
  }
}

const OBJECTS = new AppRegistry<ApiObject>((all) => doubled(all, ({ apiVersion, kind, metadata, name }) => `${apiVersion} ${kind} ${metadata.namespace}/${name}`)
  .map(([first, later]) => `[${later.node.path}] and [${first.node.path}] both write the ${later.kind} ${later.metadata.namespace}/${later.name}, and the later one would win. `
    + 'Give the releases to one construct, or other names to one of them.'));

/** Objects of which an App can have one. */
export function claimObjects(construct: IConstruct, ...objects: ApiObject[]): void {
  OBJECTS.register(construct, ...objects);
}

/** Those that the App has so far. */
export function claimedObjects(construct: IConstruct): readonly ApiObject[] {
  return OBJECTS.of(construct);
}
