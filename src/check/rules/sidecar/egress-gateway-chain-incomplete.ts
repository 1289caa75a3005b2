import { DestinationRuleSpec, DestinationRuleTrafficPolicy, VirtualServiceSpec } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { isHostWithin } from '../../../semantics/host-name';
import { destinationRules } from '../../facts/destination-rules';
import { destinationPath } from '../../facts/destinations';
import { serviceNamedBy } from '../../facts/full-host';
import { GatewayInMesh, gateways, hostOfServer } from '../../facts/gateways';
import { MeshFacts } from '../../facts/mesh-facts';
import { services } from '../../facts/services';
import { gatewayName, MESH, ResolvedDestination, VirtualServiceFacts, virtualServices } from '../../facts/virtual-services';
import { hasLabels } from '../../facts/workloads';
import { defineRule } from '../../rule';

const EGRESS = `---
apiVersion: v1
kind: Service
metadata: { name: istio-egressgateway, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  ports: [{ name: http, port: 80 }, { name: https, port: 443 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-egressgateway, namespace: istio-system }
spec:
  selector: { matchLabels: { istio: egressgateway } }
  template:
    metadata:
      labels: { istio: egressgateway, sidecar.istio.io/inject: "true" }
      annotations: { inject.istio.io/templates: gateway }
    spec: { containers: [{ name: istio-proxy, image: auto }] }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: istio-system }
spec:
  hosts: [api.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }, { number: 443, name: tls, protocol: TLS }]
  location: MESH_EXTERNAL
  resolution: DNS
`;

const FIRST_HOP = '{ match: [{ gateways: [mesh], port: 80 }], route: [{ destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } } }] }';
const SECOND_HOP = '{ match: [{ gateways: [egress], port: 80 }], route: [{ destination: { host: api.example.com, port: { number: 80 } } }] }';

const routes = (...http: string[]) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: istio-system }
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
  http:
${http.map((rule) => `    - ${rule}\n`).join('')}`;

const gatewayWith = (server: string) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers: [${server}]
`;

const PLAIN = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: [api.example.com] }';
const MUTUAL = '{ port: { number: 80, name: https, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: ISTIO_MUTUAL } }';

export const egressGatewayChainIncomplete = defineRule({
  code: 'MESH3513',
  slug: 'egress-gateway-chain-incomplete',
  title: 'A host is sent to an egress gateway that does not send it on',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'The way out has two hops. Where the Gateway does not take the host, or no route leads on from it, the egress gateway answers 404 or closes the connection.',
  fix: 'Have all the parts: a ServiceEntry for the host, a Gateway on the egress gateway that lists it, routes for the mesh and for that Gateway, and a DestinationRule with the SNI of the host where the Gateway takes mTLS.',
  links: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/'],
  examples: {
    valid: [{
      title: 'to the egress gateway, and on from there',
      yaml: `${routes(FIRST_HOP, SECOND_HOP)}${gatewayWith(PLAIN)}${EGRESS}`,
    }, {
      title: 'with mTLS between, whose SNI is the host',
      yaml: `${routes(FIRST_HOP, SECOND_HOP)}${gatewayWith(MUTUAL)}${EGRESS}---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: egress, namespace: istio-system }
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  trafficPolicy: { tls: { mode: ISTIO_MUTUAL, sni: api.example.com } }
`,
    }],
    invalid: [{
      title: 'no route leads on',
      yaml: `${routes(FIRST_HOP)}${gatewayWith(PLAIN)}${EGRESS}`,
    }, {
      title: 'no Gateway takes the host',
      yaml: `${routes(FIRST_HOP).replace('[mesh, egress]', '[mesh]')}${gatewayWith(PLAIN.replace('api.', 'www.'))}${EGRESS}`,
    }, {
      title: 'mTLS between, with the SNI that Istio makes up by itself',
      yaml: `${routes(FIRST_HOP, SECOND_HOP)}${gatewayWith(MUTUAL)}${EGRESS}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, missing }) {
    const rules = mesh.fact(virtualServices).of(object);
    if (!rules.onMesh || !rules.hosts.some(isOutside)) return;
    for (const hop of rules.destinations) {
      if (hop.kind !== 'route' || serviceNamedBy(hop.host) === undefined || !isForMesh(rules.spec, hop)) continue;
      const behind = mesh.fact(gatewaysBehind)(hop.host);
      if (behind === undefined) continue;
      for (const host of rules.hosts) {
        if (!isOutside(host) || host === hop.host) continue;
        const said = lackOf(mesh, rules, hop, host, behind);
        if (said === undefined) continue;
        missing({ path: destinationPath(hop.list, hop.rule, hop.kind, hop.index), ...said });
        return;
      }
    }
  },
});

/** A host that is no Service of the cluster; wildcards may be many things. */
function isOutside(host: string): boolean {
  return !host.startsWith('*') && serviceNamedBy(host) === undefined;
}

/** Whether a rule is for sidecars too. */
function isForMesh(spec: VirtualServiceSpec, { list, rule }: ResolvedDestination): boolean {
  return isFor(spec, list, rule, (gateway) => gateway === MESH);
}

function isFor(spec: VirtualServiceSpec, list: ResolvedDestination['list'], rule: number, accept: (gateway: string) => boolean): boolean {
  const matches = spec[list]?.[rule].match ?? [];
  // A rule without gateways of its own is for all those of the VirtualService.
  return matches.length === 0 || matches.some(({ gateways: named = [] }) => named.length === 0 || named.some(accept));
}

function lackOf(
  mesh: MeshFacts, rules: VirtualServiceFacts, hop: ResolvedDestination, host: string, behind: readonly GatewayInMesh[],
): { message: string; fix: string } | undefined {
  const taking = behind.filter(({ servers }) => servers.some((server) => takes(server.hosts, host)));
  if (taking.length === 0) {
    return {
      message: `Requests for ${host} go to ${hop.host}, and no Gateway on it takes that host${behind.length === 0 ? '' : `: ${behind.map(({ fullName }) => fullName).slice(0, 3).join(', ')} ${behind.length === 1 ? 'does' : 'do'} not`}.`,
      fix: `Add ${host} to the hosts of a Gateway that selects the egress gateway.`,
    };
  }
  if (!taking.some((gateway) => leadsOn(mesh, gateway, host, hop.host))) {
    return {
      message: `Requests for ${host} go to ${hop.host}, and no route of Gateway ${taking[0].fullName} leads on from there.`,
      fix: `Add a route for ${host} that is for gateway ${taking[0].fullName} (match.gateways) and goes to ${host}, and name that Gateway in gateways.`,
    };
  }
  const mutual = taking.every(({ servers }) => servers.every(({ hosts = [], tls }) => !takes(hosts, host)
    || (tls?.mode === 'ISTIO_MUTUAL' && !hosts.some((one) => hostOfServer(one) === '*'))));
  if (!mutual) return undefined;
  const holding = mesh.fact(destinationRules).holdingFor(rules.namespace, hop.host, serviceNamedBy(hop.host)?.namespace);
  const sent = holding.flatMap(({ spec }) => policiesOf(spec, hop.destination.subset)).flatMap(namesSent);
  if (sent.some((name) => taking.some(({ servers }) => servers.some(({ hosts }) => takes(hosts, name))))) return undefined;
  return {
    message: `Gateway ${taking[0].fullName} takes ${host} with mTLS by its name, and sidecars send ${sent.length === 0 ? 'a name of their own' : sent.join(', ')} as SNI.`,
    fix: `Add a DestinationRule for ${hop.host} with tls: { mode: ISTIO_MUTUAL, sni: ${host} } for the port, or let the Gateway take the host "*".`,
  };
}

function takes(hosts: readonly string[] | undefined, host: string): boolean {
  return hosts !== undefined && hosts.some((one) => isHostWithin(host, hostOfServer(one)));
}

function leadsOn(mesh: MeshFacts, gateway: GatewayInMesh, host: string, egress: string): boolean {
  return mesh.fact(virtualServices).at(gateway.fullName).some(({ hosts, spec, namespace, destinations }) =>
    hosts.some((one) => isHostWithin(host, one)) && destinations.some((destination) => destination.host !== egress
      && isFor(spec, destination.list, destination.rule, (named) => gatewayName(named, namespace) === gateway.fullName)));
}

function policiesOf({ trafficPolicy, subsets = [] }: DestinationRuleSpec, subset: string | undefined): readonly DestinationRuleTrafficPolicy[] {
  const own = subset === undefined ? undefined : subsets.find(({ name }) => name === subset)?.trafficPolicy;
  return [...trafficPolicy ? [trafficPolicy] : [], ...own ? [own as DestinationRuleTrafficPolicy] : []];
}

function namesSent({ tls, portLevelSettings = [] }: DestinationRuleTrafficPolicy): string[] {
  return [tls, ...portLevelSettings.map((port) => port.tls)].flatMap((one) => one?.sni ? [one.sni] : []);
}

/**
 * The Gateways that configure what serves a host, where that is an egress gateway; undefined if it is none. One that
 * is out of sight is known by the name that Istio's installation gives it.
 */
function gatewaysBehind(mesh: MeshFacts): (host: string) => readonly GatewayInMesh[] | undefined {
  const known = new Map<string, readonly GatewayInMesh[] | undefined>();
  return (host) => {
    if (!known.has(host)) known.set(host, findBehind(mesh, host));
    return known.get(host);
  };
}

function findBehind(mesh: MeshFacts, host: string): readonly GatewayInMesh[] | undefined {
  const { name } = serviceNamedBy(host)!;
  const labels = mesh.fact(services).at(host)[0]?.selector ?? (name === 'istio-egressgateway' ? INSTALLED : undefined);
  if (labels === undefined) return undefined;
  const behind = mesh.fact(gateways).all.filter(({ selector }) => hasLabels(labels, selector));
  return behind.length > 0 || name.includes('egress') ? behind : undefined;
}

const INSTALLED = Object.freeze({ app: 'istio-egressgateway', istio: 'egressgateway' });
