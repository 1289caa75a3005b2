import { Kind } from '../../../manifest/kinds';
import { isAmbientNamespace, sidecars } from '../../facts/sidecars';
import { defineRule } from '../../rule';

export const sidecarsForOneNamespace = defineRule({
  code: 'MESH3502',
  slug: 'sidecars-for-one-namespace',
  title: 'A namespace has two Sidecars without a selector',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0111', 'KIA0002'],
  sees: 'namespace',
  why: 'Sidecars are not merged: the oldest one counts for the namespace and the others do nothing. Which one is the oldest changes when one is made again.',
  fix: 'Keep one, with the hosts of both, or give the other a workloadSelector.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  examples: {
    valid: [{
      title: 'one for the namespace, one for a workload',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: batch, namespace: shop }
spec: { workloadSelector: { labels: { app: batch } }, egress: [{ hosts: ["./*"] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: batch, namespace: shop, labels: { app: batch } }
spec: { containers: [{ name: batch, image: "registry.example.com/batch:1.0.0" }] }
`,
    }],
    invalid: [{
      title: 'two for the namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: egress, namespace: shop }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, report }) {
    const known = mesh.fact(sidecars);
    const { hasLabels, namespace } = known.of(object);
    if (hasLabels || mesh.isReplaced(object)) return;
    const all = known.forAllOf(namespace);
    // In an ambient namespace none of them counts anyway.
    if (all.length < 2 || isAmbientNamespace(mesh, namespace)) return;
    const other = all.find((one) => one.object !== object)!;
    report({
      path: '',
      message: `Sidecar ${namespace}/${other.object.name} is for every workload of namespace ${namespace} too, and only the oldest counts: by age, then name, ${all[0].object === object ? 'this one' : `Sidecar ${namespace}/${all[0].object.name}`}.`,
    });
  },
});
