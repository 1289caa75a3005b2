import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { unreachable } from '../../facts/unreachable-matches';
import { defineRule } from '../../rule';

export const unreachableRule = defineRule({
  code: 'MESH3109',
  slug: 'unreachable-rule',
  title: 'A rule is never reached',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['IST0130'],
  // The plain cases are warnings of istiod's webhook; here are those it does not see.
  sees: 'object',
  why: 'Rules are tried from top to bottom, and the first that matches is taken, not the most specific. What stands below a rule that takes everything it asks for does nothing.',
  fix: 'Move the more specific rule up, or drop it.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0130/'],
  examples: {
    valid: [{
      title: 'the catch-all comes last',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ headers: { x-canary: { exact: "true" } } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the canary below a path that takes everything',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: / } }]
      route: [{ destination: { host: reviews, subset: v1 } }]
    - match: [{ headers: { x-canary: { exact: "true" } } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }, {
      title: 'one path below its prefix',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /reviews/ } }]
      route: [{ destination: { host: reviews, subset: v1 } }]
    - match: [{ uri: { exact: /reviews/beta } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { report }) {
    const { rules, said } = unreachable(object);
    for (const { list, rule, blocks, total } of rules) {
      if (blocks.length < total || said.has(`spec.${list}[${rule}]`)) continue;
      if (blocks.every(({ match }) => said.has(`spec.${list}[${rule}].match[${match}]`))) continue;
      const { by } = blocks[0];
      const all = blocks.every((block) => block.by.rule === by.rule);
      report({
        path: `spec.${list}[${rule}]`,
        message: by.match === undefined && all
          ? `${list}[${rule}] is never reached: ${list}[${by.rule}] above it takes everything.`
          : `${list}[${rule}] is never reached: ${all ? `${list}[${by.rule}] above it takes` : 'rules above it take'} all that it matches.`,
      });
    }
  },
});
