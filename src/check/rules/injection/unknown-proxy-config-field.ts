import { readEmbeddedYaml } from '../../../manifest/embedded-yaml';
import { objectOr } from '../../../manifest/json';
import { INSTALLATION_FIELDS } from '../../../semantics/installation-fields';
import { placedAnnotations } from '../../facts/annotations';
import { nearestTo } from '../../facts/nearest';
import { POD_KINDS } from '../../facts/workloads';
import { defineRule } from '../../rule';

const FIELDS = INSTALLATION_FIELDS.ProxyConfig;

export const unknownProxyConfigField = defineRule({
  code: 'MESH3616',
  slug: 'unknown-proxy-config-field',
  title: 'A field in `proxy.istio.io/config` that does not exist',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'object',
  why: 'Istio takes the annotation and leaves the field out without a word: what it was to change stays at the default.',
  fix: 'Correct the name. Resources, users and security contexts of the proxy are no fields of ProxyConfig.',
  links: ['https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig'],
  examples: {
    valid: [{
      title: 'fields of ProxyConfig, in either spelling',
      yaml: `
apiVersion: v1
kind: Pod
metadata: { name: reviews, namespace: shop, annotations: { proxy.istio.io/config: "{ holdApplicationUntilProxyStarts: true, status_port: 15020 }" } }
spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
    invalid: [{
      title: 'a letter too few, in a pod template',
      yaml: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: reviews, namespace: shop }
spec:
  selector: { matchLabels: { app: reviews } }
  template:
    metadata:
      labels: { app: reviews }
      annotations: { proxy.istio.io/config: "concurency: 2" }
    spec: { containers: [{ name: reviews, image: reviews:1 }] }
`,
    }],
  },
  kinds: POD_KINDS,
  check(object, { mesh, report }) {
    for (const { name, value, on, path } of mesh.fact(placedAnnotations).get(object) ?? []) {
      if (name !== 'proxy.istio.io/config' || on !== 'Pod') continue;
      for (const field of Object.keys(objectOr(readEmbeddedYaml(value).value))) {
        if (isField(field)) continue;
        const near = nearestTo(field, Object.keys(FIELDS));
        report({ path, message: `ProxyConfig has no field ${field}.${near === undefined ? '' : ` Did you mean ${near}?`}` });
      }
    }
  },
});

/** Also as the protobuf spells it: `status_port`. */
function isField(name: string): boolean {
  return Object.hasOwn(FIELDS, name) || Object.hasOwn(FIELDS, name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()));
}
