import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { selects } from '../model/kubernetes-object';
import { podsOf } from '../model/pod-index';

/** A PeerAuthentication of the App, as it is written. */
export interface WrittenPeerAuthentication {
  readonly object: ApiObject;
  readonly namespace: string;
  readonly name: string;
  /** Undefined for one that selects every pod of its namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly mode?: string;
  readonly portModes: ReadonlyMap<number, string>;
}

/** Whoever wrote them: this library, an `ApiObject`, an `Include`. */
export function peerAuthenticationsOf(construct: IConstruct): WrittenPeerAuthentication[] {
  return construct.node.root.node.findAll()
    .filter((one): one is ApiObject => ApiObject.isApiObject(one) && one.kind === 'PeerAuthentication' && one.apiGroup === 'security.istio.io')
    .map(read);
}

function read(object: ApiObject): WrittenPeerAuthentication {
  const { metadata, spec } = object.toJson();
  const labels = Object.entries(spec?.selector?.matchLabels ?? {}) as [string, string][];
  return {
    object,
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    labels: labels.length === 0 ? undefined : Object.fromEntries(labels),
    mode: spec?.mtls?.mode,
    portModes: new Map(Object.entries<any>(spec?.portLevelMtls ?? {}).map(([port, value]) => [Number(port), String(value?.mode)])),
  };
}

/**
 * Others in the same scope: Istio takes the oldest and drops the rest without a word, so what holds would depend on
 * which was applied first.
 */
export function rivalsOf(object: ApiObject): ApiObject[] {
  const all = peerAuthenticationsOf(object);
  const own = all.find((one) => one.object === object)!;
  return all.filter((other) => other.object !== object && other.namespace === own.namespace && meet(object, own, other)).map((other) => other.object);
}

function meet(root: IConstruct, { namespace, labels }: WrittenPeerAuthentication, { labels: others }: WrittenPeerAuthentication): boolean {
  if (labels === undefined || others === undefined) return labels === others;
  if (selects(labels, others) || selects(others, labels)) return true;
  return podsOf(root).inNamespace(namespace).some(({ facts }) => selects(labels, facts.allLabels) && selects(others, facts.allLabels));
}
