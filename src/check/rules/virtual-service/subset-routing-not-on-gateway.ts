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
    spec.http?.forEach(({ match, route = [] }, i) => route.forEach(({ destination }, j) => {
      if (!destination?.host || destination.subset) return;
      const host = fullHost(destination.host, namespace);
      const other = known.onMesh.at(host).find((one) => one.object !== object && splits(one, host, known.of(object), match));
      if (!other) return;
      report({
        path: `spec.http[${i}].route[${j}].destination`,
        message: `VirtualService ${other.namespace}/${other.object.name} sends requests for ${host} to subsets, and requests through gateway ${gateways.join(', ')} do not pass it.`,
      });
    }));
  },
});

/** Whether requests that a rule of the gateway takes would go to a subset in the mesh that this gateway never leads to. */
function splits({ spec, namespace }: VirtualServiceFacts, host: string, gateway: VirtualServiceFacts, taken: Matches): boolean {
  const repeated = subsetsOf(gateway.spec.http, host, gateway.namespace);
  return (spec.http ?? [])
    .filter(({ match }) => mayMatch(match, taken))
    .some((rule) => subsetsOf([rule], host, namespace).some((subset) => !repeated.includes(subset)));
}

type Rules = NonNullable<VirtualServiceFacts['spec']['http']>;
type Matches = Rules[number]['match'];

function subsetsOf(rules: Rules | undefined, host: string, namespace: string): string[] {
  return (rules ?? []).flatMap(({ route = [] }) => route).flatMap(({ destination }) =>
    (destination?.host && destination.subset && fullHost(destination.host, namespace) === host ? [destination.subset] : []));
}

/** Requests that come through a gateway have no caller with labels, and those of one path are not of another. */
function mayMatch(match: Matches, taken: Matches): boolean {
  if (!match?.length) return true;
  const outside = match.filter(({ sourceLabels, sourceNamespace }) => !sourceLabels && !sourceNamespace);
  return outside.some(({ uri }) => !taken?.length || taken.some((one) => !apart(uri, one.uri)));
}

type Uri = NonNullable<Matches>[number]['uri'];

function apart(a: Uri, b: Uri): boolean {
  const within = (one: Uri, other: Uri) => {
    const path = one?.exact ?? one?.prefix;
    return path === undefined || (other?.prefix !== undefined ? path.startsWith(other.prefix) : other?.exact === undefined || path === other.exact);
  };
  if (a?.regex !== undefined || b?.regex !== undefined) return false;
  return !within(a, b) && !within(b, a);
}
