import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { flaggerWritesDelegate } from '../../facts/flagger';
import { virtualServices } from '../../facts/virtual-services';
import { isVisibleIn } from '../../facts/visibility';
import { defineRule } from '../../rule';

export const unknownDelegate = defineRule({
  code: 'MESH3134',
  slug: 'unknown-delegate',
  title: 'A rule delegates to a VirtualService that is not there',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Istio drops the rule without a word, and the requests it was for are answered with 404 or taken by a rule below.',
  fix: 'Create a VirtualService of that name without hosts, and export it to the namespace of the one that delegates.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate'],
  examples: {
    valid: [{
      title: 'the delegate has no hosts of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [frontend]
  http: [{ match: [{ uri: { prefix: /reviews/ } }], delegate: { name: reviews, namespace: reviews } }, { route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: reviews }
spec:
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('frontend', 'shop')}${serviceYaml('reviews', 'reviews')}`,
    }, {
      title: 'Flagger writes the delegate',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews-routes, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ timeout: 3s, delegate: { name: reviews, namespace: shop } }]
---
apiVersion: flagger.app/v1beta1
kind: Canary
metadata: { name: reviews, namespace: shop }
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: reviews }
  service: { port: 9080, delegation: true }
  analysis: { interval: 1m, threshold: 1, stepWeights: [10, 50, 100] }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the namespace is left out',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [frontend]
  http: [{ match: [{ uri: { prefix: /reviews/ } }], delegate: { name: reviews } }, { route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: reviews }
spec:
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('frontend', 'shop')}${serviceYaml('reviews', 'reviews')}`,
    }, {
      title: 'the delegate stays in its namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root, namespace: shop }
spec:
  hosts: [frontend]
  http: [{ match: [{ uri: { prefix: /reviews/ } }], delegate: { name: reviews, namespace: reviews } }, { route: [{ destination: { host: frontend } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: reviews }
spec:
  exportTo: ["."]
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('frontend', 'shop')}${serviceYaml('reviews', 'reviews')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report, missing }) {
    const known = mesh.fact(virtualServices);
    const { spec, namespace } = known.of(object);
    spec.http?.forEach(({ delegate }, i) => {
      if (!delegate) return;
      const place = delegate.namespace || namespace;
      const name = delegate.name ?? '';
      const there = mesh.find(Kind.VIRTUAL_SERVICE, place, name);
      const path = `spec.http[${i}].delegate`;
      if (!there) {
        if (flaggerWritesDelegate(mesh, place, name)) return;
        const elsewhere = mesh.ofKind(Kind.VIRTUAL_SERVICE).slice(0, 1000).find((one) => one.name === name && known.of(one).isDelegate);
        missing({
          path,
          namespace: place,
          message: `There is no VirtualService ${place}/${name}.${elsewhere ? ` Did you mean ${elsewhere.namespace}/${name}?` : ''}`,
          ...elsewhere && { fix: `Write namespace: ${elsewhere.namespace}.` },
        });
        return;
      }
      const other = known.of(there);
      if (!other.isDelegate) {
        report({ path, message: `VirtualService ${place}/${name} has hosts of its own (${other.hosts.join(', ')}), so that Istio does not take it for a delegate.`, fix: `Remove hosts and gateways from VirtualService ${place}/${name}.` });
      } else if (!isVisibleIn(other.visibility, namespace)) {
        report({ path, message: `VirtualService ${place}/${name} is not exported to namespace ${namespace}.`, fix: `Add ${namespace} to exportTo of VirtualService ${place}/${name}.` });
      }
    });
  },
});
