import { MeshPort, PortProtocol } from '../../src';

test.each([
  [MeshPort.http(80), PortProtocol.HTTP, true, false],
  [MeshPort.http2(80), PortProtocol.HTTP2, true, false],
  [MeshPort.grpc(80), PortProtocol.GRPC, true, true],
  [MeshPort.of({ number: 80, protocol: PortProtocol.GRPC_WEB }), PortProtocol.GRPC_WEB, true, true],
  [MeshPort.tls(80), PortProtocol.TLS, false, false],
  [MeshPort.tcp(80), PortProtocol.TCP, false, false],
  [MeshPort.of({ number: 80 }), PortProtocol.AUTOMATIC, false, false],
])('port %s speaks %s', (port, protocol, http, grpc) => {
  expect(port.protocol).toBe(protocol);
  expect([port.isHttp, port.isGrpc]).toEqual([http, grpc]);
});

test('the target port is the port unless given', () => {
  expect(MeshPort.http(80).targetPort).toBe(80);
  expect(MeshPort.http(80, { targetPort: 8080 }).targetPort).toBe(8080);
});

test.each([0, -1, 65536, 1.5, NaN])('port %d is refused', (number) => {
  expect(() => MeshPort.http(number)).toThrow(`MeshPort: number is ${number}; a port is a whole number from 1 to 65535.`);
  expect(() => MeshPort.http(80, { targetPort: number })).toThrow(`MeshPort: targetPort is ${number};`);
});

test('a port says its name and protocol in messages', () => {
  expect(`${MeshPort.http(80, { name: 'web' })}, ${MeshPort.tcp(81)}`).toBe('80 (web, HTTP), 81 (TCP)');
});
