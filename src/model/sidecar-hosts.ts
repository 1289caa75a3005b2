import type { MeshService } from './mesh-service';
import { describeValue } from '../semantics/describe-value';
import { isHostWithin, isWildcarded } from '../semantics/host-name';
import { isDnsLabel, isHost } from '../semantics/kubernetes-name';

/** An entry of a Sidecar's `hosts`: the namespace of the registry's entry (`*`, `.` or a name) and its host (`*` for all). */
export interface SidecarHostEntry {
  readonly namespace: string;
  readonly host: string;
}

/**
 * How a Sidecar names a service. The namespace of a host that is no Kubernetes Service is that of its ServiceEntry; where
 * nobody knows it, every namespace is meant.
 */
export function entryOf(service: MeshService): SidecarHostEntry {
  return { namespace: service._registryNamespace ?? '*', host: service.host };
}

/** `host` or `namespace/host`, as people write it. Throws for what Istio refuses, and for what names every host. */
export function parseEntry(text: unknown): SidecarHostEntry {
  const [first, second, ...more] = typeof text === 'string' ? text.split('/') : [''];
  const [namespace, host] = second === undefined ? ['*', first] : [first, second];
  const known = host === '*' || (isHost(host) && host.includes('.'));
  if (more.length > 0 || !known || !(namespace === '*' || namespace === '.' || isDnsLabel(namespace))) {
    throw new Error(
      `${describeValue(text)} is not a host. Write a full DNS name, perhaps with its namespace in front and "*" for all: `
      + '"api.example.com", "*.example.com", "data/ratings.data.svc.cluster.local", "data/*".');
  }
  if (namespace === '*' && host === '*') throw new Error(`${describeValue(text)} names every host, so nothing would be limited. Name what is called.`);
  return { namespace, host };
}

/** As they are written: the general first, the others in an order that does not depend on who spoke first, and none that another covers. */
export function renderEntries(always: readonly SidecarHostEntry[], further: readonly SidecarHostEntry[], own?: string): string[] {
  const spelled = (entry: SidecarHostEntry) => ({ ...entry, namespace: entry.namespace === '.' ? own ?? '.' : entry.namespace });
  const unique = new Map([...always, ...further].map((entry) => [written(spelled(entry)), entry]));
  const all = [...unique.values()].map((entry) => ({ entry, meant: spelled(entry) }));
  // One host of one namespace covers no other.
  const wide = all.filter(({ meant: { namespace, host } }) => namespace === '*' || host === '*' || isWildcarded(host));
  const isCovered = ({ entry, meant }: typeof all[number]) => wide.some((other) => other.entry !== entry && coversAll(other.meant, meant));
  const kept = all.filter((one) => !isCovered(one)).map(({ entry }) => entry);
  const first = new Set(always.map(written));
  return [...kept.map(written).filter((text) => first.has(text)), ...kept.map(written).filter((text) => !first.has(text)).sort()];
}

/** Whether an entry lets callers see a host of a namespace's registry (`*` where nobody knows whose it is). */
export function letsSee(entry: SidecarHostEntry, { namespace, host }: SidecarHostEntry): boolean {
  return (entry.namespace === '*' || namespace === '*' || entry.namespace === namespace) && (entry.host === '*' || isHostWithin(host, entry.host));
}

/** Whether Istio would warn of the second beside the first, or read it twice. A wildcard's own rules stand beside it. */
function coversAll(one: SidecarHostEntry, other: SidecarHostEntry): boolean {
  return (one.namespace === '*' || one.namespace === other.namespace) && (one.host === '*' || (isWildcarded(one.host) && isHostWithin(other.host, one.host)) || (one.host === other.host && one.namespace !== other.namespace));
}

function written({ namespace, host }: SidecarHostEntry): string {
  return `${namespace}/${host}`;
}
