import { Kind } from '../../../manifest/kinds';
import { serviceYaml } from '../../example-objects';
import { destinationPath } from '../../facts/destinations';
import { services } from '../../facts/services';
import { virtualServices } from '../../facts/virtual-services';
import { defineRule } from '../../rule';

const TWO_PORTS = '[{ name: http, port: 80 }, { name: http-admin, port: 9000 }]';

export const destinationPortRequired = defineRule({
  code: 'MESH3106',
  slug: 'destination-port-required',
  title: 'A route to a service of several ports names none',
  severity: 'error',
  preset: 'istio',
  // On the mesh the port of the request is taken, which is what most people mean.
  severityIn: { recommended: 'info', strict: 'warning' },
  aliases: ['IST0112'],
  sees: 'mesh',
  why: 'Without a port the route keeps the port of the request. That is fine in the mesh for the same service, and behind a gateway it fails with 503 where the service does not listen on the port of the gateway.',
  fix: 'Write the port: `destination: { host: …, port: { number: … } }`.',
  links: ['https://istio.io/latest/docs/reference/config/analysis/ist0112/'],
  examples: {
    valid: [{
      title: 'the port is said',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews, port: { number: 80 } } }] }]
${serviceYaml('reviews', 'shop', TWO_PORTS)}`,
    }],
    invalid: [{
      title: 'two ports, and none is said',
      yaml: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews, namespace: shop }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }] }]
${serviceYaml('reviews', 'shop', TWO_PORTS)}`,
    }],
  },
  kinds: [Kind.VIRTUAL_SERVICE],
  check(object, { mesh, report }) {
    const known = mesh.fact(services);
    const { destinations, namespace } = mesh.fact(virtualServices).of(object);
    for (const { destination, host, list, rule, kind, index } of destinations) {
      if (destination.port !== undefined || host === '') continue;
      const service = known.serving(host, namespace);
      if (!service || service.ports.length < 2) continue;
      report({
        path: destinationPath(list, rule, kind, index),
        message: `${host} has the ports ${service.ports.map(({ number }) => number).join(', ')}, and the ${kind === 'route' ? 'route' : 'mirror'} names none of them.`,
      });
    }
  },
});
