import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { unreachable } from '../../facts/unreachable-matches';
import { defineRule } from '../../rule';

export const ineffectiveMatch = defineRule({
  code: 'MESH3110',
  slug: 'ineffective-match',
  title: 'A match adds nothing to one above it',
  severity: 'info',
  preset: 'recommended',
  aliases: ['IST0131'],
  // The plain cases are warnings of istiod's webhook; here are those it does not see.
  sees: 'object',
  why: 'The matches of a rule are alternatives, and rules are tried in order: a match that an earlier one includes is never the reason for anything.',
  fix: 'Drop the match, or move the more specific one up.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0131/'],
  examples: {
    valid: [{
      title: 'the longer prefix comes first',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /reviews/beta/ } }, { uri: { exact: /beta } }]
      timeout: 1s
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'one of two alternatives includes the other',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /reviews/ } }, { uri: { exact: /reviews/beta } }]
      timeout: 1s
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { report }) {
    const { rules, said } = unreachable(object);
    for (const { list, rule, blocks, total } of rules) {
      // Of a rule that is never reached as a whole, that is all there is to say.
      if (blocks.length === total) continue;
      for (const { match, by } of blocks) {
        if (by.match === undefined || said.has(`spec.${list}[${rule}].match[${match}]`)) continue;
        report({
          path: `spec.${list}[${rule}].match[${match}]`,
          message: `All that it matches is taken by match ${by.match} of ${by.rule === rule ? 'the same rule' : `${list}[${by.rule}]`}.`,
        });
      }
    }
  },
});
