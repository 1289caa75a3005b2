import { VirtualServiceHttpMatch } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { FAULT_ANNOTATION, readFaultExpiries } from '../../../semantics/fault-annotation';
import { serviceYaml } from '../../example-objects';
import { asksForSource } from '../../facts/http-match';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const faultForEveryone = defineRule({
  code: 'MESH3139',
  slug: 'fault-for-everyone',
  title: 'A fault without a kill switch: it hits every caller',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'The rule asks neither for a header nor for who calls, so that real users get the delays and errors too, and nothing but another change of the VirtualService ends them.',
  fix: 'Let the fault need a header that only testers send, or the labels of one client (`match: [{ headers: { x-fault: { exact: "on" } } }]`), and put the same route without the fault below. To switch it off, write a percentage of 0. Where everybody is meant, say until when, in the annotation `cdk8s-istio.dev/fault-expires`: FaultInjection does.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/fault-injection/'],
  examples: {
    valid: [{
      title: 'only for requests with a header',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http:
    - match: [{ headers: { x-fault: { exact: "on" } } }]
      fault: { delay: { percentage: { value: 100 }, fixedDelay: 7s } }
      route: [{ destination: { host: ratings } }]
    - route: [{ destination: { host: ratings } }]
${serviceYaml('ratings', 'shop')}`,
    }, {
      title: 'switched off',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http: [{ fault: { delay: { percentage: { value: 0 }, fixedDelay: 7s } }, route: [{ destination: { host: ratings } }] }]
${serviceYaml('ratings', 'shop')}`,
    }, {
      title: 'everybody, and it is said until when',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ratings
  namespace: shop
  annotations: { cdk8s-istio.dev/fault-expires: "slow-ratings: 2999-12-31T18:00:00Z" }
spec:
  hosts: [ratings]
  http: [{ fault: { delay: { percentage: { value: 1 }, fixedDelay: 7s } }, route: [{ destination: { host: ratings } }] }]
${serviceYaml('ratings', 'shop')}`,
    }],
    invalid: [{
      title: 'an error for every tenth request',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ratings, namespace: shop }
spec:
  hosts: [ratings]
  http: [{ fault: { abort: { percentage: { value: 10 }, httpStatus: 500 } }, route: [{ destination: { host: ratings } }] }]
${serviceYaml('ratings', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    // Somebody decided on it, and another rule says when it is over.
    if (readFaultExpiries(object.annotations[FAULT_ANNOTATION] ?? '').expiries.length > 0) return;
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ fault, match }, i) => {
      if (!fault) return;
      if (match !== undefined && match.length > 0 && match.every(isForSome)) return;
      for (const kind of ['delay', 'abort'] as const) {
        const part = fault[kind];
        if (!part) continue;
        const percent = part.percentage?.value ?? ('percent' in part ? part.percent : undefined) ?? 0;
        if (percent <= 0) continue;
        const what = kind === 'delay' ? `a delay${fault.delay!.fixedDelay ? ` of ${fault.delay!.fixedDelay}` : ''}`
          : fault.abort!.httpStatus ? `the status ${fault.abort!.httpStatus}` : 'an error';
        report({ path: `spec.http[${i}].fault.${kind}`, message: `${percent} % of all requests that come to the rule get ${what}, whoever sends them.` });
      }
    });
  },
});

/** Whether only some callers meet the match: they send something, or have something. */
function isForSome(match: VirtualServiceHttpMatch): boolean {
  return filled(match?.headers) || filled(match?.queryParams) || (match !== undefined && !match.gateways?.length && asksForSource(match));
}

function filled(map: object | undefined): boolean {
  return map !== undefined && Object.keys(map).length > 0;
}
