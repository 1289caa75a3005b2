import { Kind } from '../../../manifest/kinds';
import { isHttp, PortProtocol } from '../../../semantics/port-protocol';
import { serviceYaml } from '../../example-objects';
import { ServicePort, services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const ruleForOtherProtocol = defineRule({
  code: 'MESH3142',
  slug: 'rule-for-other-protocol',
  title: 'Rules are of a kind that the ports of the service do not have',
  severity: 'warning',
  preset: 'recommended',
  aliases: [],
  sees: 'mesh',
  why: 'On a port whose name says TCP the proxy sees bytes, no requests: `http` rules, with their timeouts, retries and weights, do nothing there. On a port for HTTP `tcp` rules do nothing.',
  fix: "Name the Service's port by its protocol (`http-web`, or appProtocol: http), or write the rules under the key that fits.",
  links: ['https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/'],
  examples: {
    valid: [{
      title: 'http rules, a port named http',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop', '[{ name: http-web, port: 80 }]')}`,
    }],
    invalid: [{
      title: 'http rules, a port named tcp',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ timeout: 5s, route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop', '[{ name: tcp-web, port: 80 }]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const { spec, hosts, onMesh } = mesh.fact(virtualServices).of(object);
    if (!onMesh || (spec.http === undefined && spec.tcp === undefined)) return;
    const known = mesh.fact(services);
    let ports: ServicePort[] | undefined;
    for (const host of hosts) {
      const found = known.at(host);
      // Ports of a host may be spread over several objects.
      if (found.length !== 1 || found[0].ports.length === 0) return;
      ports = ports ? [...ports, ...found[0].ports] : [...found[0].ports];
    }
    if (!ports) return;
    for (const list of ['http', 'tcp'] as const) {
      const fits = list === 'http' ? seesRequests : seesBytes;
      const rules = spec[list];
      if (!rules || rules.length === 0) continue;
      if (!ports.some(fits)) {
        report({ path: `spec.${list}`, message: `The ports of ${hosts.join(', ')} are ${ports.map(title).join(', ')}: ${list} rules do nothing there.` });
        continue;
      }
      rules.forEach(({ match }: { readonly match?: readonly { readonly port?: number }[] }, i: number) => match?.forEach((one, j) => {
        const port = one?.port && ports.find(({ number }) => number === one.port);
        if (!port || fits(port)) return;
        report({ path: `spec.${list}[${i}].match[${j}].port`, message: `Port ${title(port)} is for ${port.protocol}: ${list} rules do nothing there.` });
      }));
    }
  },
});

function seesRequests({ protocol }: ServicePort): boolean {
  return isHttp(protocol) || protocol === PortProtocol.AUTOMATIC;
}

function seesBytes({ protocol }: ServicePort): boolean {
  return !isHttp(protocol) && protocol !== PortProtocol.UDP;
}

function title({ number, name, protocol }: ServicePort): string {
  return `${number} (${name || protocol})`;
}
