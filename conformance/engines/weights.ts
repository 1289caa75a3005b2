import { KubernetesObject } from './kubernetes-object';

/** The weights of one http route, in the order of its destinations. */
export function weightsOf(virtualService: KubernetesObject, route: number | string): number[] {
  const http = virtualService.spec.http ?? [];
  const found = typeof route === 'number' ? http[route] : http.find(({ name }: any) => name === route);
  if (found === undefined) throw new Error(`no route ${route} in VirtualService ${virtualService.metadata.name}`);
  return found.route.map(({ weight }: any) => weight ?? (found.route.length === 1 ? 100 : 0));
}

/** Weights as one says them, `90/10`, each once while they stay the same. */
export function weightSequence(states: KubernetesObject[], route: number | string): string[] {
  const weights = states.map((state) => weightsOf(state, route).join('/'));
  return weights.filter((each, i) => each !== weights[i - 1]);
}

/** The same object with no weights: whatever differs then is something that the engine was not asked to change. */
export function withoutWeights({ spec, ...rest }: KubernetesObject): object {
  const http = spec.http?.map(({ route, ...settings }: any) => ({
    ...settings, ...(route === undefined ? {} : { route: route.map(({ weight: _, ...destination }: any) => destination) }),
  }));
  return { ...rest, spec: { ...spec, ...(http === undefined ? {} : { http }) } };
}
