import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const prefixWithoutSlash = defineRule({
  code: 'MESH3132',
  slug: 'prefix-without-slash',
  title: 'A prefix also matches the paths beside it',
  severity: 'warning',
  preset: 'recommended',
  // Nothing shows that there is such a path.
  severityIn: { recommended: 'info' },
  aliases: [],
  sees: 'object',
  why: 'A prefix is compared letter by letter, not by segment: `/api` also matches `/apiary`. What such a rule rewrites, delays or lets through is more than its words say; a rewrite of `/api` to `/` makes `/ary` of `/apiary`.',
  fix: 'Write two matches, `exact: /api` and `prefix: /api/`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch'],
  examples: {
    valid: [{
      title: 'the path and what is below it',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [frontend]
  http:
    - match: [{ uri: { exact: /api } }, { uri: { prefix: /api/ } }]
      route: [{ destination: { host: api } }]
    - route: [{ destination: { host: frontend } }]
${serviceYaml('frontend', 'shop')}${serviceYaml('api', 'shop')}`,
    }],
    invalid: [{
      title: '/api, and /apiary',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [frontend]
  http:
    - match: [{ uri: { prefix: /api } }]
      rewrite: { uri: / }
      route: [{ destination: { host: api } }]
    - route: [{ destination: { host: frontend } }]
${serviceYaml('frontend', 'shop')}${serviceYaml('api', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { http } = mesh.fact(virtualServices).of(object).spec;
    http?.forEach(({ match }, i) => match?.forEach((one, j) => {
      const prefix = one?.uri?.prefix;
      if (prefix === undefined || prefix.length < 2 || /[^a-zA-Z0-9]$/.test(prefix)) return;
      report({
        path: `spec.http[${i}].match[${j}].uri.prefix`,
        message: `The prefix "${prefix}" also matches paths such as "${prefix}-x" and "${prefix}x".`,
        fix: `Write two matches, exact: ${prefix} and prefix: ${prefix}/.`,
      });
    }));
  },
});
