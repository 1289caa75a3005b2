import { Kind } from '../../../manifest/kinds';
import { injectsByDefault } from '../../facts/injector';
import { ISTIO_SYSTEM } from '../../facts/mesh-config';
import { namespaces, NEVER_INJECTED } from '../../facts/namespaces';
import { defineRule } from '../../rule';

export const namespaceInjectedByDefault = defineRule({
  code: 'MESH3603',
  slug: 'namespace-injected-by-default',
  title: 'A Namespace is in the mesh by default of the installation',
  severity: 'info',
  preset: 'istio',
  severityIn: { recommended: 'off', strict: 'info' },
  aliases: ['IST0148'],
  sees: 'mesh',
  why: 'Its pods get sidecars although nothing in the Namespace says so; another installation would leave them out.',
  fix: 'Say it in the Namespace: `istio-injection: enabled`, or `disabled`.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0148/'],
  examples: {
    valid: [{
      title: 'said in the Namespace',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
`,
    }],
    invalid: [{
      title: 'said in the installation only',
      yaml: `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio-sidecar-injector, namespace: istio-system }
data: { values: '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}' }
`,
    }],
  },
  kinds: [Kind.NAMESPACE],
  check(object, { mesh, report }) {
    if (object.name === ISTIO_SYSTEM || NEVER_INJECTED.has(object.name) || !mesh.fact(injectsByDefault)) return;
    const { injection, revision, ambient } = mesh.fact(namespaces).get(object.name)!;
    if (ambient || injection || revision !== undefined) return;
    report({ path: 'metadata.labels', message: `The Namespace ${object.name} says nothing about the mesh, and the installation takes it in.` });
  },
});
