import { Kind } from '../../../manifest/kinds';
import { injectsByDefault } from '../../facts/injector';
import { ISTIO_SYSTEM } from '../../facts/mesh-config';
import { namespaces, NEVER_INJECTED } from '../../facts/namespaces';
import { defineRule } from '../../rule';

export const namespaceNotInjected = defineRule({
  code: 'MESH3601',
  slug: 'namespace-not-injected',
  title: 'A Namespace is neither in the mesh nor opted out of it',
  severity: 'info',
  preset: 'istio',
  // A cluster has many namespaces that are rightly outside of the mesh.
  severityIn: { recommended: 'off', strict: 'info' },
  aliases: ['IST0102'],
  sees: 'mesh',
  why: 'Pods that say nothing themselves get no sidecar: no mTLS, no policies, no routes.',
  fix: 'Label the Namespace `istio-injection: enabled`, `istio.io/rev: <revision>` or `istio.io/dataplane-mode: ambient`; or `istio-injection: disabled` if that is meant.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0102/'],
  examples: {
    valid: [{
      title: 'in the mesh, in ambient mode, opted out',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: v1
kind: Namespace
metadata: { name: data, labels: { istio.io/dataplane-mode: ambient } }
---
apiVersion: v1
kind: Namespace
metadata: { name: jobs, labels: { istio-injection: disabled } }
`,
    }],
    invalid: [{
      title: 'no label',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
`,
    }],
  },
  kinds: [Kind.NAMESPACE],
  check(object, { mesh, report }) {
    if (object.name === ISTIO_SYSTEM || NEVER_INJECTED.has(object.name)) return;
    const { injection, revision, ambient } = mesh.fact(namespaces).get(object.name)!;
    if (ambient || injection || revision !== undefined || mesh.fact(injectsByDefault)) return;
    report({ path: 'metadata.labels', message: `The Namespace ${object.name} says nothing about the mesh, so its pods are outside of it.` });
  },
});
