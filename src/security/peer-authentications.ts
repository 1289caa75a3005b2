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

/** Whoever wrote them: this library, an `ApiObject`, an `Include`. Throws where one cannot be written yet. */
export function peerAuthenticationsOf(construct: IConstruct): WrittenPeerAuthentication[] {
  return objectsOf(construct).map(read);
}

function objectsOf(construct: IConstruct): ApiObject[] {
  return construct.node.root.node.findAll()
    .filter((one): one is ApiObject => ApiObject.isApiObject(one) && one.kind === 'PeerAuthentication' && one.apiGroup === 'security.istio.io');
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
 * Others in the scope of each: Istio takes the oldest and drops the rest without a word, so what holds would depend on
 * which was applied first. What cannot be written yet has mistakes of its own.
 */
export function rivalsOf(root: IConstruct, own: ReadonlySet<ApiObject>): Map<ApiObject, Set<ApiObject>> {
  const rivals = new Map([...own].map((object) => [object, new Set<ApiObject>()]));
  const meet = (one: WrittenPeerAuthentication, other: WrittenPeerAuthentication) => {
    rivals.get(one.object)?.add(other.object);
    rivals.get(other.object)?.add(one.object);
  };
  for (const group of byNamespace(root).values()) {
    pairsOf(group).filter(([one, other]) => sayTheSame(one, other)).forEach(([one, other]) => meet(one, other));
    for (const { facts } of podsOf(root).inNamespace(group[0].namespace)) {
      pairsOf(group.filter(({ labels }) => labels !== undefined && selects(labels, facts.allLabels))).forEach(([one, other]) => meet(one, other));
    }
  }
  return rivals;
}

function byNamespace(root: IConstruct): Map<string, WrittenPeerAuthentication[]> {
  const groups = new Map<string, WrittenPeerAuthentication[]>();
  for (const object of objectsOf(root)) {
    let written: WrittenPeerAuthentication;
    try {
      written = read(object);
    } catch {
      continue;
    }
    groups.set(written.namespace, [...groups.get(written.namespace) ?? [], written]);
  }
  return groups;
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]));
}

function sayTheSame({ labels }: WrittenPeerAuthentication, { labels: others }: WrittenPeerAuthentication): boolean {
  if (labels === undefined || others === undefined) return labels === others;
  return selects(labels, others) || selects(others, labels);
}
