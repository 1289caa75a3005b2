import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationPath } from '../../facts/destinations';
import { serviceNamedBy } from '../../facts/full-host';
import { nearestTo } from '../../facts/nearest';
import { Services, services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const unknownDestinationHost = defineRule({
  code: 'MESH3101',
  slug: 'unknown-destination-host',
  title: 'A route goes to a host that nobody serves',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101', 'KIA1101'],
  sees: 'mesh',
  why: 'There is no cluster for that host in the proxies, so every request that takes the route is answered with 503.',
  fix: 'Name the host of a Service or ServiceEntry. A Service of another namespace goes by its full name, such as `reviews.shop.svc.cluster.local`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination'],
  examples: {
    valid: [{
      title: 'a Service of the same namespace by its short name, one of another by its full name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http:
    - route: [{ destination: { host: reviews } }]
      mirror: { host: recorder.audit.svc.cluster.local }
${serviceYaml('reviews', 'shop')}${serviceYaml('recorder', 'audit')}`,
    }, {
      title: 'a host under the wildcard of a ServiceEntry',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: files, namespace: shop }
spec:
  hosts: [files.example.com]
  http: [{ route: [{ destination: { host: files.example.com } }] }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: example, namespace: shop }
spec:
  hosts: ["*.example.com"]
  location: MESH_EXTERNAL
  resolution: NONE
  ports: [{ number: 80, name: http, protocol: HTTP }]
`,
    }],
    invalid: [{
      title: 'a misspelt Service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reveiws } }] }]
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'name and namespace alone are no full name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: web }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http: [{ route: [{ destination: { host: reviews.shop } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing, isHeard }) {
    const known = mesh.fact(services);
    const { destinations, namespace, visibility } = mesh.fact(virtualServices).of(object);
    // It is used where it is exported to.
    const places = visibility.everywhere || visibility.namespaces.length === 0 ? undefined : visibility.namespaces;
    for (const { destination, host, list, rule, kind, index } of destinations) {
      if (host === '') continue;
      if (places === undefined ? known.serving(host, namespace) : places.some((place) => known.serving(host, place))) continue;
      const itsNamespace = serviceNamedBy(host)?.namespace;
      if (!isHeard(itsNamespace)) continue;
      const unseen = known.serving(host);
      const path = `${destinationPath(list, rule, kind, index)}.host`;
      const what = kind === 'route' ? 'route' : 'mirror';
      if (unseen) {
        missing({
          path,
          namespace: itsNamespace,
          message: `The ${what} goes to ${host}, and ${unseen.kind} ${unseen.namespace}/${unseen.object.name} is not exported to namespace ${(places ?? [namespace]).join(', ')}.`,
          fix: `Add ${(places ?? [namespace])[0]} to exportTo of ${unseen.kind} ${unseen.namespace}/${unseen.object.name}.`,
        });
        continue;
      }
      const meant = meantBy(destination.host!, known);
      missing({
        path,
        namespace: itsNamespace,
        message: `The ${what} goes to ${host}, and there is no Service or ServiceEntry with that host.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
        ...meant !== undefined && { fix: `Write host: ${meant}.` },
      });
    }
  },
});

/** A host that is there and looks like it: the Service of that name elsewhere, or one spelt nearly so. */
function meantBy(written: string, known: Services): string | undefined {
  const [name, namespace] = written.split('.');
  const sameName = known.named(name);
  const there = sameName.find((service) => service.namespace === namespace);
  if (there) return there.host;
  if (sameName.length === 1) return sameName[0].host;
  // Looking at every host for every unknown one would take long in a large mesh.
  if (known.all.length > 1000) return undefined;
  const hosts = known.hosts();
  return nearestTo(written, written.includes('.') ? hosts : hosts.map((host) => serviceNamedBy(host)?.name ?? host));
}
