import { PortProtocol } from '../../src';
import { isGrpc, isHttp, selectProtocol } from '../../src/semantics/port-protocol';

test.each([
  ['http', PortProtocol.HTTP],
  ['http-web', PortProtocol.HTTP],
  ['HTTP-web', PortProtocol.HTTP],
  ['http2', PortProtocol.HTTP2],
  ['http2-api', PortProtocol.HTTP2],
  ['grpc', PortProtocol.GRPC],
  ['grpc-web', PortProtocol.GRPC_WEB],
  ['grpc-web-ui', PortProtocol.GRPC_WEB],
  ['grpc-webui', PortProtocol.GRPC_WEB],
  ['https-a', PortProtocol.HTTPS],
  ['tls', PortProtocol.TLS],
  ['tcp-x', PortProtocol.TCP],
  ['mongo', PortProtocol.MONGO],
  ['mysql', PortProtocol.MYSQL],
  ['redis', PortProtocol.REDIS],
  ['udp', PortProtocol.UDP],
  ['web', PortProtocol.AUTOMATIC],
  ['httpx', PortProtocol.AUTOMATIC],
  ['constructor', PortProtocol.AUTOMATIC],
])('a port named %s speaks %s', (name, protocol) => {
  expect(selectProtocol({ port: 80, name })).toBe(protocol);
});

test('appProtocol wins over the name, also where it says nothing that Istio knows', () => {
  expect(selectProtocol({ port: 80, name: 'http', appProtocol: 'tcp' })).toBe(PortProtocol.TCP);
  expect(selectProtocol({ port: 80, name: 'http', appProtocol: 'example.com/own' })).toBe(PortProtocol.AUTOMATIC);
});

test('the appProtocols of Kubernetes are known, in lower case only', () => {
  expect(selectProtocol({ port: 80, appProtocol: 'kubernetes.io/h2c' })).toBe(PortProtocol.HTTP2);
  expect(selectProtocol({ port: 80, appProtocol: 'kubernetes.io/ws' })).toBe(PortProtocol.HTTP);
  expect(selectProtocol({ port: 80, appProtocol: 'kubernetes.io/wss' })).toBe(PortProtocol.HTTPS);
  expect(selectProtocol({ port: 80, appProtocol: 'kubernetes.io/H2C' })).toBe(PortProtocol.AUTOMATIC);
});

test('a UDP port is one whatever its name', () => {
  expect(selectProtocol({ port: 80, name: 'http', protocol: 'UDP' })).toBe(PortProtocol.UDP);
});

test.each([25, 53, 3306, 27017])('nothing is detected on port %d, where the server speaks first', (port) => {
  expect(selectProtocol({ port })).toBe(PortProtocol.TCP);
  expect(selectProtocol({ port, name: 'http' })).toBe(PortProtocol.HTTP);
});

test('requests are read on HTTP, HTTP/2 and gRPC only', () => {
  expect(Object.values(PortProtocol).filter(isHttp)).toEqual(['HTTP', 'HTTP2', 'GRPC', 'GRPC-Web']);
  expect(Object.values(PortProtocol).filter(isGrpc)).toEqual(['GRPC', 'GRPC-Web']);
});
