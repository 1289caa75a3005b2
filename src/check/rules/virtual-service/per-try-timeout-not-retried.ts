import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { retriesTimeouts } from '../../facts/retry-conditions';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const perTryTimeoutNotRetried = defineRule({
  code: 'MESH3145',
  slug: 'per-try-timeout-not-retried',
  title: 'A try that takes too long is ended and not repeated',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'A try that perTryTimeout ends counts as a 504, and only `5xx`, `gateway-error` or `504` in retryOn repeat it; the default conditions do not. Without them perTryTimeout is a timeout and no more.',
  fix: 'Add `gateway-error` to retryOn, or write `timeout` instead of perTryTimeout.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry'],
  examples: {
    valid: [{
      title: 'gateway-error covers the 504',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ method: { exact: GET } }]
      retries: { attempts: 2, perTryTimeout: 2s, retryOn: "connect-failure,gateway-error" }
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the default conditions',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ retries: { attempts: 2, perTryTimeout: 2s }, route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ retries }, i) => {
      if (!retries?.perTryTimeout || retries.attempts === 0 || retriesTimeouts(retries.retryOn)) return;
      report({
        path: `spec.http[${i}].retries.perTryTimeout`,
        message: `A try is ended after ${retries.perTryTimeout}, and ${retries.retryOn ? `retryOn: ${retries.retryOn} does` : 'the default conditions do'} not repeat it.`,
      });
    });
  },
});
