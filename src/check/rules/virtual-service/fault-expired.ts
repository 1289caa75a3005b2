import { Kind } from '../../../manifest/kinds';
import { FAULT_ANNOTATION, readFaultExpiries } from '../../../semantics/fault-annotation';
import { instantText } from '../../../semantics/instant';
import { serviceYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const faultExpired = defineRule({
  code: 'MESH3148',
  slug: 'fault-expired',
  title: 'A fault is still injected after it was to be over',
  severity: 'warning',
  preset: 'recommended',
  // Whoever checks strictly wants a pipeline that goes red on that day; a synth is never stopped by it.
  severityIn: { strict: 'error' },
  byCalendar: true,
  aliases: [],
  sees: 'object',
  why: 'The annotation says until when the delays and errors were agreed on. Nothing ends them by itself: users still get them, and who looks for the cause no longer thinks of an experiment.',
  fix: 'Switch the fault off (`enabled: false` of FaultInjection, or take `fault` and its line of the annotation out), or agree on a later end.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/fault-injection/'],
  examples: {
    valid: [{
      title: 'an end that is to come',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ratings
  namespace: shop
  annotations: { cdk8s-istio.dev/fault-expires: "slow-ratings: 2999-12-31T18:00:00Z" }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-fault: { exact: "on" } } }]
      fault: { delay: { percentage: { value: 100 }, fixedDelay: 7s } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
${serviceYaml('ratings', 'shop')}`,
    }, {
      title: 'over, and no fault any more',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ratings
  namespace: shop
  annotations: { cdk8s-istio.dev/fault-expires: "slow-ratings: 2020-12-31T18:00:00Z" }
spec:
  hosts: [ratings]
  http: [{ route: [{ destination: { host: ratings } }] }]
${serviceYaml('ratings', 'shop')}`,
    }],
    invalid: [{
      title: 'one of two is over',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ratings
  namespace: shop
  annotations:
    cdk8s-istio.dev/fault-expires: |
      broken-ratings: 2020-12-01T18:00:00Z
      slow-ratings: 2999-12-31T18:00:00Z
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-fault: { exact: slow } } }]
      fault: { delay: { percentage: { value: 100 }, fixedDelay: 7s } }
      route: [{ destination: { host: ratings } }]
    - match: [{ headers: { x-fault: { exact: broken } } }]
      fault: { abort: { percentage: { value: 100 }, httpStatus: 503 } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
${serviceYaml('ratings', 'shop')}`,
    }, {
      title: 'a day without time and zone, which is no end that can be compared',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ratings
  namespace: shop
  annotations: { cdk8s-istio.dev/fault-expires: "2999-12-31" }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-fault: { exact: "on" } } }]
      fault: { abort: { percentage: { value: 100 }, httpStatus: 503 } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
${serviceYaml('ratings', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const annotation = object.annotations[FAULT_ANNOTATION];
    if (annotation === undefined || !mesh.fact(virtualServices).of(object).spec.http?.some(({ fault }) => fault)) return;
    const path = `metadata.annotations["${FAULT_ANNOTATION}"]`;
    const { expiries, unreadable } = readFaultExpiries(annotation);
    for (const { name, expires } of expiries) {
      if (expires > mesh.now.getTime()) continue;
      report({ path, message: `${name === '' ? 'The fault' : `The fault "${name}"`} was to be over at ${instantText(expires)}.` });
    }
    for (const line of unreadable) {
      report({ path, message: `"${line}" says nothing about when the fault is to be over.`, fix: 'Write NAME: INSTANT, one a line, with date, time and zone: `slow-ratings: 2026-12-01T18:00:00Z`.' });
    }
  },
});
