import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { deploymentYaml } from '../../example-objects';
import { MeshFacts } from '../../facts/mesh-facts';
import { Labels, Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const twoPoliciesForOneWorkload = defineRule({
  code: 'MESH3002',
  slug: 'two-policies-for-one-workload',
  title: 'Two objects of a kind select one workload and say different things about it',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0003', 'TIS0002'],
  sees: 'namespace',
  why: 'Of two PeerAuthentications or ProxyConfigs that select a workload Istio takes the oldest and ignores the other without a word.',
  fix: 'Let the selectors select different workloads, or put both into one object.',
  links: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
  examples: {
    valid: [{
      title: 'each for a version of its own',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: v1, namespace: shop }
spec: { selector: { matchLabels: { app: reviews, version: v1 } }, mtls: { mode: PERMISSIVE } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: v2, namespace: shop }
spec: { selector: { matchLabels: { app: reviews, version: v2 } }, mtls: { mode: STRICT } }
${deploymentYaml('reviews', 'shop', 'v1')}${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
    invalid: [{
      title: 'all of reviews, and v2 of it',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: PERMISSIVE } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: v2, namespace: shop }
spec: { selector: { matchLabels: { version: v2 } }, mtls: { mode: STRICT } }
${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION, Kind.PROXY_CONFIG],
  check(object, { mesh, report }) {
    const labels = selectorOf(object);
    if (labels === undefined || mesh.isReplaced(object)) return;
    const selecting = mesh.fact(selectedBy);
    const said = new Set<MeshObject>();
    for (const workload of mesh.fact(workloads).selected(object.namespace, labels)) {
      for (const other of selecting.get(workload) ?? []) {
        if (other === object || other.groupKind !== object.groupKind || said.has(other)) continue;
        if (JSON.stringify(rest(other)) === JSON.stringify(rest(object))) continue;
        said.add(other);
        report({ path: 'spec.selector', message: `${other.kind} ${other.namespace}/${other.name} selects ${workload.title} too, and only the older of both counts.` });
        if (said.size === 3) return;
      }
    }
  },
});

function selectorOf({ json }: MeshObject): Labels | undefined {
  const labels = stringMap(member(member(member(json, 'spec'), 'selector'), 'matchLabels'));
  return Object.keys(labels).length === 0 ? undefined : labels;
}

/** What the object says, whomever it says it of. */
function rest({ json }: MeshObject): unknown {
  const { selector: _, ...other } = (member(json, 'spec') ?? {}) as { selector?: unknown };
  return other;
}

function selectedBy(mesh: MeshFacts): ReadonlyMap<Workload, readonly MeshObject[]> {
  const found = new Map<Workload, MeshObject[]>();
  for (const kind of [Kind.PEER_AUTHENTICATION, Kind.PROXY_CONFIG]) {
    for (const object of mesh.ofKind(kind)) {
      const labels = selectorOf(object);
      if (labels === undefined || mesh.isReplaced(object)) continue;
      for (const workload of mesh.fact(workloads).selected(object.namespace, labels)) {
        const others = found.get(workload);
        if (others) others.push(object);
        else found.set(workload, [object]);
      }
    }
  }
  return found;
}
