import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { serviceNamedBy } from '../../facts/full-host';
import { MeshFacts } from '../../facts/mesh-facts';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const unusedSubset = defineRule({
  code: 'MESH3127',
  slug: 'unused-subset',
  title: 'No route goes to a subset',
  severity: 'info',
  preset: 'strict',
  aliases: [],
  sees: 'mesh',
  why: 'Requests reach the pods of the subset all the same, but as those of the host: the trafficPolicy of the subset is never applied.',
  fix: 'Write a route to the subset, or move its trafficPolicy to the rule as a whole.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset'],
  examples: {
    valid: [{
      title: 'each subset has a route',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{ title: 'no route at all', yaml: `${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}` }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, missing }) {
    const { host, spec } = mesh.fact(destinationRules).of(object);
    if (!spec.subsets || spec.subsets.length === 0 || host.startsWith('*')) return;
    const used = mesh.fact(usedSubsets);
    spec.subsets.forEach(({ name, trafficPolicy }, i) => {
      if (used.has(`${host} ${name}`)) return;
      missing({
        path: `spec.subsets[${i}]`,
        namespace: serviceNamedBy(host)?.namespace,
        message: `No route goes to subset ${name} of ${host}${trafficPolicy ? ', so that its trafficPolicy is never applied' : ''}.`,
      });
    });
  },
});

function usedSubsets(mesh: MeshFacts): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { destinations } of mesh.fact(virtualServices).all) {
    for (const { destination: { subset }, host } of destinations) if (subset) used.add(`${host} ${subset}`);
  }
  return used;
}
