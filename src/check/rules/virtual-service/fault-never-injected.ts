import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const faultNeverInjected = defineRule({
  code: 'MESH3140',
  slug: 'fault-never-injected',
  title: 'A fault without a percentage never happens',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'For a fault no percentage means none, other than for a mirror, where it means all. A test that relies on it passes because nothing was tested.',
  fix: 'Write `percentage: { value: 100 }`, or `value: 0` if it is switched off on purpose.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection'],
  examples: {
    valid: [{
      title: 'with a percentage',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-fault: { exact: "on" } } }]
      fault: { abort: { percentage: { value: 100 }, httpStatus: 503 } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
${serviceYaml('ratings', 'shop')}`,
    }],
    invalid: [{
      title: 'without',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http: [{ fault: { abort: { httpStatus: 503 } }, route: [{ destination: { host: ratings } }] }]
${serviceYaml('ratings', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ fault }, i) => {
      if (!fault) return;
      const { delay, abort } = fault;
      if (delay && delay.percentage?.value === undefined && !delay.percent) {
        report({ path: `spec.http[${i}].fault.delay`, message: 'The delay has no percentage, so that no request is delayed.' });
      }
      if (abort && abort.percentage?.value === undefined) {
        report({ path: `spec.http[${i}].fault.abort`, message: 'The abort has no percentage, so that no request is aborted.' });
      }
    });
  },
});
