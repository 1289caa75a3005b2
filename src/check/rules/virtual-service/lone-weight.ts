import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

const ALL = 100;

export const loneWeight = defineRule({
  code: 'MESH3114',
  slug: 'lone-weight',
  title: 'A weight other than 100 on the only destination',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1104'],
  sees: 'object',
  why: 'The only destination gets every request, whatever its weight, even 0. Whoever wrote 10 or 0 meant something else.',
  fix: 'Add the destination that the rest should go to, or remove the weight.',
  links: ['https://kiali.io/docs/features/validations/#kia1104---the-weight-is-assumed-to-be-100-because-there-is-only-one-route-destination'],
  examples: {
    valid: [{
      title: 'all to one, and said so',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews }, weight: 100 }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: '10 % of all, it seems',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v2 }, weight: 10 }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec } = mesh.fact(virtualServices).of(object);
    for (const list of ['http', 'tcp', 'tls'] as const) {
      spec[list]?.forEach(({ route }: { readonly route?: readonly { readonly weight?: number }[] }, i: number) => {
        if (route?.length !== 1) return;
        const { weight } = route[0];
        if (weight === undefined || weight === ALL) return;
        report({ path: `spec.${list}[${i}].route[0].weight`, message: `The weight is ${weight}, and the only destination gets every request.` });
      });
    }
  },
});
