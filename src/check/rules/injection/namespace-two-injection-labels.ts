import { Kind } from '../../../manifest/kinds';
import { ISTIO_SYSTEM } from '../../facts/mesh-config';
import { DATAPLANE_MODE_LABEL, INJECTION_LABEL, NEVER_INJECTED, REVISION_LABEL } from '../../facts/namespaces';
import { defineRule } from '../../rule';

export const namespaceTwoInjectionLabels = defineRule({
  code: 'MESH3602',
  slug: 'namespace-two-injection-labels',
  title: 'A Namespace says twice how it takes part in the mesh',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0123'],
  sees: 'object',
  why: '`istio-injection` wins over `istio.io/rev`: the sidecars come from the default control plane, and an upgrade by revision passes the Namespace by. Pods with a sidecar are not in ambient mode.',
  fix: 'Keep one of the labels.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0123/'],
  examples: {
    valid: [{
      title: 'one label; opted out of sidecars for ambient mode',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio.io/rev: stable } }
---
apiVersion: v1
kind: Namespace
metadata: { name: data, labels: { istio-injection: disabled, istio.io/dataplane-mode: ambient } }
`,
    }],
    invalid: [{
      title: 'a revision beside istio-injection',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled, istio.io/rev: stable } }
`,
    }],
  },
  kinds: [Kind.NAMESPACE],
  check({ name, labels }, { report }) {
    if (name === ISTIO_SYSTEM || NEVER_INJECTED.has(name)) return;
    const injection = labels[INJECTION_LABEL];
    if (injection !== undefined && injection !== 'enabled') return;
    const said = [INJECTION_LABEL, REVISION_LABEL, DATAPLANE_MODE_LABEL].filter((label) => labels[label] !== undefined);
    if (said.length < 2) return;
    report({ path: 'metadata.labels', message: `The Namespace ${name} has ${said.map((label) => `${label}: ${labels[label]}`).join(' and ')}.` });
  },
});
