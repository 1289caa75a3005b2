import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { definesSubset, DestinationRuleFacts, destinationRules } from '../../facts/destination-rules';
import { destinationPath } from '../../facts/destinations';
import { serviceNamedBy } from '../../facts/full-host';
import { nearestTo } from '../../facts/nearest';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const unknownSubset = defineRule({
  code: 'MESH3102',
  slug: 'unknown-subset',
  title: 'A route goes to a subset that no DestinationRule defines',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA1107'],
  sees: 'mesh',
  why: 'The proxies have no cluster for such a subset, so every request that takes the route is answered with 503.',
  fix: 'Define the subset in the DestinationRule of that host, and apply it before the VirtualService.',
  links: [
    'https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset',
    'https://istio.io/latest/docs/ops/common-problems/network-issues/#503-errors-after-setting-destination-rule',
  ],
  examples: {
    valid: [{
      title: 'both versions are defined',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - route:
        - { destination: { host: reviews, subset: v1 }, weight: 90 }
        - { destination: { host: reviews.shop.svc.cluster.local, subset: v2 }, weight: 10 }
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'v3 is not there',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v3 } }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }, {
      title: 'no DestinationRule at all, for a mirror',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }], mirror: { host: reviews, subset: v2 } }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing }) {
    const rules = mesh.fact(destinationRules);
    const { destinations, namespace } = mesh.fact(virtualServices).of(object);
    for (const { destination: { subset }, host, list, rule, kind, index } of destinations) {
      if (subset === undefined || subset === '' || host === '') continue;
      if (rules.covering(host, (found) => found.some((one) => definesSubset(one, subset)) || undefined)) continue;
      const seen = new Set<DestinationRuleFacts>();
      rules.covering(host, (found) => void found.forEach((one) => seen.add(one)));
      const defined = [...new Set([...seen].flatMap((one) => (one.spec.subsets ?? []).map(({ name }) => name)))];
      const nearest = nearestTo(subset, defined);
      const which = [...seen].map((one) => `DestinationRule ${one.namespace}/${one.object.name}`).join(', ');
      missing({
        path: `${destinationPath(list, rule, kind, index)}.subset`,
        // It would stand beside the service, or else beside the route.
        namespace: serviceNamedBy(host)?.namespace ?? namespace,
        // The subsets of one host stand together, as good as always.
        isEvident: [...seen].some((one) => one.host === host && (one.spec.subsets ?? []).length > 0),
        message: `The ${kind === 'route' ? 'route' : 'mirror'} goes to subset ${subset} of ${host}, and ${
          seen.size === 0 ? 'no DestinationRule is there for that host'
            : `${which} ${defined.length === 0 ? 'defines no subset' : `defines ${defined.join(', ')}`}`}.${
          nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
        ...nearest !== undefined && { fix: `Write subset: ${nearest}, or define ${subset} in ${which}.` },
      });
    }
  },
});
