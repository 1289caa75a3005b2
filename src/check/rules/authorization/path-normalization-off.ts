import { member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { authorizationPolicies } from '../../facts/authorization-policies';
import { operationValues } from '../../facts/authorization-rules';
import { meshConfig } from '../../facts/mesh-config';
import { defineRule } from '../../rule';

export const pathNormalizationOff = defineRule({
  code: 'MESH3419',
  slug: 'path-normalization-off',
  title: 'A policy on paths, and paths are not normalized',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'With the normalization NONE the policy sees `/public/../admin` and `/%61dmin` as they are sent, and the server behind takes them for `/admin`.',
  fix: 'Set `pathNormalization.normalization` in the mesh configuration to BASE, or to MERGE_SLASHES or DECODE_AND_MERGE_SLASHES if the servers do as much.',
  links: ['https://istio.io/latest/docs/ops/best-practices/security/#customize-your-system-on-path-normalization'],
  examples: {
    valid: [{ title: 'slashes are merged too', yaml: policyYaml('MERGE_SLASHES') }],
    invalid: [{ title: 'NONE', yaml: policyYaml('NONE') }],
  },
  kinds: [Kind.AUTHORIZATION_POLICY],
  check(object, { mesh, report }) {
    const config = mesh.fact(meshConfig);
    if (config.object === undefined || member(member(config.json, 'pathNormalization'), 'normalization') !== 'NONE') return;
    const { spec, uses } = mesh.fact(authorizationPolicies).of(object);
    if (!uses.paths) return;
    spec.rules?.forEach((rule, i) => {
      for (const field of ['paths', 'notPaths'] as const) {
        const [first] = operationValues(rule, i, field);
        if (first === undefined || first.value === '*') continue;
        const { kind, namespace, name } = config.object!;
        report({ path: first.path, message: `${first.value} is compared with the path as it is sent: ${kind} ${namespace}/${name} sets the normalization NONE.` });
        return;
      }
    });
  },
});

function policyYaml(normalization: string): string {
  return `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: cart, namespace: shop }
spec: { selector: { matchLabels: { app: cart } }, action: DENY, rules: [{ to: [{ operation: { paths: ["/admin*"] } }] }] }
${deploymentYaml('cart', 'shop')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data:
  mesh: |
    pathNormalization: { normalization: ${normalization} }
`;
}
