import { Kind } from '../../../manifest/kinds';
import { isHttp } from '../../../semantics/port-protocol';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { authorizationPolicies, Operation } from '../../facts/authorization-policies';
import { CLUSTER_DOMAIN, serviceNamedBy } from '../../facts/full-host';
import { MeshFacts } from '../../facts/mesh-facts';
import { ServiceFacts, services } from '../../facts/services';
import { defineRule } from '../../rule';

export const hostWithoutPort = defineRule({
  code: 'MESH3404',
  slug: 'host-without-port',
  title: 'A host in an AuthorizationPolicy leaves out the port that requests name',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Hosts are compared with the Host header as it is sent, and clients write every port but the usual one into it. `example.com` does not match `example.com:9080`: whoever adds the port passes a DENY, and an ALLOW does not let it in.',
  fix: 'Name the host with any port too: `hosts: [example.com, "example.com:*"]`.',
  links: [
    'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation',
    'https://istio.io/latest/docs/ops/best-practices/security/#writing-host-match-policies',
  ],
  examples: {
    valid: [{
      title: 'with any port',
      yaml: `${policy('DENY', '[admin.example.com, "admin.example.com:*"]')}${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}`,
    }, {
      title: 'a service on the usual port',
      yaml: `${policy('ALLOW', '[cart.shop.svc.cluster.local]')}${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}`,
    }],
    invalid: [{
      title: 'a DENY for one host',
      yaml: `${policy('DENY', '[admin.example.com]')}${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}`,
    }, {
      title: 'an ALLOW for a service on another port',
      yaml: `${policy('ALLOW', '[cart.shop.svc.cluster.local]')}${serviceYaml('cart', 'shop', '[{ name: http, port: 9080 }]')}${deploymentYaml('cart', 'shop')}`,
    }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const { spec, action, namespace, uses } = mesh.fact(authorizationPolicies).of(object);
    if (action === 'AUDIT' || !uses.hosts) return;
    spec.rules?.forEach((rule, i) => rule.to?.forEach(({ operation }, j) => {
      if (operation === undefined) return;
      // What a policy is to stop: an ALLOW stops what it excludes.
      const stopping = action === 'ALLOW' ? 'notHosts' : 'hosts';
      forEachBareHost(operation, stopping, (host, k) => report({
        path: `spec.rules[${i}].to[${j}].operation.${stopping}[${k}]`,
        message: `${host} does not match ${host}:443, or the host with any other port, as a client may send it.`,
        fix: `Add "${host}:*".`,
      }));
      if (action !== 'ALLOW') return;
      forEachBareHost(operation, 'hosts', (host, k) => {
        const service = serviceFor(mesh, host, namespace);
        const port = service?.ports.find(({ protocol }) => isHttp(protocol));
        if (port === undefined || service!.ports.some(({ number }) => number === 80 || number === 443)) return;
        report({
          path: `spec.rules[${i}].to[${j}].operation.hosts[${k}]`,
          message: `Requests to ${service!.host} carry its port, as ${host}:${port.number}, which ${host} does not match.`,
          fix: `Write "${host}:*" beside it.`,
        });
      });
    }));
  },
});

/** The hosts of a field that match no port, where none of the others does. */
function forEachBareHost(operation: Operation, field: 'hosts' | 'notHosts', visit: (host: string, index: number) => void): void {
  const hosts = operation[field];
  hosts?.forEach((host, k) => {
    // No pattern takes both any beginning and any port.
    if (host.includes(':') || host.startsWith('*') || host.endsWith('*')) return;
    if (hosts.some((other) => other.startsWith(`${host}:`) || (other.endsWith('*') && `${host}:`.startsWith(other.slice(0, -1))))) return;
    visit(host, k);
  });
}

/** The Kubernetes Service that a host stands for, as the pods of a namespace write it. */
function serviceFor(mesh: MeshFacts, host: string, namespace: string): ServiceFacts | undefined {
  const [name, where = namespace, ...rest] = host.toLowerCase().split('.');
  const full = rest.length === 0 || (rest.length === 1 && rest[0] === 'svc') ? `${name}.${where}.${CLUSTER_DOMAIN}` : host.toLowerCase();
  return serviceNamedBy(full) && mesh.fact(services).at(full).find(({ kind, external }) => kind === 'Service' && !external);
}

function policy(action: string, hosts: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: ${action}, rules: [{ to: [{ operation: { hosts: ${hosts} } }] }] }
`;
}
