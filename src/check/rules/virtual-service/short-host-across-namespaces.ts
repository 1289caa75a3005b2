import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { serviceNamedBy } from '../../facts/full-host';
import { services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const shortHostAcrossNamespaces = defineRule({
  code: 'MESH3133',
  slug: 'short-host-across-namespaces',
  title: 'A VirtualService names a Service of another namespace by its short name',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'A name without a dot is completed with the namespace of the VirtualService, and `name.namespace` is not completed at all. Either way the rules are for a host that nobody asks for, and requests to the Service pass them by.',
  fix: 'Write the full name, such as `reviews.shop.svc.cluster.local`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  examples: {
    valid: [{
      title: 'the full name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: web }
spec:
  hosts: [reviews.shop.svc.cluster.local]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'a server name that TLS clients send, which Istio takes only of the hosts',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: vault, namespace: shop }
spec:
  hosts: [vault.shop.svc.cluster.local, vault.shop]
  tls: [{ match: [{ sniHosts: [vault.shop.svc.cluster.local, vault.shop] }], route: [{ destination: { host: vault.shop.svc.cluster.local } }] }]
${serviceYaml('vault', 'shop', '[{ name: tls, port: 443 }]')}`,
    }],
    invalid: [{
      title: 'the short name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: web }
spec:
  hosts: [reviews]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews.shop.svc.cluster.local } }] }]
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing }) {
    const { spec, hosts, namespace, onMesh } = mesh.fact(virtualServices).of(object);
    if (!onMesh) return;
    const known = mesh.fact(services);
    const serverNames = new Set(spec.tls?.flatMap(({ match }) => match.flatMap(({ sniHosts }) => sniHosts)));
    for (let i = 0; i < hosts.length; i++) {
      if (serverNames.has(spec.hosts![i])) continue;
      const written = spec.hosts![i];
      const dot = written.indexOf('.');
      if (dot >= 0 && written.indexOf('.', dot + 1) >= 0) continue;
      const elsewhere = known.named(dot < 0 ? written : written.slice(0, dot));
      if (elsewhere.length === 0 || known.serving(hosts[i])) continue;
      const meant = elsewhere.find((one) => dot < 0 ? one.namespace !== namespace : one.namespace === written.slice(dot + 1));
      if (!meant) continue;
      missing({
        path: `spec.hosts[${i}]`,
        namespace: serviceNamedBy(hosts[i])?.namespace ?? meant.namespace,
        message: dot < 0
          ? `${written} means ${hosts[i]}, and there is no such Service; there is one in namespace ${meant.namespace}.`
          : `${written} is taken as a full name and is no host of a Service; Service ${meant.namespace}/${meant.object.name} has ${meant.host}.`,
        fix: `Write ${meant.host}.`,
      });
    }
  },
});
