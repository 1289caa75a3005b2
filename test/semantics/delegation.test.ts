import { delegationConflict } from '../../src/semantics/delegation';
import { VirtualServiceHttpMatch } from '../../src/manifest/generated/istio-specs';

describe('a match of a delegate under the match that delegates', () => {
  test.each<[string, VirtualServiceHttpMatch, VirtualServiceHttpMatch]>([
    ['a prefix within a prefix', { uri: { prefix: '/a' } }, { uri: { prefix: '/a/b' } }],
    ['an exact path within a prefix', { uri: { prefix: '/a' } }, { uri: { exact: '/a/b' } }],
    ['the same exact path', { uri: { exact: '/a' } }, { uri: { exact: '/a' } }],
    ['a condition that only one of the two has', { uri: { prefix: '/a' } }, { headers: { x: { exact: '1' } } }],
    ['another header', { headers: { x: { exact: '1' } } }, { headers: { y: { exact: '1' } } }],
    ['a regex where the other asks for nothing', { headers: { x: { exact: '1' } } }, { uri: { regex: '/a.*' } }],
    ['one of the gateways', { gateways: ['a', 'b'] }, { gateways: ['b'] }],
  ])('fits: %s', (_title, root, leaf) => {
    expect(delegationConflict(root, leaf)).toBeUndefined();
  });

  test.each<[string, string, VirtualServiceHttpMatch, VirtualServiceHttpMatch]>([
    ['another prefix', 'uri', { uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }],
    ['a shorter prefix', 'uri', { uri: { prefix: '/a/b' } }, { uri: { prefix: '/a' } }],
    ['a regex under a prefix', 'uri', { uri: { prefix: '/a' } }, { uri: { regex: '/a.*' } }],
    ['a prefix under an exact path', 'uri', { uri: { exact: '/a' } }, { uri: { prefix: '/a' } }],
    ['a prefix under a regex', 'uri', { uri: { regex: '/a.*' } }, { uri: { prefix: '/a' } }],
    ['another value of one header', 'headers.x', { headers: { x: { exact: '1' } } }, { headers: { x: { exact: '2' } } }],
    ['another method', 'method', { method: { exact: 'GET' } }, { method: { exact: 'POST' } }],
    ['another port', 'port', { port: 80 }, { port: 81 }],
    ['no namespace of the source, where the other has one', 'sourceNamespace', { sourceNamespace: 'web' }, {}],
    ['a gateway that the other does not name', 'gateways', { gateways: ['a'] }, { gateways: ['b'] }],
    ['another case of the path', 'ignoreUriCase', { ignoreUriCase: true }, {}],
  ])('does not fit: %s', (_title, field, root, leaf) => {
    expect(delegationConflict(root, leaf)).toBe(field);
  });
});
