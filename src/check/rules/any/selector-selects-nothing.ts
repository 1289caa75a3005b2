import { member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml } from '../../example-objects';
import { meshConfig } from '../../facts/mesh-config';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

/** Kinds whose selector in the root namespace reaches every namespace. */
const FROM_ROOT_EVERYWHERE: ReadonlySet<string> = new Set<string>([
  Kind.REQUEST_AUTHENTICATION, Kind.WASM_PLUGIN, Kind.ENVOY_FILTER, Kind.TRAFFIC_EXTENSION,
]);

export const selectorSelectsNothing = defineRule({
  code: 'MESH3004',
  slug: 'selector-selects-nothing',
  title: 'A selector selects no workload',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0004', 'TIS0003'],
  sees: 'mesh',
  why: 'The object does nothing, in its namespace or, for some kinds in the root namespace, anywhere.',
  fix: "Write labels that the pods have, those of the Deployment's template, in the namespace of the pods.",
  links: ['https://istio.io/latest/docs/reference/config/type/workload-selector/'],
  examples: {
    valid: [{
      title: 'a Deployment has the labels',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT } }
${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'nothing has them',
      yaml: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: review } }, mtls: { mode: STRICT } }
${deploymentYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [
    Kind.PEER_AUTHENTICATION, Kind.REQUEST_AUTHENTICATION, Kind.PROXY_CONFIG, Kind.WASM_PLUGIN, Kind.ENVOY_FILTER,
    Kind.TRAFFIC_EXTENSION, Kind.DESTINATION_RULE,
  ],
  check({ json, namespace, groupKind }, { mesh, missing }) {
    const spec = member(json, 'spec');
    // EnvoyFilter calls them by another name.
    const [field, inner] = groupKind === Kind.ENVOY_FILTER ? ['workloadSelector', 'labels']
      : groupKind === Kind.DESTINATION_RULE ? ['workloadSelector', 'matchLabels'] : ['selector', 'matchLabels'];
    const labels = stringMap(member(member(spec, field), inner));
    if (Object.keys(labels).length === 0) return;
    const known = mesh.fact(workloads);
    const everywhere = FROM_ROOT_EVERYWHERE.has(groupKind) && namespace === mesh.fact(meshConfig).rootNamespace;
    if ((everywhere ? known.selectedAnywhere(labels) : known.selected(namespace, labels)).length > 0) return;
    // Whoever sees no workload there at all has nothing to say about it.
    const inSight = everywhere ? known.all : known.in(namespace);
    if (inSight.length === 0 && !mesh.isComplete(everywhere ? undefined : namespace)) return;
    missing({
      path: `spec.${field}.${inner}`,
      ...!everywhere && { namespace },
      message: `No workload with the labels ${Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(', ')} runs in ${everywhere ? 'the mesh' : `namespace ${namespace}`}.`,
    });
  },
});
