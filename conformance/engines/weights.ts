import { KubernetesObject } from './kubernetes-object';

/** The rules that share requests out, each by its name (or its place where it has none) with the weights of its destinations. */
function splits(virtualService: KubernetesObject): Map<string, string> {
  const weighted = (virtualService.spec.http ?? []).map((http: any, i: number) => [http.name ?? `http[${i}]`, http.route ?? []] as const)
    .filter(([, route]: any) => route.some(({ weight }: any) => weight !== undefined));
  return new Map(weighted.map(([name, route]: any) => [name, route.map(({ weight = 0 }: any) => weight).join('/')]));
}

/** The weights of every rule that shares requests out, `90/10`, state by state; each once while they stay the same. */
export function weightSequences(states: KubernetesObject[]): Record<string, string[]> {
  const sequences: Record<string, string[]> = {};
  for (const state of states) {
    for (const [rule, weights] of splits(state)) {
      const sequence = sequences[rule] ??= [];
      if (sequence.at(-1) !== weights) sequence.push(weights);
    }
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
