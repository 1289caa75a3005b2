import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { MeshFacts } from '../../facts/mesh-facts';
import { Labels } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const twoPoliciesForAll = defineRule({
  code: 'MESH3001',
  slug: 'two-policies-for-all',
  title: 'Two objects of a kind say different things about every workload of a namespace',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0002', 'TIS0001'],
  sees: 'namespace',
  why: 'Of two PeerAuthentications or ProxyConfigs without a selector Istio takes the oldest and ignores the other without a word. Which one is the oldest changes when one is made again.',
  fix: 'Keep one of them, or give one a selector.',
  links: ['https://istio.io/latest/docs/reference/config/security/peer_authentication/'],
  examples: {
    valid: [{
      title: 'one for all, one for a workload',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: legacy, namespace: shop }
spec: { selector: { matchLabels: { app: legacy } }, mtls: { mode: PERMISSIVE } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: legacy, namespace: shop }
spec:
  selector: { matchLabels: { app: legacy } }
  template:
    metadata: { labels: { app: legacy } }
    spec: { containers: [{ name: legacy, image: "registry.example.com/legacy:1.0.0" }] }
`,
    }],
    invalid: [{
      title: 'STRICT and PERMISSIVE for one namespace',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: migration, namespace: shop }
spec: { mtls: { mode: PERMISSIVE } }
`,
    }],
  },
  kinds: [Kind.PEER_AUTHENTICATION, Kind.PROXY_CONFIG],
  check(object, { mesh, report }) {
    if (hasSelector(object) || mesh.isReplaced(object)) return;
    const all = mesh.fact(forAll).get(key(object))!;
    if (all.length < 2) return;
    const spec = JSON.stringify(member(object.json, 'spec'));
    const other = all.find((one) => one !== object && JSON.stringify(member(one.json, 'spec')) !== spec);
    if (!other) return;
    report({ path: '', message: `${other.kind} ${other.namespace}/${other.name} is for every workload of namespace ${object.namespace} too, and only the older of both counts.` });
  },
});

function hasSelector({ json }: MeshObject): boolean {
  const labels: Labels = stringMap(member(member(member(json, 'spec'), 'selector'), 'matchLabels'));
  return Object.keys(labels).length > 0;
}

function key({ groupKind, namespace }: MeshObject): string {
  return `${groupKind} ${namespace}`;
}

function forAll(mesh: MeshFacts): ReadonlyMap<string, readonly MeshObject[]> {
  const found = new Map<string, MeshObject[]>();
  for (const kind of [Kind.PEER_AUTHENTICATION, Kind.PROXY_CONFIG]) {
    for (const object of mesh.ofKind(kind)) {
      if (hasSelector(object) || mesh.isReplaced(object)) continue;
      const others = found.get(key(object));
      if (others) others.push(object);
      else found.set(key(object), [object]);
    }
  }
  return found;
}
