import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { operationValues } from '../../facts/authorization-rules';
import { serviceNamedBy } from '../../facts/full-host';
import { nearestTo } from '../../facts/nearest';
import { services } from '../../facts/services';
import { defineRule } from '../../rule';

export const authorizationUnknownHost = defineRule({
  code: 'MESH3403',
  slug: 'authorization-unknown-host',
  title: 'An AuthorizationPolicy names the host of a service that does not exist',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0104', 'TIS0103'],
  sees: 'mesh',
  why: 'No request carries that host: an ALLOW rule admits nobody, a DENY rule stops nobody.',
  fix: 'Write the host as the callers do, in the namespace that the service runs in.',
  links: ['https://istio.io/latest/docs/reference/config/security/authorization-policy/#Operation'],
  examples: {
    valid: [{ title: 'a service in sight, and a host of the world', yaml: policy('[cart.shop.svc.cluster.local, "cart.shop.svc.cluster.local:*", shop.example.com]') }],
    invalid: [{ title: 'a letter too many', yaml: policy('["carts.shop.svc.cluster.local"]') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, missing }) {
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.hosts) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['hosts', 'notHosts'] as const) {
        for (const place of operationValues(rule, i, field)) {
          const { value } = place;
          const colon = value.lastIndexOf(':');
          const host = (colon < 0 ? value : value.slice(0, colon)).toLowerCase();
          const service = serviceNamedBy(host);
          // Any other host may be one of the world.
          if (service === undefined || host.includes('*') || mesh.fact(services).serving(host)) continue;
          const near = nearestTo(host, mesh.fact(services).hosts());
          missing({
            path: place.path,
            namespace: service.namespace,
            message: `There is no service ${service.name} in namespace ${service.namespace}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
          });
        }
      }
    });
  },
});

function policy(hosts: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, rules: [{ to: [{ operation: { hosts: ${hosts} } }] }] }
${serviceYaml('cart', 'shop')}${deploymentYaml('cart', 'shop')}`;
}
