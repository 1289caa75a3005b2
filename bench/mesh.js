/**
 * A mesh of N services, each with a VirtualService of two versions, a DestinationRule and an AuthorizationPolicy: what
 * the checker is timed on.
 *
 * node bench/mesh.js N        writes it as YAML
 */
'use strict';

/** 4 × N objects, correct ones: what is looked up is found. */
function mesh(services) {
  const objects = [];
  for (let i = 0; i < services; i++) {
    const namespace = `team-${i % 50}`;
    const name = `service-${i}`;
    const caller = `service-${(i + 50) % services}`;
    objects.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels: { app: name } },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-admin', port: 9090 }] },
    }, {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: {
        hosts: [`${name}.${namespace}.svc.cluster.local`],
        http: [
          {
            match: [{ uri: { prefix: '/api/' }, method: { exact: 'GET' }, headers: { 'x-canary': { exact: 'true' } } }],
            route: [{ destination: { host: `${name}.${namespace}.svc.cluster.local`, subset: 'v2', port: { number: 80 } } }],
            timeout: '2s',
          },
          {
            match: [{ method: { regex: 'GET|HEAD|OPTIONS' } }],
            route: [
              { destination: { host: `${name}.${namespace}.svc.cluster.local`, subset: 'v1', port: { number: 80 } }, weight: 90 },
              { destination: { host: `${name}.${namespace}.svc.cluster.local`, subset: 'v2', port: { number: 80 } }, weight: 10 },
            ],
            timeout: '5s',
            retries: { attempts: 2, perTryTimeout: '1s', retryOn: 'connect-failure,refused-stream,gateway-error' },
          },
          { route: [{ destination: { host: `${name}.${namespace}.svc.cluster.local`, subset: 'v1', port: { number: 80 } } }] },
        ],
      },
    }, {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name, namespace },
      spec: {
        host: `${name}.${namespace}.svc.cluster.local`,
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 100 }, http: { http2MaxRequests: 1000 } },
          outlierDetection: { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
        },
        subsets: [{ name: 'v1', labels: { version: 'v1' } }, { name: 'v2', labels: { version: 'v2' } }],
      },
    }, {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace },
      spec: {
        selector: { matchLabels: { app: name } },
        action: 'ALLOW',
        rules: [{
          from: [{ source: { principals: [`cluster.local/ns/${namespace}/sa/${caller}`] } }],
          to: [{ operation: { methods: ['GET', 'POST'], paths: ['/api/*'], ports: ['8080'] } }],
        }],
      },
    });
  }
  return objects;
}

module.exports = { mesh };

if (require.main === module) {
  const { stringify } = require('yaml');
  process.stdout.write(mesh(Number(process.argv[2])).map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'));
}
