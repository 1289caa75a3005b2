import { isHttpProtocol, isTcpProtocol, isTlsProtocol, protocolNamed } from '../../src/semantics/protocol-field';

test.each([
  ['tcp', 'TCP'], ['TCP', 'TCP'], ['Tcp', 'TCP'], ['udp', 'UDP'], ['grpc', 'GRPC'], ['GRPC-WEB', 'GRPC-Web'], ['gRPC-Web', 'GRPC-Web'],
  ['http', 'HTTP'], ['http_proxy', 'HTTP_PROXY'], ['HTTP2', 'HTTP2'], ['https', 'HTTPS'], ['tls', 'TLS'], ['MONGO', 'Mongo'],
  ['redis', 'Redis'], ['MySQL', 'MySQL'], ['red\u0130s', 'Redis'],
])('%s names %s', (text, protocol) => expect(protocolNamed(text)).toBe(protocol));

test.each(['doublehbone', 'HBONE', 'sctp', 'http3', 'HTTP ', 'tl\u017f', '', 'grpc_web', 'auto', 'constructor'])(
  'Istio knows no protocol "%s"', text => expect(protocolNamed(text)).toBeUndefined());

test('each protocol is requests, bytes or UDP; TLS is bytes', () => {
  for (const name of ['http', 'http2', 'http_proxy', 'grpc', 'grpc-web', 'tcp', 'https', 'tls', 'mongo', 'redis', 'mysql', 'udp']) {
    const protocol = protocolNamed(name);
    expect([isHttpProtocol(protocol), isTcpProtocol(protocol), protocol === 'UDP'].filter(Boolean)).toHaveLength(1);
    expect(isTlsProtocol(protocol)).toBe(name === 'https' || name === 'tls');
  }
  expect(isHttpProtocol(undefined) || isTcpProtocol(undefined) || isTlsProtocol(undefined)).toBe(false);
});
