import { VirtualServiceSpec } from '../../manifest/generated/istio-specs';

export interface Destination {
  readonly host?: string;
  readonly port?: { readonly number?: number };
  readonly subset?: string;
}

/** Where in a VirtualService a destination stands. */
export interface DestinationPlace {
  readonly list: 'http' | 'tcp' | 'tls';
  /** Of the rule in its list. */
  readonly rule: number;
  readonly kind: 'route' | 'mirror' | 'mirrors';
  /** Among the routes or mirrors of the rule. */
  readonly index: number;
}

type Visit = (destination: Destination, list: DestinationPlace['list'], rule: number, kind: DestinationPlace['kind'], index: number) => void;

/** Everything a VirtualService sends requests to, mirrors too. */
export function forEachDestination(spec: VirtualServiceSpec, visit: Visit): void {
  const { http = [], tcp = [], tls = [] } = spec;
  for (let i = 0; i < http.length; i++) {
    const { route, mirror, mirrors } = http[i];
    if (route) for (let j = 0; j < route.length; j++) if (route[j].destination) visit(route[j].destination, 'http', i, 'route', j);
    if (mirror) visit(mirror, 'http', i, 'mirror', 0);
    if (mirrors) for (let j = 0; j < mirrors.length; j++) if (mirrors[j].destination) visit(mirrors[j].destination, 'http', i, 'mirrors', j);
  }
  for (let i = 0; i < tcp.length; i++) tcp[i].route?.forEach(({ destination }, j) => destination && visit(destination, 'tcp', i, 'route', j));
  for (let i = 0; i < tls.length; i++) tls[i].route?.forEach(({ destination }, j) => destination && visit(destination, 'tls', i, 'route', j));
}

/** `spec.http[0].route[1].destination` */
export function destinationPath(list: DestinationPlace['list'], rule: number, kind: DestinationPlace['kind'], index: number): string {
  const place = `spec.${list}[${rule}].${kind}`;
  if (kind === 'mirror') return place;
  return `${place}[${index}].destination`;
}
