import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { serviceNamedBy } from '../../facts/full-host';
import { meshConfig } from '../../facts/mesh-config';
import { services } from '../../facts/services';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const destinationRuleOutOfPath = defineRule({
  code: 'MESH3128',
  slug: 'destination-rule-out-of-path',
  title: 'A DestinationRule stands where nobody looks for it',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'For a request Istio looks for DestinationRules in the namespace of the client, then in that of the service, then in the root namespace, and nowhere else. One in a third namespace serves only clients that run there, whatever its exportTo says.',
  fix: 'Move it to the namespace of the service.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration'],
  examples: {
    valid: [{
      title: 'beside the service, and one for the clients of a namespace',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: web }
spec: { host: reviews.shop.svc.cluster.local, trafficPolicy: { connectionPool: { tcp: { maxConnections: 10 } } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('frontend', 'web')}`,
    }],
    invalid: [{
      title: 'in a namespace for configuration',
      yaml: `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: platform }
spec: { host: reviews.shop.svc.cluster.local, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('frontend', 'web')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, missing }) {
    const { host, namespace, spec } = mesh.fact(destinationRules).of(object);
    const known = mesh.fact(services).serving(host);
    const place = serviceNamedBy(host)?.namespace ?? known?.namespace;
    if (place === undefined || place === namespace || namespace === mesh.fact(meshConfig).rootNamespace) return;
    // A host of an unseen namespace may be one of a ServiceEntry here.
    if (known?.namespace === namespace || mesh.fact(services).at(host).some((one) => one.namespace === namespace)) return;
    if (mesh.fact(workloads).in(namespace).length > 0) return;
    const shown = spec.exportTo?.length ? ` Its exportTo (${spec.exportTo.join(', ')}) does not change that.` : '';
    missing({
      path: 'spec.host',
      namespace,
      message: `It counts for clients in namespace ${namespace} only, and nothing runs there; clients of ${host} elsewhere look in their own namespace, in ${place} and in the root namespace.${shown}`,
      fix: `Move it to namespace ${place}.`,
    });
  },
});
