import { arrayOr, member, stringMap } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml, subsetsYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { ServiceFacts, services } from '../../facts/services';
import { hasLabels, Labels, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const subsetSelectsNothing = defineRule({
  code: 'MESH3120',
  slug: 'subset-selects-nothing',
  title: 'The labels of a subset select no workload',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0173', 'KIA0203', 'TIS0203'],
  sees: 'mesh',
  why: 'The subset is known and empty: every request for it is answered with 503 and the response flag UH, no healthy upstream.',
  fix: "Write labels that the pods have, those of the Deployment's template, or deploy that version first.",
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset'],
  examples: {
    valid: [{
      title: 'each version runs',
      yaml: `${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop', ['v1', 'v2'])}`,
    }],
    invalid: [{
      title: 'v2 does not run',
      yaml: `${serviceYaml('reviews', 'shop')}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
${deploymentYaml('reviews', 'shop', 'v1')}`,
    }, {
      title: 'no address of the ServiceEntry has the label',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: mainframe, namespace: shop }
spec:
  hosts: [mainframe.example.com]
  location: MESH_EXTERNAL
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 192.0.2.1, labels: { site: east } }]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: mainframe, namespace: shop }
spec:
  host: mainframe.example.com
  subsets: [{ name: west, labels: { site: west } }]
`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report, missing }) {
    const { host, namespace, spec } = mesh.fact(destinationRules).of(object);
    if (spec.subsets === undefined || spec.subsets.length === 0 || host.startsWith('*')) return;
    const service = mesh.fact(services).serving(host, namespace) ?? mesh.fact(services).serving(host);
    if (!service || service.external && service.kind === 'Service') return;
    if (service.kind === 'ServiceEntry' && mesh.fact(services).at(service.host).length > 1) return;
    spec.subsets.forEach((subset, i) => {
      const labels = ownLabels(stringMap(subset.labels));
      if (labels === undefined) return;
      const endpoints = endpointLabels(service);
      if (endpoints) {
        if (endpoints.some((one) => hasLabels(one, labels))) return;
        report({
          path: `spec.subsets[${i}].labels`,
          message: `No endpoint of ServiceEntry ${service.namespace}/${service.object.name} has the labels ${text(labels)}.`,
        });
        return;
      }
      // Without a selector someone else says where the service is.
      if (!service.selector) return;
      const wanted = { ...service.selector, ...labels };
      if (mesh.fact(workloads).selected(service.namespace, wanted).length > 0) return;
      // Whoever sees no workload there at all has nothing to say about it.
      if (!mesh.isComplete(service.namespace) && mesh.fact(workloads).in(service.namespace).length === 0) return;
      missing({
        path: `spec.subsets[${i}].labels`,
        namespace: service.namespace,
        message: `No workload in namespace ${service.namespace} has the labels ${text(wanted)}, those of ${service.kind} ${service.object.name} and of subset ${subset.name}.`,
      });
    });
  },
});

/** Without those that Istio puts on endpoints by itself, never empty: where their node is. Undefined if only such are left. */
function ownLabels(labels: Labels): Labels | undefined {
  const own = Object.entries(labels).filter(
    ([name, value]) => value === '' || !/^(topology\.|kubernetes\.io\/hostname$|failure-domain\.)/.test(name));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** The labels of the endpoints that a ServiceEntry lists. */
function endpointLabels({ kind, object }: ServiceFacts): readonly Labels[] | undefined {
  if (kind !== 'ServiceEntry') return undefined;
  const endpoints = arrayOr(member(member(object.json, 'spec'), 'endpoints'));
  return endpoints.length === 0 ? undefined : endpoints.map((endpoint) => stringMap(member(endpoint, 'labels')));
}

function text(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(', ');
}
