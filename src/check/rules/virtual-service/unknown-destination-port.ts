import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationPath } from '../../facts/destinations';
import { services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

export const unknownDestinationPort = defineRule({
  code: 'MESH3107',
  slug: 'unknown-destination-port',
  title: 'A route goes to a port that the service does not have',
  severity: 'error',
  preset: 'istio',
  aliases: ['IST0101'],
  sees: 'mesh',
  why: 'There is no cluster for that port in the proxies, so every request that takes the route is answered with 503.',
  fix: 'Name a port of the Service, not the one of its containers (targetPort).',
  links: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination'],
  examples: {
    valid: [{
      title: 'a port of the Service',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, port: { number: 80 } } }] }]
${serviceYaml('reviews', 'shop', '[{ name: http, port: 80, targetPort: 9080 }]')}`,
    }],
    invalid: [{
      title: 'the port of the container',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, port: { number: 9080 } } }] }]
${serviceYaml('reviews', 'shop', '[{ name: http, port: 80, targetPort: 9080 }]')}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report, missing }) {
    const known = mesh.fact(services);
    const { destinations, namespace } = mesh.fact(virtualServices).of(object);
    for (const { destination: { port }, host, list, rule, kind, index } of destinations) {
      const number = port?.number;
      if (number === undefined || host === '') continue;
      const service = known.serving(host, namespace);
      if (!service || service.ports.length === 0) continue;
      const same = known.at(service.host);
      if (same.some((one) => one.ports.some((served) => served.number === number))) continue;
      const ports = [...new Set(same.flatMap((one) => one.ports))];
      const byTarget = ports.find(({ targetPort }) => targetPort === number);
      const found = {
        path: `${destinationPath(list, rule, kind, index)}.port.number`,
        message: `The ${kind === 'route' ? 'route' : 'mirror'} goes to port ${number} of ${host}, which has ${ports.map((one) => one.number).join(', ')}.${
          byTarget ? ` ${number} is the targetPort of port ${byTarget.number}.` : ''}`,
        ...(byTarget ?? (ports.length === 1 && ports[0])) && { fix: `Write number: ${(byTarget ?? ports[0]).number}.` },
      };
      // Ports of a host may be spread over several ServiceEntries.
      if (service.kind === 'Service') report(found);
      else missing(found);
    }
  },
});
