import { said } from '../said';

const EGRESS = 'istio-egressgateway.istio-system.svc.cluster.local';

const gateway = (server: string) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: shop }
spec: { selector: { istio: egressgateway }, servers: [${server}] }
`;

const virtualService = (spec: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: shop }
spec: { hosts: [api.example.com], gateways: [mesh, egress], ${spec} }
`;

const sni = (gateways: string, to: string) => `{ match: [{ gateways: [${gateways}], port: 443, sniHosts: [api.example.com] }], route: [{ destination: ${to} }] }`;

const destinationRule = (spec: string) => `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: egress, namespace: shop }
spec: { host: ${EGRESS}, ${spec} }
`;

describe('MESH3513: the way out through an egress gateway', () => {
  const PASSTHROUGH = gateway('{ port: { number: 443, name: tls, protocol: TLS }, hosts: ["*.example.com"], tls: { mode: PASSTHROUGH } }');
  const FIRST = sni('mesh', `{ host: ${EGRESS}, subset: api, port: { number: 443 } }`);
  const SECOND = sni('egress', '{ host: api.example.com, port: { number: 443 } }');

  test('TLS that passes through carries the name by itself', () => {
    expect(said('MESH3513', PASSTHROUGH + virtualService(`tls: [${FIRST}, ${SECOND}]`))).toEqual([]);
  });

  test('a second hop that is for the mesh again leads nowhere', () => {
    expect(said('MESH3513', PASSTHROUGH + virtualService(`tls: [${FIRST}, ${SECOND.replace('[egress]', '[mesh]')}]`)).map(({ path }) => path))
      .toEqual(['spec.tls[0].route[0].destination']);
  });

  test('with mTLS the name of the subset that is taken counts, also of its port', () => {
    const mutual = gateway('{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [api.example.com], tls: { mode: ISTIO_MUTUAL } }');
    const routes = virtualService(`http: [{ match: [{ gateways: [mesh], port: 80 }], route: [{ destination: { host: ${EGRESS}, subset: api, port: { number: 443 } } }] },
      { match: [{ gateways: [egress], port: 443 }], route: [{ destination: { host: api.example.com, port: { number: 443 } } }] }]`);
    const subset = (name: string, host: string) => destinationRule(
      `subsets: [{ name: ${name}, trafficPolicy: { portLevelSettings: [{ port: { number: 443 }, tls: { mode: ISTIO_MUTUAL, sni: ${host} } }] } }]`);
    expect(said('MESH3513', mutual + routes + subset('api', 'api.example.com'))).toEqual([]);
    expect(said('MESH3513', mutual + routes + subset('other', 'api.example.com'))).toHaveLength(1);
    expect(said('MESH3513', mutual + routes + subset('api', 'www.example.com')).map(({ message }) => message.includes('www.example.com'))).toEqual([true]);
  });

  test('a Service that is no egress gateway may stand for the host', () => {
    expect(said('MESH3513', virtualService('http: [{ route: [{ destination: { host: mock.shop.svc.cluster.local } }] }]'))).toEqual([]);
  });
});
