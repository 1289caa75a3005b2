import { parseAllDocuments } from 'yaml';
import { RolloutPlan, RolloutPlanStep } from '../../src';
import { Manifest } from '../support/shop';

const parsed = new Map<string, Manifest>();

/** The objects of a step, in the order in which they are applied. */
export function objectsOf(step: RolloutPlanStep): Manifest[] {
  return step.files.map(({ name, content }) => {
    const known = parsed.get(content);
    if (known) return known;
    const [object, ...others] = parseAllDocuments(content, { version: '1.1' }).map((document) => document.toJS() as Manifest);
    if (others.length > 0) throw new Error(`${name} holds ${others.length + 1} objects`);
    parsed.set(content, object);
    return object;
  });
}

/** A cluster's objects, by what tells them apart. */
export type State = ReadonlyMap<string, Manifest>;

export function stateOf(objects: Iterable<Manifest>, before: State = new Map()): State {
  return new Map([...before, ...[...objects].map((object): [string, Manifest] => [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object])]);
}

export function stateAfter(step: RolloutPlanStep): State {
  return stateOf(objectsOf(step));
}

/** Every state that there is while the files of a step are applied one after the other: between two files, and at the end. */
export function statesOnTheWay(before: State, step: RolloutPlanStep): State[] {
  const objects = objectsOf(step);
  return objects.map((_, index) => stateOf(objects.slice(0, index + 1), before));
}

/** What requests could be led to that is not there. */
export function danglingSubsets(state: State): string[] {
  const all = [...state.values()];
  const known = new Set(all.filter(({ kind }) => kind === 'DestinationRule').flatMap(({ spec }) => (spec.subsets ?? []).map(({ name }: any) => `${spec.host} ${name}`)));
  return all.filter(({ kind }) => kind === 'VirtualService').flatMap(({ spec }) => destinationsIn(spec))
    .filter(({ host, subset }) => subset !== undefined && !known.has(`${host} ${subset}`)).map(({ host, subset }) => `${host} ${subset}`);
}

/** The subsets that rules name. */
export function namedSubsets(state: State): string[] {
  const named = [...state.values()].filter(({ kind }) => kind === 'VirtualService').flatMap(({ spec }) => destinationsIn(spec));
  return [...new Set(named.flatMap(({ subset }) => subset ?? []))].sort();
}

function destinationsIn(value: unknown): { host: string; subset?: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'destination' ? [part as { host: string }] : destinationsIn(part)));
}

export function stepNamed(plan: RolloutPlan, end: string): RolloutPlanStep {
  const found = plan.steps.filter(({ name }) => name.endsWith(end));
  if (found.length !== 1) throw new Error(`${found.length} steps end with ${end}: ${plan.steps.map(({ name }) => name).join(', ')}`);
  return found[0];
}
