import { Kind } from '../../../manifest/kinds';
import { MeshObject } from '../../../manifest/mesh-object';
import { deploymentYaml, serviceYaml, subsetsYaml } from '../../example-objects';
import { MeshFacts } from '../../facts/mesh-facts';
import { services, ServiceFacts } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const versionsWithoutDefaultRoute = defineRule({
  code: 'MESH3126',
  slug: 'versions-without-default-route',
  title: 'Several versions run behind a Service that has no route',
  severity: 'warning',
  preset: 'strict',
  aliases: [],
  sees: 'mesh',
  why: 'Without a VirtualService requests go to all pods of the Service: a new version has its share from the moment it is ready, as large as its number of pods.',
  fix: 'Write a VirtualService that sends every request to the version of now, before the next one is deployed.',
  links: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#set-default-routes-for-services'],
  examples: {
    valid: [{
      title: 'a route says how much v2 gets',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, subset: v1 } }] }]
${serviceYaml('reviews', 'shop')}${subsetsYaml('reviews', 'shop')}`,
    }, {
      title: 'one version',
      yaml: `${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'two versions, no route',
      yaml: `${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop', 'v1')}${deploymentYaml('reviews', 'shop', 'v2')}`,
    }],
  },
  kinds: [Kind.SERVICE],
  check(object, { mesh, missing }) {
    const service = mesh.fact(serviceOf).get(object);
    if (!service?.selector) return;
    const selected = mesh.fact(workloads).selected(service.namespace, service.selector);
    if (selected.length < 2) return;
    const versions = new Set(selected.map(({ labels }) => labels.version).filter((version) => version !== undefined));
    if (versions.size < 2 || mesh.fact(virtualServices).onMesh.find(service.host, (found) => found[0])) return;
    missing({
      path: '',
      message: `The versions ${[...versions].join(', ')} run behind Service ${service.namespace}/${object.name}, and no VirtualService says which gets what.`,
    });
  },
});

function serviceOf(mesh: MeshFacts): ReadonlyMap<MeshObject, ServiceFacts> {
  return new Map(mesh.fact(services).all.map((service) => [service.object, service]));
}
