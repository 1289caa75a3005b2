import { MeshFacts } from './mesh-facts';
import { arrayOr, member, stringOr } from '../../manifest/json';
import { Kind } from '../../manifest/kinds';
import { MeshObject } from '../../manifest/mesh-object';

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  /** Empty for any host. */
  readonly hostname: string;
}

/** A Gateway of the Gateway API. */
export interface KubernetesGateway {
  readonly object: MeshObject;
  readonly className: string;
  readonly listeners: readonly Listener[];
  /** `IPAddress 10.0.0.1`, `Hostname gateway.ingress.svc.cluster.local`: where it listens, if it is told. */
  readonly addresses: readonly string[];
}

/** `mesh.fact(kubernetesGateways)` */
export function kubernetesGateways(mesh: MeshFacts): ReadonlyMap<MeshObject, KubernetesGateway> {
  const found = new Map<MeshObject, KubernetesGateway>();
  for (const object of mesh.ofKind(Kind.K8S_GATEWAY)) {
    const spec = member(object.json, 'spec');
    found.set(object, {
      object,
      className: stringOr(member(spec, 'gatewayClassName')) ?? '',
      listeners: arrayOr(member(spec, 'listeners')).map((listener) => {
        const port = member(listener, 'port');
        return {
          name: stringOr(member(listener, 'name')) ?? '',
          port: typeof port === 'number' ? port : 0,
          protocol: stringOr(member(listener, 'protocol')) ?? '',
          hostname: stringOr(member(listener, 'hostname')) ?? '',
        };
      }),
      addresses: arrayOr(member(spec, 'addresses')).flatMap((address) => {
        const value = stringOr(member(address, 'value'));
        return value === undefined ? [] : [`${stringOr(member(address, 'type')) ?? 'IPAddress'} ${value}`];
      }),
    });
  }
  return found;
}
