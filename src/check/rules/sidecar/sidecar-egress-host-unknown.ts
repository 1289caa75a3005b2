import { Kind } from '../../../manifest/kinds';
import { hostsOverlap, isHostWithin } from '../../../semantics/host-name';
import { serviceYaml } from '../../example-objects';
import { serviceNamedBy } from '../../facts/full-host';
import { meshConfig } from '../../facts/mesh-config';
import { MeshFacts } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { egressHost, sidecars } from '../../facts/sidecars';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const sidecarEgressHostUnknown = defineRule({
  code: 'MESH3505',
  slug: 'sidecar-egress-host-unknown',
  title: 'A Sidecar lets its workloads see a host that nobody serves there',
  severity: 'warning',
  preset: 'recommended',
  aliases: ['KIA1004'],
  sees: 'mesh',
  why: 'The entry shows nothing. If it was meant for a service that exists, that stays hidden: requests to it are refused (REGISTRY_ONLY), or go to its address without routes and without mTLS (ALLOW_ANY).',
  fix: 'Write namespace/host with the namespace that the Service or ServiceEntry stands in and its full host, such as shop/reviews.shop.svc.cluster.local.',
  links: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener'],
  examples: {
    valid: [{
      title: 'a Service of another namespace, and all that is external of its own',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["shop/reviews.shop.svc.cluster.local", "./*.example.com"] }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: web }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  resolution: DNS
${serviceYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'the Service is in another namespace',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["./reviews.shop.svc.cluster.local"] }] }
${serviceYaml('reviews', 'shop')}`,
    }, {
      title: 'name and namespace alone are no full name',
      yaml: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: web }
spec: { egress: [{ hosts: ["shop/reviews.shop"] }] }
${serviceYaml('reviews', 'shop')}`,
    }],
  },
  kinds: [Kind.SIDECAR],
  check(object, { mesh, missing }) {
    const { spec, namespace: own } = mesh.fact(sidecars).of(object);
    const { egress = [] } = spec;
    for (let i = 0; i < egress.length; i++) {
      const { hosts = [] } = egress[i];
      for (let j = 0; j < hosts.length; j++) {
        const entry = egressHost(hosts[j]);
        // Short names are refused by istiod, and a lone asterisk is any host.
        if (entry === undefined || entry.excluded || !entry.host.includes('.')) continue;
        // There the client's own namespace is any.
        if (entry.namespace === '.' && own === mesh.fact(meshConfig).rootNamespace) continue;
        const place = entry.namespace === '.' ? own : entry.namespace;
        if (mesh.fact(knownHosts).has(place, entry.host)) continue;
        const meant = meantBy(mesh, entry.host);
        missing({
          path: `spec.egress[${i}].hosts[${j}]`,
          ...place !== '*' && { namespace: place },
          message: `No Service, ServiceEntry or VirtualService of ${place === '*' ? 'any namespace' : `namespace ${place}`} has the host ${entry.host}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
          ...meant !== undefined && { fix: `Write ${meant}.` },
        });
      }
    }
  },
});

/** The same host elsewhere, or a Service of that name. */
function meantBy(mesh: MeshFacts, host: string): string | undefined {
  const known = mesh.fact(services);
  const elsewhere = known.at(host)[0];
  if (elsewhere) return `${elsewhere.namespace}/${host}`;
  const [name, namespace] = host.split('.');
  const sameName = known.named(name);
  const meant = sameName.find((service) => service.namespace === namespace)
    ?? (sameName.length === 1 && serviceNamedBy(host) !== undefined ? sameName[0] : undefined);
  return meant && `${meant.namespace}/${meant.host}`;
}

/** The hosts that a Sidecar may name, by namespace; those of all namespaces under `*`. */
class KnownHosts {
  private readonly served = new Map<string, Set<string>>();
  private readonly ruled = new Map<string, Set<string>>();
  private readonly wildcards = new Map<string, boolean>();

  constructor(mesh: MeshFacts) {
    for (const { host, namespace } of mesh.fact(services).all) add(this.served, namespace, host);
    for (const { hosts, namespace, onMesh } of mesh.fact(virtualServices).all) if (onMesh) for (const host of hosts) add(this.ruled, namespace, host);
  }

  public has(namespace: string, host: string): boolean {
    if (this.served.get(namespace)?.has(host) || this.ruled.get(namespace)?.has(host)) return true;
    const key = `${namespace}/${host}`;
    let known = this.wildcards.get(key);
    if (known === undefined) this.wildcards.set(key, known = this.find(namespace, host));
    return known;
  }

  private find(namespace: string, host: string): boolean {
    if (host.startsWith('*')) for (const one of this.served.get(namespace) ?? []) if (isHostWithin(one, host)) return true;
    for (const one of this.ruled.get(namespace) ?? []) if (hostsOverlap(one, host)) return true;
    return false;
  }
}

function add(map: Map<string, Set<string>>, namespace: string, host: string): void {
  for (const place of [namespace, '*']) {
    const hosts = map.get(place);
    if (hosts) hosts.add(host);
    else map.set(place, new Set([host]));
  }
}

function knownHosts(mesh: MeshFacts): KnownHosts {
  return new KnownHosts(mesh);
}
