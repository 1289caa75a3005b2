import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { DestinationRuleFacts, destinationRules } from '../../facts/destination-rules';
import { serviceNamedBy } from '../../facts/full-host';
import { meshConfig } from '../../facts/mesh-config';
import { defineRule } from '../../rule';

const WIDE = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all-of-legacy, namespace: shop }
spec: { host: "*.legacy.svc.cluster.local", trafficPolicy: { tls: { mode: DISABLE } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ledger, namespace: shop }
`;

export const widerTlsHidden = defineRule({
  code: 'MESH3308',
  slug: 'wider-tls-hidden',
  title: 'A DestinationRule hides the TLS settings of a wider one',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0204', 'TIS0204'],
  sees: 'mesh',
  why: 'DestinationRules for different hosts are not merged: the nearest and most exact one is all there is. Without `tls` in it clients fall back to what Istio does by default.',
  fix: 'Repeat the `tls` of the wider rule, if it is still meant.',
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/'],
  examples: {
    valid: [{
      title: 'the settings are repeated',
      yaml: `${WIDE}spec: { host: ledger.legacy.svc.cluster.local, trafficPolicy: { tls: { mode: DISABLE }, loadBalancer: { simple: ROUND_ROBIN } } }
${serviceYaml('ledger', 'legacy')}`,
    }],
    invalid: [{
      title: 'a rule for one host forgets the settings for all',
      yaml: `${WIDE}spec: { host: ledger.legacy.svc.cluster.local, trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } } }
${serviceYaml('ledger', 'legacy')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report }) {
    const all = mesh.fact(destinationRules);
    if (!all.hasWildcards || mesh.isReplaced(object)) return;
    const rule = all.of(object);
    if (rule.forWorkloads || rule.spec.trafficPolicy?.tls !== undefined) return;
    const { enableAutoMtls, rootNamespace } = mesh.fact(meshConfig);
    const service = serviceNamedBy(rule.host)?.namespace;
    const hidden = all.covering(rule.host, (rules) => rules.find((other) => other.host !== rule.host && !other.forWorkloads
      && (other.namespace === rule.namespace || other.namespace === service || other.namespace === rootNamespace)));
    const mode = hidden?.spec.trafficPolicy?.tls?.mode;
    // Auto mTLS does the same by itself.
    if (mode === undefined || (mode === 'ISTIO_MUTUAL' && enableAutoMtls) || isMerged(all.at(rule.host), rule)) return;
    report({ path: 'spec', message: `DestinationRule ${hidden!.namespace}/${hidden!.object.name} sets tls.mode ${mode} for ${hidden!.host}; for ${rule.host} this rule replaces it and has no tls.` });
  },
});

/** Whether another rule for the same host adds what this one lacks. */
function isMerged(same: readonly DestinationRuleFacts[], rule: DestinationRuleFacts): boolean {
  return same.some((other) => other !== rule && other.namespace === rule.namespace && other.spec.trafficPolicy?.tls !== undefined);
}
