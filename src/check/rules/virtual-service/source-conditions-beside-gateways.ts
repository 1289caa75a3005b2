import { Kind } from '../../../manifest/kinds';
import { serviceYaml, subsetsYaml } from '../../example-objects';
import { asksForSource } from '../../facts/http-match';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

interface Match {
  readonly gateways?: readonly string[];
  readonly sourceLabels?: { readonly [name: string]: string };
  readonly sourceNamespace?: string;
}

export const sourceConditionsBesideGateways = defineRule({
  code: 'MESH3130',
  slug: 'source-conditions-beside-gateways',
  title: 'A match asks for the source beside gateways, and Istio does not look at it',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'As soon as a match names gateways, even only `mesh`, Istio leaves sourceLabels and sourceNamespace out: the match holds for every client.',
  fix: 'Remove `gateways` from the match; a match without it is for all gateways of the VirtualService. To treat a gateway differently, write a match of its own.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest'],
  examples: {
    valid: [{
      title: 'the source alone',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ sourceLabels: { app: tester } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'for testers only, it seems',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  gateways: [mesh]
  http:
    - match: [{ gateways: [mesh], sourceLabels: { app: tester } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec } = mesh.fact(virtualServices).of(object);
    for (const list of ['http', 'tcp', 'tls'] as const) {
      spec[list]?.forEach(({ match }: { readonly match?: readonly Match[] }, i: number) => match?.forEach((one, j) => {
        if (!one?.gateways?.length || !asksForSource(one)) return;
        const field = one.sourceLabels && Object.keys(one.sourceLabels).length > 0 ? 'sourceLabels' : 'sourceNamespace';
        report({
          path: `spec.${list}[${i}].match[${j}].${field}`,
          message: `Beside gateways (${one.gateways.join(', ')}) ${field} is not looked at: the match holds for every client.`,
        });
      }));
    }
  },
});
