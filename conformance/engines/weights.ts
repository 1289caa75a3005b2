import { KubernetesObject } from './kubernetes-object';

/** The rules that share requests out, each by its VirtualService and its name, or its place where it has none. */
function splits({ metadata, spec }: KubernetesObject): [string, string][] {
  return (spec.http ?? [])
    .map(({ name, route = [] }: any, i: number) => ({ rule: `${metadata.name} ${name ?? `http[${i}]`}`, route }))
    .filter(({ route }: any) => route.some(({ weight }: any) => weight !== undefined))
    .map(({ rule, route }: any) => [rule, route.map(({ weight = 0 }: any) => weight).join('/')]);
}

/** The weights of every rule that shares requests out, `90/10`, state by state; each once while they stay the same. */
export function weightSequences(states: KubernetesObject[]): Record<string, string[]> {
  const sequences: Record<string, string[]> = {};
  for (const [rule, weights] of states.flatMap(splits)) {
    const sequence = sequences[rule] ??= [];
    if (sequence.at(-1) !== weights) sequence.push(weights);
  }
  return sequences;
}

/** The same object with no weights: whatever differs then is something that the engine was not asked to change. */
export function withoutWeights({ spec, ...rest }: KubernetesObject): object {
  const http = spec.http?.map(({ route, ...settings }: any) => ({
    ...settings, ...(route === undefined ? {} : { route: route.map(({ weight: _, ...destination }: any) => destination) }),
  }));
  return { ...rest, spec: { ...spec, ...(http === undefined ? {} : { http }) } };
}
