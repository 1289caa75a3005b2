import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { defineRule } from '../../rule';

const GROUP = 'gateway.networking.k8s.io';

export const unknownParentGateway = defineRule({
  code: 'MESH3124',
  slug: 'unknown-parent-gateway',
  title: 'A route of the Gateway API is for a Gateway that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1401'],
  sees: 'mesh',
  why: 'A route without its parent does nothing: its hosts are 404 or not there at all.',
  fix: 'Name the Gateway, and its namespace if that is another than the own.',
  links: ['https://gateway-api.sigs.k8s.io/reference/spec/#parentreference'],
  examples: {
    valid: [{
      title: 'a Gateway of another namespace',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop, namespace: shop }
spec:
  parentRefs: [{ name: public, namespace: istio-ingress }]
  hostnames: [shop.example.com]
  rules: [{ backendRefs: [{ name: frontend, port: 80 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }]
${serviceYaml('frontend', 'shop')}`,
    }],
    invalid: [{
      title: 'the namespace is left out',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop, namespace: shop }
spec:
  parentRefs: [{ name: public }]
  hostnames: [shop.example.com]
  rules: [{ backendRefs: [{ name: frontend, port: 80 }] }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-ingress }
spec:
  gatewayClassName: istio
  listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: All } } }]
${serviceYaml('frontend', 'shop')}`,
    }],
  },
  kinds: [Kind.HTTP_ROUTE, Kind.GRPC_ROUTE],
  check({ json, namespace }, { mesh, missing }) {
    arrayOr(member(member(json, 'spec'), 'parentRefs')).forEach((parent, i) => {
      // A parent may be a Service too: then the route is for the mesh.
      if ((stringOr(member(parent, 'kind')) ?? 'Gateway') !== 'Gateway' || (stringOr(member(parent, 'group')) ?? GROUP) !== GROUP) return;
      const name = stringOr(member(parent, 'name'));
      if (name === undefined) return;
      const place = stringOr(member(parent, 'namespace')) ?? namespace;
      if (mesh.find(Kind.K8S_GATEWAY, place, name)) return;
      const elsewhere = mesh.ofKind(Kind.K8S_GATEWAY).slice(0, 1000).find((gateway) => gateway.name === name);
      missing({
        path: `spec.parentRefs[${i}]`,
        namespace: place,
        message: `There is no Gateway ${place}/${name} of the Gateway API.${elsewhere ? ` Did you mean ${elsewhere.namespace}/${name}?` : ''}`,
        ...elsewhere && { fix: `Write namespace: ${elsewhere.namespace}.` },
      });
    });
  },
});
