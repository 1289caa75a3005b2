import { VirtualServiceSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { specOf } from '../../facts/mesh-facts';
import { defineRule } from '../../rule';

export const faultDelayPercent = defineRule({
  code: 'MESH4006',
  slug: 'fault-delay-percent',
  title: '`fault.delay.percent` is deprecated',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0002'],
  sees: 'object',
  why: 'It takes whole percents only, does nothing beside `percentage`, and may go in any release.',
  fix: 'Write `percentage: { value: 10 }`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Delay', 'https://istio.io/latest/docs/reference/config/analysis/ist0002/'],
  examples: {
    valid: [{
      title: 'percentage',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ fault: { delay: { percentage: { value: 0.5 }, fixedDelay: 2s } }, route: [{ destination: { host: reviews } }] }]
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
    }],
    invalid: [{
      title: 'percent',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ fault: { delay: { percent: 10, fixedDelay: 2s } }, route: [{ destination: { host: reviews } }] }]
---
apiVersion: v1
kind: Service
metadata: { name: reviews, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { report }) {
    specOf<VirtualServiceSpec>(object).http?.forEach(({ fault }, i) => {
      const percent = fault?.delay?.percent;
      if (percent === undefined || percent === 0) return;
      report({
        path: `spec.http[${i}].fault.delay.percent`,
        message: `\`percent: ${percent}\` is deprecated.`,
        fix: fault?.delay?.percentage ? 'Remove it: only `percentage` counts.' : `Write \`percentage: { value: ${percent} }\`.`,
      });
    });
  },
});
