import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { AppRegistry, doubled } from '../model/app-registry';

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
