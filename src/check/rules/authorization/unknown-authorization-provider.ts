import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { meshConfig } from '../../facts/mesh-config';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

const EXTERNAL: ReadonlySet<string> = new Set(['envoyExtAuthzHttp', 'envoyExtAuthzGrpc']);

export const unknownAuthorizationProvider = defineRule({
  code: 'MESH3423',
  slug: 'unknown-authorization-provider',
  title: 'A CUSTOM policy leaves the decision to a provider that the mesh does not have',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'Without the provider nobody can be asked, and Istio denies every request that the policy matches.',
  fix: 'Name one of `extensionProviders` of the mesh configuration with `envoyExtAuthzHttp` or `envoyExtAuthzGrpc`, or add it there.',
  links: ['https://istio.io/latest/docs/tasks/security/authorization/authz-custom/'],
  examples: {
    valid: [{ title: 'a provider of the mesh', yaml: policyYaml('authorizer', 'envoyExtAuthzGrpc') }],
    invalid: [
      { title: 'a letter too many', yaml: policyYaml('authorizers', 'envoyExtAuthzGrpc') },
      { title: 'a provider of traces', yaml: policyYaml('authorizer', 'opentelemetry') },
    ],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report, missing }) {
    const { action, spec } = mesh.fact(authorizationPolicies).of(object);
    const name = spec.provider?.name;
    if (action !== 'CUSTOM' || !name) return;
    const config = mesh.fact(meshConfig);
    const provider = config.extensionProviders.get(name);
    const path = 'spec.provider.name';
    if (provider !== undefined) {
      if (provider.type !== '' && !EXTERNAL.has(provider.type)) {
        report({ path, message: `The provider ${name} is of the type ${provider.type}, which decides about no request.` });
      }
      return;
    }
    const known = [...config.extensionProviders.values()].filter(({ type }) => EXTERNAL.has(type)).map((one) => one.name);
    const near = nearestTo(name, known);
    const found = {
      path,
      message: `The mesh has no provider ${name}${known.length > 0 ? `; it has ${known.slice(0, 8).join(', ')}` : ' and none that decides about requests'}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    };
    if (config.isWhole) report(found);
    else missing(found);
  },
});

function policyYaml(provider: string, type: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: CUSTOM, provider: { name: ${provider} }, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }
${deploymentYaml('cart', 'shop')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    extensionProviders: [{ name: authorizer, ${type}: { service: authorizer.shop.svc.cluster.local, port: 9000 } }]
`;
}
