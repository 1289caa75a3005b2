import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { VirtualServiceFacts, virtualServices } from '../../facts/virtual-services';
import { visibilitiesMeet } from '../../facts/visibility';
import { defineRule } from '../../rule';

/** Enough to find them all. */
const NAMED = 4;

export const conflictingMeshHosts = defineRule({
  code: 'MESH3105',
  slug: 'conflicting-mesh-hosts',
  title: 'Two VirtualServices claim one host on the mesh',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0109', 'KIA1106'],
  sees: 'mesh',
  why: 'Sidecars take one VirtualService for a host, the oldest, and ignore the others without a word. Which one that is changes when one of them is deleted and made again.',
  fix: 'Put all rules for the host into one VirtualService, let one delegate to the others, or limit each by exportTo to namespaces that do not overlap.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  examples: {
    valid: [{
      title: 'one for the mesh, one for the gateway, one that another namespace keeps to itself',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  exportTo: ["."]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: web }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  exportTo: ["."]
  http: [{ timeout: 2s, route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'an exact host and a wildcard: the exact one wins',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: shop }
spec:
  hosts: ["*.shop.svc.cluster.local"]
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the short and the full name of one Service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews-timeout, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews-retries, namespace: platform }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http: [{ retries: { attempts: 0 }, route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const known = mesh.fact(virtualServices);
    const own = known.of(object);
    if (!own.onMesh || mesh.isReplaced(object)) return;
    for (let i = 0; i < own.hosts.length; i++) {
      const host = own.hosts[i];
      const claiming = known.onMesh.at(host);
      if (claiming.length < 2) continue;
      const others: VirtualServiceFacts[] = [];
      for (const other of claiming) {
        if (other === own || others.includes(other) || !visibilitiesMeet(own.visibility, other.visibility)) continue;
        others.push(other);
        if (others.length > NAMED) break;
      }
      if (others.length === 0) continue;
      const names = others.slice(0, NAMED).map((other) => `${other.namespace}/${other.object.name}`).join(', ');
      report({
        path: `spec.hosts[${i}]`,
        message: `${host} is also claimed on the mesh by VirtualService ${names}${others.length > NAMED ? ' and others' : ''}; each client takes only one of them.`,
      });
    }
  },
});
