import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const mirrorNeverSent = defineRule({
  code: 'MESH3146',
  slug: 'mirror-never-sent',
  title: 'An empty percentage mirrors nothing',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Without mirrorPercentage every request is mirrored; with one that has no value, none is.',
  fix: 'Write `mirrorPercentage: { value: … }`, or leave the field out to mirror every request.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute'],
  examples: {
    valid: [{
      title: 'a tenth',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }], mirror: { host: recorder }, mirrorPercentage: { value: 10 } }]
${serviceYaml('reviews', 'shop')}${serviceYaml('recorder', 'shop')}`,
    }],
    invalid: [{
      title: 'no value',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }], mirror: { host: recorder }, mirrorPercentage: {} }]
${serviceYaml('reviews', 'shop')}${serviceYaml('recorder', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ mirror, mirrorPercentage, mirrors }, i) => {
      if (mirror && mirrorPercentage && mirrorPercentage.value === undefined) {
        report({ path: `spec.http[${i}].mirrorPercentage`, message: `mirrorPercentage has no value, so that nothing is mirrored to ${mirror.host}.` });
      }
      mirrors?.forEach(({ percentage, destination }, j) => {
        if (!percentage || percentage.value !== undefined) return;
        report({ path: `spec.http[${i}].mirrors[${j}].percentage`, message: `The percentage has no value, so that nothing is mirrored to ${destination?.host}.` });
      });
    });
  },
});
