import { arrayOr, member } from '../../../manifest/json';
import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { nearestTo } from '../../facts/nearest';
import { defineRule } from '../../rule';

export const exportedToUnknownNamespace = defineRule({
  code: 'MESH3005',
  slug: 'exported-to-unknown-namespace',
  title: 'exportTo names a namespace that does not exist',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA0005', 'TIS0004'],
  sees: 'mesh',
  why: 'Nobody there sees the object, and the namespace that was meant does not see it either.',
  fix: 'Write the name of a namespace, `.` for the own one or `*` for all.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  examples: {
    valid: [{
      title: 'a namespace that is there, and the own one',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  exportTo: [".", web]
  http: [{ route: [{ destination: { host: reviews } }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: web, labels: { istio-injection: enabled } }
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'a misspelt namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  exportTo: [".", wbe]
  http: [{ route: [{ destination: { host: reviews } }] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: web, labels: { istio-injection: enabled } }
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE, Kind.DESTINATION_RULE, Kind.SERVICE_ENTRY, Kind.SERVICE],
  check({ json, groupKind, annotations }, { mesh, missing }) {
    const ofService = annotations['networking.istio.io/exportTo'];
    const exportTo = groupKind === Kind.SERVICE
      ? (ofService === undefined || ofService === '' ? [] : ofService.split(',').map((name) => name.trim()))
      : arrayOr(member(member(json, 'spec'), 'exportTo'));
    exportTo.forEach((name, i) => {
      if (typeof name !== 'string' || name === '.' || name === '*' || name === '~' || name === '') return;
      const known = mesh.snapshot.namespaces;
      if (known.has(name)) return;
      const nearest = nearestTo(name, known);
      missing({
        path: groupKind === Kind.SERVICE ? 'metadata.annotations["networking.istio.io/exportTo"]' : `spec.exportTo[${i}]`,
        message: `There is no namespace ${name}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
        ...nearest !== undefined && { fix: `Write ${nearest}.` },
      });
    });
  },
});
