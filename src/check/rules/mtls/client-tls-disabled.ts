import { DestinationRuleSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { specOf } from '../../facts/mesh-facts';
import { policiesOf } from '../../facts/traffic-policies';
import { defineRule } from '../../rule';

export const clientTlsDisabled = defineRule({
  code: 'MESH3311',
  slug: 'client-tls-disabled',
  title: 'A DestinationRule turns TLS off',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'object',
  why: 'Clients speak plaintext even to servers that understand mTLS: anyone on the network may read along, and the server cannot tell who calls.',
  fix: 'Leave `tls` out: auto mTLS speaks mTLS to whoever has a sidecar and plaintext to the others.',
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls'],
  examples: {
    valid: [{
      title: 'auto mTLS',
      yaml: destinationRule('{ loadBalancer: { simple: ROUND_ROBIN } }'),
    }],
    invalid: [{
      title: 'DISABLE',
      yaml: destinationRule('{ tls: { mode: DISABLE } }'),
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { report }) {
    for (const { policy, path } of policiesOf(specOf<DestinationRuleSpec>(object))) {
      if (policy.tls?.mode === 'DISABLE') report({ path: `${path}.tls.mode`, message: 'The mode is DISABLE: clients speak plaintext.' });
    }
  },
});

function destinationRule(trafficPolicy: string): string {
  return `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: ${trafficPolicy} }
${serviceYaml('reviews', 'shop')}`;
}
