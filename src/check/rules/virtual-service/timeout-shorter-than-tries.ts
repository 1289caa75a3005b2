import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { millisecondsOf } from '../../facts/milliseconds';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

/** What Istio does if nobody says how often. */
const DEFAULT_ATTEMPTS = 2;

export const timeoutShorterThanTries = defineRule({
  code: 'MESH3138',
  slug: 'timeout-shorter-than-tries',
  title: 'The timeout ends before all tries have had their time',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: '`timeout` is for all tries together, the first and `attempts` more. If each may take `perTryTimeout` and the sum is longer, the last tries are cut short or never made.',
  fix: 'Make `timeout` at least (attempts + 1) × perTryTimeout, or lower one of the two.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry'],
  examples: {
    valid: [{
      title: 'three tries of 2 s within 6 s',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ method: { exact: GET } }]
      timeout: 6s
      retries: { attempts: 2, perTryTimeout: 2s, retryOn: 5xx }
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'four tries of 2 s within 5 s',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ method: { exact: GET } }]
      timeout: 5s
      retries: { attempts: 3, perTryTimeout: 2s, retryOn: 5xx }
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    mesh.fact(virtualServices).of(object).spec.http?.forEach(({ timeout, retries }, i) => {
      if (timeout === undefined || retries?.perTryTimeout === undefined || retries.attempts === 0) return;
      const all = millisecondsOf(timeout);
      const one = millisecondsOf(retries.perTryTimeout);
      if (all === undefined || one === undefined || all <= 0 || one <= 0) return;
      const tries = (retries.attempts ?? DEFAULT_ATTEMPTS) + 1;
      if (tries * one <= all) return;
      const full = Math.floor(all / one);
      report({
        path: `spec.http[${i}].timeout`,
        message: `Within ${timeout} ${full === 0 ? 'not even one try' : full === 1 ? 'only one try' : `only ${full} tries`} of ${retries.perTryTimeout} can end, and up to ${tries} are asked for.`,
        fix: `Write at least timeout: ${(tries * one) / 1000}s${full >= 2 ? `, attempts: ${full - 1},` : ''} or perTryTimeout: ${Math.floor(all / tries)}ms at most.`,
      });
    });
  },
});
