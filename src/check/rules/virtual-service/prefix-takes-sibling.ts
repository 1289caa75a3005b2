import { VirtualServiceHttp } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { asksBeyondPath, asksForSource } from '../../facts/http-match';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const prefixTakesSibling = defineRule({
  code: 'MESH3131',
  slug: 'prefix-takes-sibling',
  title: 'A prefix takes the requests for another path of the same VirtualService',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'A prefix is compared letter by letter, not by segment: `/api` also matches `/apiary` and `/api-docs`, and the first rule that matches is taken.',
  fix: 'End the prefix with a slash and add an exact match for the path itself (`exact: /api`, `prefix: /api/`), or move the other rule up.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch'],
  examples: {
    valid: [{
      title: 'by segment',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [frontend]
  http:
    - match: [{ uri: { exact: /api } }, { uri: { prefix: /api/ } }]
      route: [{ destination: { host: api } }]
    - match: [{ uri: { prefix: /api-docs/ } }]
      route: [{ destination: { host: docs } }]
    - route: [{ destination: { host: frontend } }]
${serviceYaml('frontend', 'shop')}${serviceYaml('api', 'shop')}${serviceYaml('docs', 'shop')}`,
    }],
    invalid: [{
      title: '/api takes /api-docs',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop, namespace: shop }
spec:
  hosts: [frontend]
  http:
    - match: [{ uri: { prefix: /api } }]
      route: [{ destination: { host: api } }]
    - match: [{ uri: { prefix: /api-docs } }]
      route: [{ destination: { host: docs } }]
    - route: [{ destination: { host: frontend } }]
${serviceYaml('frontend', 'shop')}${serviceYaml('api', 'shop')}${serviceYaml('docs', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { http } = mesh.fact(virtualServices).of(object).spec;
    if (http === undefined || http.length < 2) return;
    let before: { prefix: string; rule: number; match: number }[] | undefined;
    for (let i = 0; i < http.length; i++) {
      for (const { uri } of http[i].match ?? []) {
        const path = uri?.prefix ?? uri?.exact;
        if (path === undefined || before === undefined) continue;
        for (const { prefix, rule, match } of before) {
          if (rule === i || path.length <= prefix.length || !path.startsWith(prefix) || isSeparator(path[prefix.length])) continue;
          if (sameTarget(http[rule], http[i])) continue;
          report({
            path: `spec.http[${rule}].match[${match}].uri.prefix`,
            message: `The prefix "${prefix}" also matches "${path}", so that http[${i}] never gets requests for it.`,
            fix: `Write exact: ${prefix} and prefix: ${prefix}/ instead, or move http[${i}] above http[${rule}].`,
          });
        }
      }
      http[i].match?.forEach((one, j) => {
        const prefix = one?.uri?.prefix;
        if (prefix === undefined || prefix.length < 2 || prefix.endsWith('/')) return;
        if (asksBeyondPath(one) || asksForSource(one) || one.port || one.gateways?.length) return;
        (before ??= []).push({ prefix, rule: i, match: j });
      });
    }
  },
});

function isSeparator(letter: string): boolean {
  return letter === '/' || letter === '?' || letter === ';' || letter === '.';
}

/** Whether it makes no difference which of two rules a request takes. */
function sameTarget(one: VirtualServiceHttp, other: VirtualServiceHttp): boolean {
  const { match: _, name: __, ...rest } = one;
  const { match: _other, name: __other, ...otherRest } = other;
  return JSON.stringify(rest) === JSON.stringify(otherRest);
}
