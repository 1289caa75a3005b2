import { ServiceEntrySpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { clientViews } from '../../facts/client-views';
import { specOf } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { sidecars } from '../../facts/sidecars';
import { virtualServices } from '../../facts/virtual-services';
import { Visibility, visibilityOf } from '../../facts/visibility';
import { defineRule } from '../../rule';

const sidecarYaml = (...hosts: string[]) => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: shop }
spec: { egress: [{ hosts: [${hosts.map((host) => `"${host}"`).join(', ')}] }] }
`;

const API = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: shop }
spec:
  hosts: [api.example.com]
  exportTo: ["."]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: DNS
${deploymentYaml('checkout', 'shop')}`;

export const hiddenBySidecar = defineRule({
  code: 'MESH3512',
  slug: 'hidden-by-sidecar',
  title: 'Sidecars hide routes or an external service from all that they are exported to',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'No client takes it: requests to the host are refused (502 or a reset connection under REGISTRY_ONLY), or go to its address without these routes (ALLOW_ANY).',
  fix: 'Add the host to egress.hosts of the Sidecar, as namespace/host, with the namespace that the object stands in.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener'],
  examples: {
    valid: [{
      title: 'the Sidecar shows what is exported to the namespace',
      yaml: `${sidecarYaml('./*', 'istio-system/*')}${API}`,
    }],
    invalid: [{
      title: 'an external service of its own that the Sidecar leaves out',
      yaml: `${sidecarYaml('istio-system/*', './*.svc.cluster.local')}${API}${serviceYaml('checkout', 'shop')}`,
    }, {
      title: 'routes for clients of a namespace whose Sidecar leaves out the host',
      yaml: `${sidecarYaml('./*')}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: catalog, namespace: catalog }
spec:
  hosts: [catalog.catalog.svc.cluster.local]
  exportTo: [shop]
  http: [{ timeout: 2s, route: [{ destination: { host: catalog.catalog.svc.cluster.local } }] }]
${serviceYaml('catalog', 'catalog')}${deploymentYaml('checkout', 'shop')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE, Kind.SERVICE_ENTRY],
  check(object, { mesh, missing }) {
    if (mesh.fact(sidecars).all.length === 0 || mesh.isReplaced(object)) return;
    const views = mesh.fact(clientViews);
    const isRoutes = object.groupKind === Kind.VIRTUAL_SERVICE;
    const rules = isRoutes ? mesh.fact(virtualServices).of(object) : undefined;
    if (rules && !rules.onMesh) return;
    const visibility: Visibility = rules ? rules.visibility : visibilityOf(specOf<ServiceEntrySpec>(object).exportTo, object.namespace);
    if (visibility.everywhere) return;
    const served = isRoutes ? [] : (specOf<ServiceEntrySpec>(object).hosts ?? [])
      .flatMap((host) => mesh.fact(services).at(host).filter((service) => service.object === object));
    for (const client of visibility.namespaces) {
      const sidecar = rules ? views.hidingRules(client, rules) : views.hiding(client, served);
      if (sidecar === undefined) continue;
      const hosts = rules ? rules.hosts : served.map(({ host }) => host);
      missing({
        path: 'spec.hosts',
        // Routes of any namespace may lead to an external service and so show it.
        ...isRoutes && { namespace: client },
        message: `Sidecar ${sidecar.namespace}/${sidecar.object.name} hides ${hosts.join(', ')} from the workloads of namespace ${client}, ${visibility.namespaces.length === 1 ? 'to which alone it is exported' : 'to which it is exported'}.`,
      });
    }
  },
});
