import { Kind } from '../../../manifest/kinds';
import { deploymentYaml, serviceYaml } from '../../example-objects';
import { DestinationRuleFacts, destinationRules } from '../../facts/destination-rules';
import { isGatewayWorkload } from '../../facts/gateway-workloads';
import { MeshFacts } from '../../facts/mesh-facts';
import { becauseOf, EffectiveMtls, mtlsModes } from '../../facts/mtls';
import { dataPlaneOf } from '../../facts/namespaces';
import { ServiceFacts, services } from '../../facts/services';
import { policiesOf, PolicyPlace } from '../../facts/traffic-policies';
import { targetPortOf } from '../../facts/workload-ports';
import { Workload, workloads } from '../../facts/workloads';
import { defineRule } from '../../rule';

export const clientTlsAgainstServer = defineRule({
  code: 'MESH3303',
  slug: 'client-tls-against-server',
  title: 'Clients are told a TLS mode that the server does not take',
  severity: 'error',
  preset: 'recommended',
  aliases: ['KIA0207', 'TIS0207', 'KIA0208', 'TIS0208'],
  sees: 'mesh',
  why: 'The `tls` of a DestinationRule beats auto mTLS. Plaintext to a STRICT server, or mTLS to one without sidecar, fails with 503 at every request.',
  fix: 'Leave `tls` out, so that auto mTLS finds what each server takes; or make the PeerAuthentication of the server fit.',
  links: [
    'https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/',
    'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
  ],
  examples: {
    valid: [{
      title: 'plaintext to a port that takes it',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { tls: { mode: DISABLE } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: reviews, namespace: shop }
spec: { selector: { matchLabels: { app: reviews } }, mtls: { mode: STRICT }, portLevelMtls: { "8080": { mode: PERMISSIVE } } }
${serviceYaml('reviews', 'shop', '[{ name: http, port: 80, targetPort: 8080 }]')}${deploymentYaml('reviews', 'shop')}`,
    }, {
      title: 'mTLS where nothing is said about the server',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: all, namespace: shop }
spec: { host: "*.shop.svc.cluster.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }],
    invalid: [{
      title: 'plaintext to a STRICT server',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews, namespace: shop }
spec: { host: reviews, trafficPolicy: { tls: { mode: DISABLE } } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
${serviceYaml('reviews', 'shop')}${deploymentYaml('reviews', 'shop')}`,
    }, {
      title: 'mTLS to a server without sidecar',
      yaml: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: legacy, namespace: shop }
spec: { host: "*.legacy.svc.cluster.local", trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }
---
apiVersion: v1
kind: Namespace
metadata: { name: legacy, labels: { istio-injection: disabled } }
${serviceYaml('ledger', 'legacy')}${deploymentYaml('ledger', 'legacy')}`,
    }],
  },
  kinds: [Kind.DESTINATION_RULE],
  check(object, { mesh, report, missing }) {
    const rule = mesh.fact(destinationRules).of(object);
    const { trafficPolicy, subsets } = rule.spec;
    const isElsewhere = trafficPolicy?.portLevelSettings !== undefined || subsets?.some((subset) => subset.trafficPolicy !== undefined);
    if (trafficPolicy?.tls === undefined && !isElsewhere) return;
    for (const place of policiesOf(rule.spec)) {
      const mode = place.policy.tls?.mode;
      // Certificates of one's own may be those of the mesh.
      if (mode === undefined || mode === 'MUTUAL') continue;
      const conflict = firstConflict(mesh, rule, place, mode);
      if (conflict === undefined) continue;
      const { service, workload, port, server } = conflict;
      const found = {
        path: `${place.path}.tls.mode`,
        message: server === undefined
          ? `Clients speak mTLS to ${service.host}, and ${workload.title} has no sidecar that understands it.`
          : `Clients ${mode === 'DISABLE' ? 'speak plaintext' : mode === 'SIMPLE' ? 'speak TLS without a certificate' : 'speak mTLS'} to ${service.host}, and ${workload.title} takes ${server.mode === 'STRICT' ? 'nothing but mTLS' : 'no mTLS'} on port ${port}: ${becauseOf(server)}.`,
      };
      // A policy for the workload alone, out of sight, may say otherwise.
      if (server === undefined || server.isOwn) report(found);
      else missing({ ...found, namespace: workload.namespace });
    }
  },
});

interface Conflict { readonly service: ServiceFacts; readonly workload: Workload; readonly port: number; readonly server?: EffectiveMtls }

function firstConflict(mesh: MeshFacts, rule: DestinationRuleFacts, { policy, path }: PolicyPlace, mode: string): Conflict | undefined {
  const only = 'port' in policy ? policy.port?.number : undefined;
  const elsewhere = 'portLevelSettings' in policy ? policy.portLevelSettings?.map(({ port }) => port?.number) : undefined;
  const subset = /^spec\.subsets\[(\d+)\]/.exec(path);
  const labels = subset ? rule.spec.subsets![Number(subset[1])].labels : undefined;
  for (const service of servedBy(mesh, rule.host)) {
    if (service.selector === undefined || (service.kind === 'ServiceEntry' && service.external)) continue;
    const selector = labels === undefined ? service.selector : { ...service.selector, ...labels };
    for (const workload of mesh.fact(workloads).selected(service.namespace, selector)) {
      for (const port of service.ports) {
        if (only === undefined ? elsewhere?.includes(port.number) : port.number !== only) continue;
        const conflict = conflictAt(mesh, service, workload, targetPortOf(port, workload), mode);
        if (conflict) return conflict;
      }
    }
  }
  return undefined;
}

function conflictAt(mesh: MeshFacts, service: ServiceFacts, workload: Workload, port: number | undefined, mode: string): Conflict | undefined {
  if (port === undefined) return undefined;
  const plane = dataPlaneOf(mesh, workload);
  if (plane === 'ambient') return undefined;
  const istioMutual = mode === 'ISTIO_MUTUAL';
  if (plane === 'none') return istioMutual ? { service, workload, port } : undefined;
  const server = mesh.fact(mtlsModes).of(workload, port);
  if (server.mode !== (istioMutual ? 'DISABLE' : 'STRICT') || isGatewayWorkload(mesh, workload)) return undefined;
  return { service, workload, port, server };
}

/** Those that a host stands for; of a wildcard, those that it covers. */
function servedBy(mesh: MeshFacts, host: string): readonly ServiceFacts[] {
  const all = mesh.fact(services);
  if (!host.startsWith('*')) return all.at(host);
  const known = mesh.fact(servicesWithin);
  let within = known.get(host);
  if (within === undefined) {
    const end = host.slice(1);
    known.set(host, within = all.all.filter((service) => service.selector !== undefined && service.host.endsWith(end)));
  }
  return within;
}

/** Services by the wildcards that were asked for. */
function servicesWithin(): Map<string, readonly ServiceFacts[]> {
  return new Map();
}
