import { VirtualServiceHttp } from '../../../manifest/generated/istio-specs';
import { Kind } from '../../../manifest/kinds';
import { isHttp, PortProtocol } from '../../../semantics/port-protocol';
import { serviceYaml } from '../../example-objects';
import { fullHost } from '../../facts/full-host';
import { services } from '../../facts/services';
import { MESH, virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const requestedPortNotServed = defineRule({
  code: 'MESH3108',
  slug: 'requested-port-not-served',
  title: 'A route without a port goes to a service that lacks the port of the request',
  severity: 'error',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'In the mesh a destination without a port keeps the port of the request, even if the service has only another one. Then there is no such cluster, and the answer is 503.',
  fix: 'Write the port of the destination: `port: { number: … }`.',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination'],
  examples: {
    valid: [{
      title: 'the other port is said',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews-next, port: { number: 8080 } } }] }]
${serviceYaml('reviews', 'shop')}${serviceYaml('reviews-next', 'shop', '[{ name: http, port: 8080 }]')}`,
    }],
    invalid: [{
      title: 'requests for port 80 to a service of port 8080',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews-next } }] }]
${serviceYaml('reviews', 'shop')}${serviceYaml('reviews-next', 'shop', '[{ name: http, port: 8080 }]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, namespace, hosts, onMesh } = mesh.fact(virtualServices).of(object);
    if (!onMesh || spec.http === undefined) return;
    const known = mesh.fact(services);
    let requested: Set<number> | undefined;
    for (let i = 0; i < spec.http.length; i++) {
      const rule = spec.http[i];
      if (rule.route === undefined || !takesFromMesh(rule)) continue;
      for (let j = 0; j < rule.route.length; j++) {
        const { destination } = rule.route[j];
        if (destination?.port !== undefined || !destination?.host) continue;
        const full = fullHost(destination.host, namespace);
        if (hosts.includes(full)) continue;
        const target = known.at(full);
        if (target.length !== 1 || target[0].ports.length === 0) continue;
        requested ??= requestedPorts(hosts.map((host) => known.at(host)));
        if (requested.size === 0) return;
        const asked = portsOf(rule) ?? requested;
        if (target[0].ports.some(({ number }) => asked.has(number))) continue;
        report({
          path: `spec.http[${i}].route[${j}].destination`,
          message: `Requests come for port ${[...asked].join(', ')} of ${hosts.join(', ')} and are sent on to that port of ${full}, which has only ${target[0].ports.map(({ number }) => number).join(', ')}.`,
        });
      }
    }
  },
});

/** Ports on which requests for the hosts come; none if some host is not known for certain. */
function requestedPorts(found: readonly (readonly { readonly ports: readonly { number: number; protocol: PortProtocol }[] }[])[]): Set<number> {
  const ports = new Set<number>();
  for (const at of found) {
    if (at.length !== 1) return new Set();
    for (const { number, protocol } of at[0].ports) if (isHttp(protocol) || protocol === PortProtocol.AUTOMATIC) ports.add(number);
  }
  return ports;
}

/** The ports that a rule is for, if it says so. */
function portsOf({ match }: VirtualServiceHttp): Set<number> | undefined {
  if (match === undefined || match.length === 0 || match.some(({ port }) => !port)) return undefined;
  return new Set(match.map(({ port }) => port!));
}

function takesFromMesh({ match }: VirtualServiceHttp): boolean {
  return match === undefined || match.length === 0
    || match.some(({ gateways }) => gateways === undefined || gateways.length === 0 || gateways.includes(MESH));
}
