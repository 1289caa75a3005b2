import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { services } from '../../facts/services';
import { defineRule } from '../../rule';

export const unknownBackend = defineRule({
  code: 'MESH3125',
  slug: 'unknown-backend',
  title: 'A route of the Gateway API goes to a Service or port that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA1402'],
  sees: 'mesh',
  why: 'Requests for such a backend are answered with 500.',
  fix: 'Name a Service of the own namespace and one of its ports; for one of another namespace, its namespace, with a ReferenceGrant there.',
  links: ['https://gateway-api.sigs.k8s.io/reference/spec/#backendref'],
  examples: {
    valid: [{
      title: 'the Service is there',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews, namespace: shop }
spec:
  parentRefs: [{ kind: Service, group: "", name: reviews, port: 80 }]
  rules: [{ backendRefs: [{ name: reviews, port: 80 }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'a misspelt Service',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews, namespace: shop }
spec:
  parentRefs: [{ kind: Service, group: "", name: reviews, port: 80 }]
  rules: [{ backendRefs: [{ name: reviews-v2, port: 80 }] }]
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'a port that the Service does not have',
      yaml: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews, namespace: shop }
spec:
  parentRefs: [{ kind: Service, group: "", name: reviews, port: 80 }]
  rules: [{ backendRefs: [{ name: reviews, port: 9080 }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.HTTP_ROUTE, Kind.GRPC_ROUTE],
  check({ json, namespace }, { mesh, report, missing }) {
    arrayOr(member(member(json, 'spec'), 'rules')).forEach((rule, i) => {
      arrayOr(member(rule, 'backendRefs')).forEach((backend, j) => {
        if ((stringOr(member(backend, 'kind')) ?? 'Service') !== 'Service' || (stringOr(member(backend, 'group')) ?? '') !== '') return;
        const name = stringOr(member(backend, 'name'));
        if (name === undefined) return;
        const place = stringOr(member(backend, 'namespace')) ?? namespace;
        const path = `spec.rules[${i}].backendRefs[${j}]`;
        const service = mesh.fact(services).at(`${name}.${place}.svc.cluster.local`).find(({ kind }) => kind === 'Service');
        if (!service) {
          missing({ path: `${path}.name`, namespace: place, message: `There is no Service ${place}/${name}.` });
          return;
        }
        const port = member(backend, 'port');
        if (typeof port !== 'number' || service.ports.length === 0 || service.ports.some(({ number }) => number === port)) return;
        report({ path: `${path}.port`, message: `Service ${place}/${name} has no port ${port}, only ${service.ports.map(({ number }) => number).join(', ')}.` });
      });
    });
  },
});
