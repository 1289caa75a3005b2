import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { deploymentYaml } from '../../example-objects';
import { isAmbient, sidecars } from '../../facts/sidecars';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const sidecarsSelectOneWorkload = defineRule({
  code: 'MESH3501',
  slug: 'sidecars-select-one-workload',
  title: 'Two Sidecars select one workload',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0110', 'KIA0003'],
  sees: 'namespace',
  why: 'Sidecars are not merged: the oldest one counts for the workload and the others do nothing for it. Which one is the oldest changes when one is made again.',
  fix: 'Let the selectors select different workloads, or put both into one Sidecar.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/'],
  examples: {
    valid: [{
      title: 'each for a version of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: v1, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews, version: v1 } }, egress: [{ hosts: ["./*"] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: v2, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews, version: v2 } }, egress: [{ hosts: ["./*", "istio-system/*"] }] }
${deploymentYaml('reviews', 'shop', 'v1')}${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
    invalid: [{
      title: 'all of reviews, and v2 of it',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: reviews, namespace: shop }
spec: { workloadSelector: { labels: { app: reviews } }, egress: [{ hosts: ["./*"] }] }
---
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: v2, namespace: shop }
spec: { workloadSelector: { labels: { version: v2 } }, egress: [{ hosts: ["./*", "istio-system/*"] }] }
${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, report }) {
    const known = mesh.fact(sidecars);
    const { hasLabels, labels, namespace } = known.of(object);
    if (!hasLabels || mesh.isReplaced(object)) return;
    const said = new Set<MeshObject>();
    for (const workload of mesh.fact(workloads).selected(namespace, labels)) {
      const all = known.selectingOnly(workload);
      if (all.length < 2 || isAmbient(mesh, workload)) continue;
      for (const other of all) {
        if (other.object === object || said.has(other.object)) continue;
        said.add(other.object);
        const counts = all[0].object === object ? 'this one' : `Sidecar ${all[0].namespace}/${all[0].object.name}`;
        report({
          path: 'spec.workloadSelector',
          message: `Sidecar ${namespace}/${other.object.name} selects ${workload.title} too, and only the oldest counts: by age, then name, ${counts}.`,
        });
        if (said.size === ENOUGH) return;
      }
    }
  },
});

const ENOUGH = 3;
