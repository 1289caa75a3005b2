import { arrayOr, member, stringOr } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, gatewayYaml, serviceYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { sourceValues } from '../../facts/authorization-rules';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const ipBlocksBehindGateway = defineRule({
  code: 'MESH3422',
  slug: 'ip-blocks-behind-gateway',
  title: 'ipBlocks behind a gateway compare the address of the gateway',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'A workload behind a gateway is called by the gateway. `ipBlocks` sees the address of its pod, so an ALLOW for addresses of the world admits no client of the gateway, and a DENY stops none.',
  fix: 'Use `remoteIpBlocks`, which sees the client that the gateway names; or put the policy on the gateway itself.',
  links: [
    'https://istio.io/latest/docs/tasks/security/authorization/authz-ingress/',
    'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
  ],
  examples: {
    valid: [{
      title: 'the address of the client',
      yaml: exposed('remoteIpBlocks: [203.0.113.0/24]'),
    }, {
      title: 'addresses of the cluster',
      yaml: exposed('ipBlocks: [10.0.0.0/8]'),
    }],
    invalid: [{ title: 'addresses of clients', yaml: exposed('ipBlocks: [203.0.113.0/24]') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const policies = mesh.fact(authorizationPolicies);
    const policy = policies.of(object);
    if (!policy.uses.addresses) return;
    policy.spec.rules?.forEach((rule, i) => {
      for (const field of ['ipBlocks', 'notIpBlocks'] as const) {
        const client = sourceValues(rule, i, field, 'source.ip').find(({ value }) => !isOfNetwork(value));
        if (client === undefined) continue;
        const known = mesh.fact(exposedBy);
        const behind = policies.workloadsOf(policy).find((workload) => known.has(workload) && !isGatewayWorkload(mesh, workload));
        if (behind === undefined) continue;
        report({ path: client.path, message: `${behind.title} is called through a gateway by ${known.get(behind)}, and ${client.value} is no address of a pod.` });
      }
    });
  },
});

/** Ranges that pods and nodes have, most probably. */
const OF_NETWORK = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|127\.|169\.254\.|0\.0\.0\.0|::|f[cd]|fe80)/i;

function isOfNetwork(block: string): boolean {
  return OF_NETWORK.test(block);
}

/** Workloads that a gateway leads to, and what says so. */
function exposedBy(mesh: MeshFacts): ReadonlyMap<Workload, string> {
  const found = new Map<Workload, string>();
  const note = (host: string, by: string) => {
    for (const service of mesh.fact(services).at(host)) {
      if (service.selector === undefined) continue;
      for (const workload of mesh.fact(workloads).selected(service.namespace, service.selector)) if (!found.has(workload)) found.set(workload, by);
    }
  };
  for (const { gateways, destinations, object } of mesh.fact(virtualServices).all) {
    if (gateways.length > 0) for (const { host } of destinations) note(host, `VirtualService ${object.namespace}/${object.name}`);
  }
  for (const { json, namespace, name } of mesh.ofKind(Kind.HTTP_ROUTE)) {
    const spec = member(json, 'spec');
    if (!arrayOr(member(spec, 'parentRefs')).some((parent) => (stringOr(member(parent, 'kind')) ?? 'Gateway') === 'Gateway')) continue;
    for (const rule of arrayOr(member(spec, 'rules'))) {
      for (const backend of arrayOr(member(rule, 'backendRefs'))) {
        const where = stringOr(member(backend, 'namespace')) ?? namespace;
        note(`${stringOr(member(backend, 'name')) ?? ''}.${where}.svc.cluster.local`, `HTTPRoute ${namespace}/${name}`);
      }
    }
  }
  return found;
}

function exposed(source: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ from: [{ source: { ${source} } }] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [shop.example.com], gateways: [edge/public], http: [{ route: [{ destination: { host: cart } }] }] }
${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}${gatewayYaml('public', 'edge', '[shop.example.com]')}`;
}
