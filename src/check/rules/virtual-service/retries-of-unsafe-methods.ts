import { VirtualServiceHttp, VirtualServiceHttpMatch } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { implies } from '../../../semantics/string-condition';
import { serviceYaml } from '../../example-objects';
import { covers } from '../../facts/http-match-cover';
import { conditionsAfterTheWork } from '../../facts/retry-conditions';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

/** Those that do something again when they come again. PUT and DELETE leave the same state. */
const UNSAFE = ['POST', 'PATCH'];

export const retriesOfUnsafeMethods = defineRule({
  code: 'MESH3137',
  slug: 'retries-of-unsafe-methods',
  title: 'Requests that do something are repeated',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'A 5xx or a cut connection does not say whether the service had done the work. Repeating a POST or PATCH then does it twice: two orders, two payments.',
  fix: 'Limit the rule to safe methods (`match: [{ method: { regex: "GET|HEAD|OPTIONS|PUT|DELETE" } }]`) and let a rule below, with `retries: { attempts: 0 }`, take the others; or retry only on conditions under which nothing was done: `retryOn: connect-failure,refused-stream`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry'],
  examples: {
    valid: [{
      title: 'only reads are repeated',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - match: [{ method: { regex: GET|HEAD } }]
      retries: { attempts: 2, retryOn: 5xx }
      route: [{ destination: { host: orders } }]
    - retries: { attempts: 0 }
      route: [{ destination: { host: orders } }]
${serviceYaml('orders', 'shop')}`,
    }, {
      title: 'a rule above takes the POSTs and PATCHes',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - match: [{ method: { exact: POST } }, { method: { exact: PATCH } }]
      retries: { attempts: 0 }
      route: [{ destination: { host: orders } }]
    - retries: { attempts: 2, retryOn: "gateway-error,connect-failure" }
      route: [{ destination: { host: orders } }]
${serviceYaml('orders', 'shop')}`,
    }, {
      title: 'nothing was done yet',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - retries: { attempts: 2, retryOn: "connect-failure,refused-stream" }
      route: [{ destination: { host: orders } }]
${serviceYaml('orders', 'shop')}`,
    }],
    invalid: [{
      title: 'every method, after every error',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - retries: { attempts: 3, perTryTimeout: 2s, retryOn: "5xx,reset" }
      route: [{ destination: { host: orders } }]
${serviceYaml('orders', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { http } = mesh.fact(virtualServices).of(object).spec;
    http?.forEach((rule, i) => {
      const { retries } = rule;
      // Without attempts there are 2, as by default.
      if (!retries?.retryOn || retries.attempts === 0 || rule.redirect || rule.directResponse) return;
      const after = conditionsAfterTheWork(retries.retryOn);
      if (after.length === 0) return;
      const methods = UNSAFE.filter((method) => lets(rule, method, http.slice(0, i)));
      if (methods.length === 0) return;
      report({
        path: `spec.http[${i}].retries.retryOn`,
        message: `${methods.join(' and ')} requests are repeated after ${after.join(', ')}, though the first may have been carried out.`,
      });
    });
  },
});

/** Whether requests of a method come to the rule. */
function lets({ match }: VirtualServiceHttp, method: string, before: readonly VirtualServiceHttp[]): boolean {
  const ways = match === undefined || match.length === 0 ? [{}] : match;
  return ways.some((way: VirtualServiceHttpMatch) => {
    if (!accepts(way, method)) return false;
    const narrowed = { ...way, method: { exact: method } };
    return !before.some((rule) => rule.match === undefined || rule.match.length === 0 || rule.match.some((one) => covers(one, narrowed)));
  });
}

function accepts({ method: condition }: VirtualServiceHttpMatch, method: string): boolean {
  if (condition === undefined) return true;
  if (condition.exact !== undefined) return condition.exact === method;
  if (condition.prefix !== undefined) return method.startsWith(condition.prefix);
  return condition.regex === undefined || implies({ kind: 'exact', value: method }, { kind: 'regex', value: condition.regex });
}
