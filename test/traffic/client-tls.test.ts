import { ClientTls } from '../../src';

const FILES = { clientCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key' };
const KEY = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----';

describe('TLS of a client', () => {
  test('verifies the server by its name, which is also the one it asks for', () => {
    expect(ClientTls.simple()._spec('api.example.com')).toEqual({ mode: 'SIMPLE', sni: 'api.example.com', subjectAltNames: ['api.example.com'] });
  });

  test('verifies the name that it asks for, where that is another', () => {
    expect(ClientTls.simple({ sni: 'eu.example.com' })._spec('api.example.com')).toMatchObject({ sni: 'eu.example.com', subjectAltNames: ['eu.example.com'] });
  });

  test('verifies the names that are given, each once', () => {
    const subjectAltNames = ['a.example.com', 'spiffe://x/ns/y/sa/z', 'a.example.com'];
    expect(ClientTls.simple({ subjectAltNames })._spec('api.example.com')).toMatchObject({ sni: 'api.example.com', subjectAltNames: ['a.example.com', 'spiffe://x/ns/y/sa/z'] });
  });

  test('leaves the name of a wildcard to the request, by which Istio asks and verifies', () => {
    const { sni, subjectAltNames } = ClientTls.simple()._spec('*.example.com');
    expect([sni, subjectAltNames]).toEqual([undefined, undefined]);
  });

  test('shows a certificate from files, or from a Secret', () => {
    expect(ClientTls.mutual({ ...FILES, caCertificates: '/etc/certs/ca.crt' })._spec('a.b')).toEqual({
      mode: 'MUTUAL', ...FILES, caCertificates: '/etc/certs/ca.crt', sni: 'a.b', subjectAltNames: ['a.b'],
    });
    expect(ClientTls.mutualFromSecret('client')._spec('a.b')).toMatchObject({ mode: 'MUTUAL', credentialName: 'client' });
    expect(ClientTls.simpleFromSecret('authority')._spec('a.b')).toMatchObject({ mode: 'SIMPLE', credentialName: 'authority' });
  });

  test('is unverified only where that is said, and then no name is said that would be thought verified', () => {
    expect(ClientTls.insecureSkipVerify()._spec('a.b')).toEqual({ mode: 'SIMPLE', insecureSkipVerify: true, sni: 'a.b', subjectAltNames: undefined });
  });

  test.each<[string, () => unknown, string]>([
    ['a key for a file', () => ClientTls.mutual({ ...FILES, privateKey: KEY }), 'ClientTls.mutual: `privateKey` holds the text of a certificate or a key.'],
    ['a certificate for an authority', () => ClientTls.simple({ caCertificates: KEY }), 'ClientTls.simple: `caCertificates` holds the text'],
    ['a key for a Secret', () => ClientTls.mutualFromSecret(KEY), 'ClientTls.mutualFromSecret: the name of a Secret is wanted'],
  ])('is refused with %s, without repeating it', (_, attempt, message) => {
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow('MHcCAQEE');
  });

  test.each<[string, () => unknown, string]>([
    ['a relative path', () => ClientTls.mutual({ ...FILES, clientCertificate: 'tls.crt' }), '`clientCertificate` is "tls.crt", which is not the path of a file.'],
    ['no files', () => ClientTls.mutual(undefined as never), 'ClientTls.mutual: the options are undefined.'],
    ['a wildcard to ask for', () => ClientTls.simple({ sni: '*.example.com' }), '`sni` is "*.example.com", and a server is asked for by one DNS name'],
    ['no names', () => ClientTls.simple({ subjectAltNames: [] }), '`subjectAltNames` is empty, and then any name would do.'],
    ['a name with a port', () => ClientTls.simple({ subjectAltNames: ['a.b:443'] }), '`subjectAltNames` holds "a.b:443".'],
    ['a name that is no list', () => ClientTls.simple({ subjectAltNames: 'a.b' as never }), '`subjectAltNames` is "a.b", not a list.'],
    ['a Secret by a path', () => ClientTls.simpleFromSecret('a/b'), '"a/b" is not the name of a Secret'],
  ])('is refused with %s', (_, attempt, message) => expect(attempt).toThrow(message));
});
