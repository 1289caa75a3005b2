import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { definesSubset, destinationRules } from '../../facts/destination-rules';
import { destinationPath } from '../../facts/destinations';
import { serviceNamedBy } from '../../facts/full-host';
import { services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { isVisibleIn } from '../../facts/visibility';
import { defineRule } from '../../rule';

export const hiddenSubset = defineRule({
  code: 'MESH3104',
  slug: 'hidden-subset',
  title: 'A DestinationRule of the clients hides the subset that a route goes to',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Istio looks for DestinationRules in the namespace of the client first, and takes only the most specific one there, even one for a wildcard. The subsets of the service are then unknown to those clients: 503.',
  fix: 'Define the subsets in that DestinationRule too, narrow its host, or move it to the root namespace, where it is looked at last.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration'],
  examples: {
    valid: [{
      title: 'the rule for all hosts stands in the root namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: istio-system }
spec:
  host: "*.local"
  trafficPolicy: { connectionPool: { http: { http2MaxRequests: 1000 } } }
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'a rule for all hosts in the namespace of the clients',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: web }
spec:
  host: "*.local"
  trafficPolicy: { connectionPool: { http: { http2MaxRequests: 1000 } } }
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const rules = mesh.fact(destinationRules);
    const { destinations, visibility, onMesh } = mesh.fact(virtualServices).of(object);
    if (!onMesh) return;
    for (const { destination: { subset }, host, list, rule, kind, index } of destinations) {
      if (subset === undefined || subset === '' || host === '') continue;
      const serviceNamespace = serviceNamedBy(host)?.namespace ?? mesh.fact(services).serving(host)?.namespace;
      if (serviceNamespace === undefined) continue;
      const exact = rules.at(host);
      // One rule and no wildcard: nothing can hide it.
      if (exact.length > 0 && exact.every((one) => one.namespace === serviceNamespace) && !rules.hasWildcards) continue;
      if (!rules.holdingFor(serviceNamespace, host, serviceNamespace).some((one) => definesSubset(one, subset))) continue;
      const clients = new Set<string>();
      rules.covering(host, (found) => void found.forEach((one) => clients.add(one.namespace)));
      for (const client of clients) {
        if (client === serviceNamespace || !isVisibleIn(visibility, client)) continue;
        const holding = rules.holdingFor(client, host, serviceNamespace);
        if (holding.length === 0 || holding[0].namespace !== client) continue;
        if (holding.some((one) => one.forWorkloads || definesSubset(one, subset))) continue;
        const [hiding] = holding;
        report({
          path: `${destinationPath(list, rule, kind, index)}.subset`,
          message: `For clients in namespace ${client}, DestinationRule ${client}/${hiding.object.name} (host ${hiding.host}) holds for ${host}, and it defines no subset ${subset}.`,
        });
      }
    }
  },
});
