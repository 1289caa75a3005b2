import { VirtualServiceHttp } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { matchesEverything } from '../../facts/http-match';
import { MESH, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const noCatchAll = defineRule({
  code: 'MESH3136',
  slug: 'no-catch-all',
  title: 'A VirtualService of the mesh has no rule for the rest',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'As soon as a host has a VirtualService, only its rules count: a request that none of them matches is answered with 404, though the service would have an answer.',
  fix: 'End the list with a rule without `match`.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#set-default-routes-for-services'],
  examples: {
    valid: [{
      title: 'the rest goes to the service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /reviews/ } }]
      timeout: 2s
      route: [{ destination: { host: reviews } }]
    - route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'all but /reviews/ is 404',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - match: [{ uri: { prefix: /reviews/ } }]
      timeout: 2s
      route: [{ destination: { host: reviews } }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec: { http }, onMesh, hosts } = mesh.fact(virtualServices).of(object);
    if (!onMesh || http === undefined || http.length === 0) return;
    const ofMesh = http.filter(takesFromMesh);
    // Where no rule is for the mesh, it is left alone.
    if (ofMesh.length === 0 || ofMesh.some(takesTheRest)) return;
    report({
      path: 'spec.http',
      message: `No rule takes the rest: requests for ${hosts.join(', ')} that match none of the ${http.length === 1 ? 'conditions' : `${http.length} rules`} get 404.`,
    });
  },
});

function takesFromMesh({ match }: VirtualServiceHttp): boolean {
  return match === undefined || match.length === 0
    || match.some((one) => !one?.gateways?.length || one.gateways.includes(MESH));
}

/** Perhaps of one port only: then the rules go port by port. */
function takesTheRest({ match }: VirtualServiceHttp): boolean {
  if (match === undefined || match.length === 0) return true;
  return match.some((one) => {
    if (!one) return true;
    if (!one.gateways?.length) return matchesEverything(one);
    // Beside gateways the source is not looked at.
    return one.gateways.includes(MESH) && matchesEverything({ ...one, sourceLabels: undefined, sourceNamespace: undefined });
  });
}
