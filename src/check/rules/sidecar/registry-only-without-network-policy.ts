import { SidecarSpec } from '../../../manifest/generated/istio-specs';
import { arrayOr, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshFacts, specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

const NETWORK_POLICY = 'NetworkPolicy.networking.k8s.io';

export const registryOnlyWithoutNetworkPolicy = defineRule({
  code: 'MESH3515',
  slug: 'registry-only-without-network-policy',
  title: 'Only the sidecars keep the pods of a namespace from hosts outside',
  severity: 'info',
  preset: 'strict',
  aliases: [],
  sees: 'namespace',
  why: 'REGISTRY_ONLY catches mistakes, not attackers: a process with the UID of the proxy, UDP, excluded ports, or an address with a known host beside it get past the sidecar.',
  fix: 'Add a NetworkPolicy for Egress to the namespace that lets out only what goes to the egress gateway, to DNS and into the cluster.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#understand-traffic-capture-limitations'],
  examples: {
    valid: [{
      title: 'a NetworkPolicy beside it',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: egress, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ to: [{ namespaceSelector: {} }] }]
`,
    }],
    invalid: [{
      title: 'the Sidecar alone',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, missing }) {
    const { outboundTrafficPolicy } = specOf<SidecarSpec>(object);
    if (outboundTrafficPolicy?.mode !== 'REGISTRY_ONLY' || mesh.fact(namespacesWithEgressPolicy).has(object.namespace)) return;
    missing({
      path: 'spec.outboundTrafficPolicy.mode',
      namespace: object.namespace,
      message: `REGISTRY_ONLY is no boundary by itself, and no NetworkPolicy for Egress is in namespace ${object.namespace}.`,
    });
  },
});

function namespacesWithEgressPolicy(mesh: MeshFacts): ReadonlySet<string> {
  return new Set(mesh.ofKind(NETWORK_POLICY)
    .filter(({ json }) => arrayOr(member(member(json, 'spec'), 'policyTypes')).includes('Egress') || member(member(json, 'spec'), 'egress') !== undefined)
    .map(({ namespace }) => namespace));
}
