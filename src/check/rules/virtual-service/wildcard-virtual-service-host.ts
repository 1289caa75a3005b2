import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const wildcardVirtualServiceHost = defineRule({
  code: 'MESH3122',
  slug: 'wildcard-virtual-service-host',
  title: 'A VirtualService is for a wildcard',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'object',
  why: 'It takes every host below it that has no VirtualService of its own, also those that are added later by others.',
  fix: 'List the hosts that are meant.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  examples: {
    valid: [{
      title: 'one host',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'every service of the namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: shop }
spec:
  hosts: ["*.shop.svc.cluster.local"]
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).hosts.forEach((host, i) => {
      if (host.startsWith('*')) report({ path: `spec.hosts[${i}]`, message: host === '*' ? 'The VirtualService is for every host there is.' : `${host} covers every host that ends in ${host.slice(1)}.` });
    });
  },
});
