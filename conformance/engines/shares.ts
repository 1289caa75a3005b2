import { ApiClient } from './api-client';
import { KubernetesObject } from './kubernetes-object';

const ISTIO = 'networking.istio.io/v1';

type Headers = Readonly<Record<string, string>>;

/** A part of a service's traffic, and the pods that get it. */
export interface Share {
  /** The name of the Service that the route names. */
  readonly service: string;
  /** 0 to 1. */
  readonly share: number;
  readonly pods: KubernetesObject[];
}

/** Where a request to a service goes (`GET /` with these headers), by what is in the cluster now. */
export async function sharesOf(client: ApiClient, namespace: string, host: string, headers: Headers = {}): Promise<Share[]> {
  const [virtualServices, destinationRules, services, allPods] = await Promise.all([
    client.list(ISTIO, 'VirtualService', namespace), client.list(ISTIO, 'DestinationRule', namespace),
    client.list('v1', 'Service', namespace), client.list('v1', 'Pod', namespace),
  ]);
  const pods = allPods.filter(isReady);
  const names = (named: string, wanted: string) => named === wanted || named === `${wanted}.${namespace}.svc.cluster.local`;
  const routesOf = (virtualService: KubernetesObject | undefined): any[] => (virtualService?.spec.http ?? [])
    .filter((http: any) => takes(http, headers))
    .flatMap((http: any) => (http.delegate ? routesOf(virtualServices.find(({ metadata }) => metadata.name === http.delegate.name)) : [http]));
  const virtualService = virtualServices.find(({ spec }) => (spec.hosts ?? []).some((named: string) => names(named, host)));
  const destinations: any[] = routesOf(virtualService)[0]?.route ?? [{ destination: { host } }];
  return destinations.map(({ destination, weight }) => {
    const service = services.find(({ metadata }) => names(destination.host, metadata.name));
    const rule = destinationRules.find(({ spec }) => service !== undefined && names(spec.host, service.metadata.name));
    const subset = rule?.spec.subsets?.find(({ name }: any) => name === destination.subset);
    const found = service !== undefined && (destination.subset === undefined || subset !== undefined);
    const labels = { ...service?.spec.selector, ...subset?.labels };
    return {
      service: service?.metadata.name ?? destination.host,
      share: destinations.length === 1 ? 1 : (weight ?? 0) / 100,
      pods: found ? pods.filter(({ metadata }) => Object.entries(labels).every(([name, value]) => metadata.labels?.[name] === value)) : [],
    };
  });
}

function takes(http: any, sent: Headers): boolean {
  return http.match === undefined || http.match.some((match: any) => {
    const { uri, headers = {}, queryParams, method, sourceLabels, gateways } = match;
    return (uri === undefined || uri.prefix === '/' || uri.exact === '/')
      && Object.entries(headers).every(([name, { exact }]: any) => exact !== undefined && sent[name] === exact)
      && queryParams === undefined && sourceLabels === undefined
      && (method === undefined || method.exact === 'GET' || new RegExp(`^(${method.regex})$`).test('GET'))
      && (gateways === undefined || gateways.includes('mesh'));
  });
}

function isReady({ metadata, status }: KubernetesObject): boolean {
  return metadata.deletionTimestamp === undefined && status?.conditions?.some(({ type, status: is }: any) => type === 'Ready' && is === 'True');
}
