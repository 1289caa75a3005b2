import { Kind } from '../../../manifest/kinds';
import { gatewayYaml, serviceYaml } from '../../example-objects';
import { isCatchAll } from '../../facts/http-match';
import { MeshFacts } from '../../facts/mesh-facts';
import { VirtualServiceFacts, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const catchAllsOfOneGatewayHost = defineRule({
  code: 'MESH3129',
  slug: 'catch-alls-of-one-gateway-host',
  title: 'Several VirtualServices of a gateway have a rule for the rest of one host',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'On a gateway the rules of all VirtualServices for a host are put together, those for the rest last and the oldest VirtualService first. Of two rules for the rest only one is ever reached, and which one depends on which object is older.',
  fix: 'Let only one VirtualService of the host end with a rule for the rest.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  examples: {
    valid: [{
      title: 'one takes a path, the other the rest',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ match: [{ uri: { prefix: /api/ } }], route: [{ destination: { host: api } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: frontend, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('api', 'shop')}${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
    invalid: [{
      title: 'both take the rest',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: api } }] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: frontend, namespace: shop }
spec:
  hosts: [shop.example.com]
  gateways: [istio-ingress/public]
  http: [{ route: [{ destination: { host: frontend } }] }]
${serviceYaml('api', 'shop')}${serviceYaml('frontend', 'shop')}${gatewayYaml('public', 'istio-ingress', '[shop.example.com]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const own = mesh.fact(virtualServices).of(object);
    if (own.gateways.length === 0 || mesh.isReplaced(object)) return;
    const index = catchAllAt(own);
    if (index < 0) return;
    const taken = mesh.fact(catchAlls);
    for (const gateway of own.gateways) {
      for (const host of own.hosts) {
        const others = taken.get(`${gateway} ${host}`);
        if (!others || others.length < 2) continue;
        const other = others.find((one) => one !== own);
        if (!other) continue;
        report({
          path: `spec.http[${index}]`,
          message: `VirtualService ${other.namespace}/${other.object.name} also takes the rest of ${host} on gateway ${gateway}; only the rule of the older of both is reached.`,
        });
        return;
      }
    }
  },
});

/** The VirtualServices with a rule for the rest, by gateway and host. */
function catchAlls(mesh: MeshFacts): ReadonlyMap<string, readonly VirtualServiceFacts[]> {
  const found = new Map<string, VirtualServiceFacts[]>();
  for (const one of mesh.fact(virtualServices).all) {
    if (one.gateways.length === 0 || mesh.isReplaced(one.object) || catchAllAt(one) < 0) continue;
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

/** One for a port or a gateway of its own is no rule for the rest. */
function catchAllAt({ spec }: VirtualServiceFacts): number {
  return spec.http?.findIndex((rule) => isCatchAll(rule) && !rule.match?.some((match) => match?.port || match?.gateways?.length)) ?? -1;
}
