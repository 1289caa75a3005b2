import { readEmbeddedYaml } from '../../../manifest/embedded-yaml';
import { arrayOr, member, objectOr, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { MeshFacts } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const unknownNetworkRegistry = defineRule({
  code: 'MESH3630',
  slug: 'unknown-network-registry',
  title: 'A network takes its endpoints from a cluster that is not known',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0126'],
  sees: 'mesh',
  why: 'Endpoints of that cluster belong to no network, so clients elsewhere call them directly and not through the east-west gateway.',
  fix: 'Use `Kubernetes`, or the name of a cluster as a Secret with the label `istio/multiCluster: "true"` has it.',
  links: ['https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshNetworks', 'https://istio.io/latest/docs/reference/config/analysis/ist0126/'],
  examples: {
    valid: [{
      title: 'a cluster with a Secret',
      yaml: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  meshNetworks: |
    networks:
      network1: { endpoints: [{ fromRegistry: cluster1 }], gateways: [{ address: 1.1.1.1, port: 15443 }] }
---
apiVersion: v1
kind: Secret
metadata: { name: istio-remote-secret-cluster1, namespace: istio-system, labels: { istio/multiCluster: "true" } }
stringData: { cluster1: "apiVersion: v1" }
`,
    }],
    invalid: [{
      title: 'no Secret names the cluster',
      yaml: `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  meshNetworks: |
    networks:
      network1: { endpoints: [{ fromRegistry: cluster2 }], gateways: [{ address: 1.1.1.1, port: 15443 }] }
`,
    }],
  },
  kinds: [Kind.CONFIG_MAP],
  check(object, { mesh, missing }) {
    if (object.name !== 'istio' && !object.name.startsWith('istio-')) return;
    const text = stringOr(member(member(object.json, 'data'), 'meshNetworks'));
    if (text === undefined) return;
    const networks = objectOr(member(readEmbeddedYaml(text).value, 'networks'));
    for (const network of Object.keys(networks)) {
      for (const endpoint of arrayOr(member(networks[network], 'endpoints'))) {
        const registry = stringOr(member(endpoint, 'fromRegistry'));
        if (registry === undefined || mesh.fact(registries).has(registry)) continue;
        missing({ path: 'data.meshNetworks', message: `${network} takes endpoints from ${registry}, and no cluster is called so.` });
      }
    }
  },
});

function registries(mesh: MeshFacts): ReadonlySet<string> {
  const known = new Set(['Kubernetes', 'External', 'Mock']);
  for (const { labels, json } of mesh.ofKind(Kind.SECRET)) {
    if (labels['istio/multiCluster'] !== 'true') continue;
    for (const part of ['data', 'stringData']) for (const name of Object.keys(objectOr(member(json, part)))) known.add(name);
  }
  return known;
}
