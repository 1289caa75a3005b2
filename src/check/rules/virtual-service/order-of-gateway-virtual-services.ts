import { VirtualServiceHttp } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { matchesEverything, stringMatchText } from '../../facts/http-match';
import { covers } from '../../facts/http-match-cover';
import { MeshFacts } from '../../facts/mesh-facts';
import { VirtualServiceFacts, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

/** So many VirtualServices of one host are compared with each other. */
const COMPARED = 20;

export const orderOfGatewayVirtualServices = defineRule({
  code: 'MESH3147',
  slug: 'order-of-gateway-virtual-services',
  title: 'Which of two VirtualServices of a gateway takes a request depends on their age',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'On a gateway the rules of all VirtualServices for a host are put together, those of the oldest object first. Where a match of one includes a match of another, the other is reached only as long as its object is the older one: made again, it does nothing.',
  fix: 'Put both rules into one VirtualService, the more specific one first, or let one delegate to the others.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  examples: {
    valid: [{
      title: 'each takes paths of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ match: [{ uri: { prefix: /orders/ } }], route: [{ destination: { host: orders } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: frontend, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ match: [{ uri: { prefix: /pages/ } }], route: [{ destination: { host: frontend } }] }, { route: [{ destination: { host: frontend } }] }]
${serviceYaml('orders', 'shop')}${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
    invalid: [{
      title: '/api/orders/ is within /api/',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ match: [{ uri: { prefix: /api/orders/ } }], route: [{ destination: { host: orders } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ match: [{ uri: { prefix: /api/ } }], route: [{ destination: { host: api } }] }]
${serviceYaml('orders', 'shop')}${serviceYaml('api', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const own = mesh.fact(virtualServices).of(object);
    if (own.gateways.length === 0 || own.spec.http === undefined || mesh.isReplaced(object)) return;
    const together = mesh.fact(byGatewayAndHost);
    const compared = new Set<VirtualServiceFacts>([own]);
    for (const gateway of own.gateways) {
      for (const host of own.hosts) {
        const others = together.get(`${gateway} ${host}`);
        if (others === undefined || others.length < 2) continue;
        for (const other of others.slice(0, COMPARED)) {
          if (compared.has(other)) continue;
          compared.add(other);
          const found = firstCovered(own.spec.http, other.spec.http ?? []);
          if (!found) continue;
          const { rule, match, by } = found;
          report({
            path: `spec.http[${rule}].match[${match}]`,
            message: `http[${by}] of VirtualService ${other.namespace}/${other.object.name} takes all of it too (${
              stringMatchText(own.spec.http[rule].match![match].uri)}) for ${host} on gateway ${gateway}: the older of both objects decides.`,
          });
        }
      }
    }
  },
});

interface Covered { readonly rule: number; readonly match: number; readonly by: number }

/** The first match that a rule of another VirtualService takes as well, and answers otherwise. */
function firstCovered(own: readonly VirtualServiceHttp[], others: readonly VirtualServiceHttp[]): Covered | undefined {
  for (let i = 0; i < own.length; i++) {
    const matches = own[i].match ?? [];
    for (let j = 0; j < matches.length; j++) {
      // Those that take everything come last, however old.
      if (matchesEverything(matches[j])) continue;
      const by = others.findIndex((other) => other.match?.some((one) => !matchesEverything(one) && covers(one, matches[j])));
      if (by >= 0 && answer(own[i]) !== answer(others[by])) return { rule: i, match: j, by };
    }
  }
  return undefined;
}

function answer({ match: _, name: __, ...rest }: VirtualServiceHttp): string {
  return JSON.stringify(rest);
}

function byGatewayAndHost(mesh: MeshFacts): ReadonlyMap<string, readonly VirtualServiceFacts[]> {
  const found = new Map<string, VirtualServiceFacts[]>();
  for (const one of mesh.fact(virtualServices).all) {
    if (one.gateways.length === 0 || mesh.isReplaced(one.object)) continue;
    for (const gateway of new Set(one.gateways)) {
      for (const host of new Set(one.hosts)) {
        const key = `${gateway} ${host}`;
        const others = found.get(key);
        if (others) others.push(one);
        else found.set(key, [one]);
      }
    }
  }
  return found;
}
