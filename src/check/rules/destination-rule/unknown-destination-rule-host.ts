import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationRules } from '../../facts/destination-rules';
import { serviceNamedBy } from '../../facts/full-host';
import { services } from '../../facts/services';
import { defineRule } from '../../rule';

export const unknownDestinationRuleHost = defineRule({
  code: 'MESH3119',
  slug: 'unknown-destination-rule-host',
  title: 'A DestinationRule is for a host that nobody serves',
  severity: 'warning',
  preset: 'istio',
  aliases: ['IST0174', 'KIA0202', 'TIS0202'],
  sees: 'mesh',
  why: 'It applies to nothing: its limits, its TLS settings and its subsets are not there for the host that was meant.',
  fix: 'Name the host of a Service or ServiceEntry. A Service of another namespace goes by its full name, such as `reviews.shop.svc.cluster.local`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule'],
  examples: {
    valid: [{
      title: 'a Service, and a wildcard over Services',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: web }
spec: { host: reviews.shop.svc.cluster.local, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: istio-system }
spec: { host: "*.local", trafficPolicy: { connectionPool: { tcp: { maxConnections: 1000 } } } }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the short name of a Service of another namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: istio-system }
spec: { host: reviews, trafficPolicy: { connectionPool: { tcp: { maxConnections: 100 } } } }
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, missing, isHeard }) {
    const { host, namespace, spec } = mesh.fact(destinationRules).of(object);
    const known = mesh.fact(services);
    if (host === '' || host === '*' || known.serving(host) || (host.startsWith('*') && known.anyWithin(host))) return;
    const itsNamespace = serviceNamedBy(host)?.namespace;
    if (!isHeard(itsNamespace)) return;
    const sameName = known.named((spec.host ?? '').split('.')[0]);
    const meant = sameName.length === 1 ? sameName[0].host : sameName.find((one) => `${one.object.name}.${one.namespace}` === spec.host)?.host;
    missing({
      path: 'spec.host',
      namespace: itsNamespace,
      message: `No Service or ServiceEntry has the host ${host}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
      ...meant !== undefined && meant !== host && { fix: namespace === serviceNamedBy(meant)?.namespace ? `Write host: ${meant}.` : `Write host: ${meant}, the full name.` },
    });
  },
});
