import { NoEquivalent } from './no-equivalent';

/** A destination as Istio says it. */
interface IstioDestination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number?: number };
}

/** A Service, as a route of the Gateway API names it. */
export interface Backend {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
}

export function backendOf({ host, subset, port }: IstioDestination): Backend {
  if (subset !== undefined) {
    throw new NoEquivalent(`the subset "${subset}" of ${host}`,
      'Make a Service for each version (its selector has the label of the version, too), a MeshService of each, and lead to these.');
  }
  const [name, namespace, svc] = host.split('.');
  if (svc !== 'svc') throw new NoEquivalent(`the host ${host}, which is no Service,`, 'Lead to a Service.');
  return { name, namespace, port: port!.number! };
}

/** As a route in a namespace names it. */
export function writeBackend({ name, namespace, port }: Backend, routes: string): object {
  return { group: '', kind: 'Service', name, namespace: namespace === routes ? undefined : namespace, port };
}
