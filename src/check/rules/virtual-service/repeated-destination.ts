import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { Destination } from '../../facts/destinations';
import { fullHost } from '../../facts/full-host';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

interface Weighted { readonly destination?: Destination; readonly headers?: object }

export const repeatedDestination = defineRule({
  code: 'MESH3115',
  slug: 'repeated-destination',
  title: 'One destination twice in a route',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1105'],
  sees: 'object',
  why: 'The weights of both add up for the same pods. Usually one of them was copied, and its subset or host never changed: a canary that gets nothing.',
  fix: 'Change the subset or the host of one of them, or keep one with the sum of the weights.',
  links: ['https://kiali.io/docs/features/validations/#kia1105---this-hostsubset-combination-is-already-referenced-in-another-route-destination'],
  examples: {
    valid: [{
      title: 'two subsets',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews, subset: v2 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'v1 twice',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 }, weight: 90 }, { destination: { host: reviews.shop.svc.cluster.local, subset: v1 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, namespace } = mesh.fact(virtualServices).of(object);
    for (const list of ['http', 'tcp', 'tls'] as const) {
      spec[list]?.forEach(({ route = [] }: { readonly route?: readonly Weighted[] }, i: number) => {
        if (route.length < 2) return;
        for (let j = 1; j < route.length; j++) {
          const before = route.findIndex((one, k) => k < j && isSame(one, route[j], namespace));
          if (before < 0) continue;
          const { host, subset } = route[j].destination!;
          report({
            path: `spec.${list}[${i}].route[${j}].destination`,
            message: `${subset ? `Subset ${subset} of ${fullHost(host ?? '', namespace)}` : fullHost(host ?? '', namespace)} is already route[${before}] of this rule.`,
          });
        }
      });
    }
  },
});

function isSame(one: Weighted, other: Weighted, namespace: string): boolean {
  const [first, second] = [one.destination, other.destination];
  return first !== undefined && second !== undefined
    && (first.subset ?? '') === (second.subset ?? '') && first.port?.number === second.port?.number
    && (first.host === second.host || fullHost(first.host ?? '', namespace) === fullHost(second.host ?? '', namespace))
    // The same pods may be told by other headers why they get a request.
    && JSON.stringify(one.headers) === JSON.stringify(other.headers);
}
