import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import type { RolloutState } from './rollout-state';
import { VersionRouting } from './version-routing';
import type { PlannedObject } from '../model/plan-files';

/** An object as one state has it. */
export type StateObject = PlannedObject;

/**
 * For each state, all objects of the service's routing: its own, those of the rollout, rules elsewhere that lead to it, and
 * whatever else differs between two states.
 */
export function objectsOf(routing: VersionRouting, states: readonly RolloutState[]): StateObject[][] {
  const all = meshObjects(routing.owner.node.root);
  const rendered = states.map((state) => routing.during(state, () => new Map(all.map((object) => [object, object.toJson()]))));
  const concerned = all.filter((object) => isOwn(object, routing) || leadsTo(rendered[0].get(object), routing.service.host)
    || rendered.some((state) => JSON.stringify(state.get(object)) !== JSON.stringify(rendered[0].get(object))));
  refuseMistakes(routing, concerned);
  return rendered.map((state) => concerned.map((object) => {
    const json = state.get(object);
    return { kind: json.kind, namespace: json.metadata.namespace ?? '', name: json.metadata.name, json };
  }));
}

function meshObjects(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.apiGroup === 'networking.istio.io');
}

function isOwn(object: ApiObject, { owner, service }: VersionRouting): boolean {
  return object === service.destinationRule || object === service.virtualService || object.node.scopes.includes(owner);
}

/** Whether a destination anywhere in an object is this host. */
function leadsTo(value: unknown, host: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => (key === 'destination' ? (part as { host?: unknown })?.host === host : leadsTo(part, host)));
}

/** A plan of what does not hold would be complained about when it is applied. */
function refuseMistakes({ owner }: VersionRouting, objects: readonly ApiObject[]): void {
  const makers = new Set<IConstruct>([owner, ...objects.flatMap(({ node }) => (node.scope ? [node.scope] : []))]);
  const mistakes = [...makers].filter(({ node }) => node.scope !== undefined).flatMap((maker) => maker.node.validate());
  if (mistakes.length > 0) throw new Error(`[${owner.node.path}] there is no plan of what does not hold:\n  ${[...new Set(mistakes)].join('\n  ')}`);
}
