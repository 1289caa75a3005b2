import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct } from 'constructs';

const GROUP = 'gateway.networking.k8s.io';

export interface GatewayObjectProps {
  readonly kind: 'Gateway' | 'HTTPRoute' | 'TLSRoute' | 'TCPRoute' | 'ReferenceGrant';
  readonly metadata: ApiObjectMetadata;
  /** Called at synth, when every contributor has spoken. */
  readonly spec: () => object;
}

/** An object of the Gateway API, in the version that Istio 1.31 reads of the standard channel. */
export class GatewayObject extends ApiObject {
  constructor(scope: Construct, id: string, { kind, metadata, spec }: GatewayObjectProps) {
    super(scope, id, {
      apiVersion: `${GROUP}/${kind === 'ReferenceGrant' ? 'v1beta1' : 'v1'}`, kind, metadata, spec: Lazy.any({ produce: spec }),
    });
  }
}

/** How a route names listeners of its Gateway. */
export function parentRefs(gateway: string, routes: string, sections: readonly string[]): object[] {
  const [namespace, name] = gateway.split('/');
  return sections.map((sectionName) => ({ group: GROUP, kind: 'Gateway', name, namespace: namespace === routes ? undefined : namespace, sectionName }));
}
