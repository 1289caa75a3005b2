import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml, subsetsYaml } from '../../example-objects';
import { fullHost } from '../../facts/full-host';
import { VirtualServiceFacts, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const subsetRoutingNotOnGateway = defineRule({
  code: 'MESH3112',
  slug: 'subset-routing-not-on-gateway',
  title: 'A route of a gateway passes by the subset routing of the mesh',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0140'],
  sees: 'mesh',
  why: 'A gateway sends requests straight to the pods of a host. What another VirtualService says about that host in the mesh (weights, subsets, matches) does not apply to them, so visitors from outside see all versions alike.',
  fix: 'Repeat the weights and subsets in the route of the gateway, or name the gateway and the host in that VirtualService.',
  links: ['https://istio.io/latest/docs/ops/common-problems/network-issues/#route-rules-have-no-effect-on-ingress-gateway-requests'],
  examples: {
    valid: [{
      title: 'the route of the gateway has the weights too',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: public, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
    invalid: [{
      title: 'the canary is for the mesh only',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: public, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: reviews } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const known = mesh.fact(virtualServices);
    const { spec, gateways, namespace } = known.of(object);
    if (gateways.length === 0) return;
    spec.http?.forEach(({ route = [] }, i) => route.forEach(({ destination }, j) => {
      if (!destination?.host || destination.subset) return;
      const host = fullHost(destination.host, namespace);
      const other = known.onMesh.at(host).find((one) => one.object !== object && splits(one, host));
      if (!other) return;
      report({
        path: `spec.http[${i}].route[${j}].destination`,
        message: `VirtualService ${other.namespace}/${other.object.name} sends requests for ${host} to subsets, and requests through gateway ${gateways.join(', ')} do not pass it.`,
      });
    }));
  },
});

function splits({ spec, namespace }: VirtualServiceFacts, host: string): boolean {
  return spec.http !== undefined && spec.http.some(({ route }) => route !== undefined && route.some(
    ({ destination }) => destination?.subset !== undefined && destination.subset !== '' && fullHost(destination.host, namespace) === host));
}
