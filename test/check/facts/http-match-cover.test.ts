import { covers } from '../../../src/check/facts/http-match-cover';
import { VirtualServiceHttpMatch } from '../../../src/manifest/generated/istio-specs';

describe('whether a match takes all that a later one asks for', () => {
  test.each<[string, VirtualServiceHttpMatch, VirtualServiceHttpMatch]>([
    ['a shorter prefix', { uri: { prefix: '/a' } }, { uri: { prefix: '/ab' } }],
    ['a prefix and an exact path', { uri: { prefix: '/a/' } }, { uri: { exact: '/a/b' } }],
    ['any path', { uri: { prefix: '/' } }, { headers: { x: { exact: '1' } } }],
    ['a regex and an exact path', { uri: { regex: '/a/[0-9]+' } }, { uri: { exact: '/a/12' } }],
    ['one header less', { headers: { x: { exact: '1' } } }, { headers: { x: { exact: '1' }, y: { exact: '2' } } }],
    ['a header that is there', { headers: { x: {} } }, { headers: { x: { exact: '1' } } }],
    ['paths in whatever case', { uri: { prefix: '/A' }, ignoreUriCase: true }, { uri: { prefix: '/ab' }, ignoreUriCase: true }],
    ['one client', { sourceLabels: { app: 'a' } }, { sourceLabels: { app: 'a', version: 'v1' } }],
    ['a gateway among several', { gateways: ['mesh', 'shop/public'] }, { gateways: ['mesh'] }],
    ['sources beside gateways, which are not looked at', { gateways: ['mesh'], sourceLabels: { app: 'a' } }, { gateways: ['mesh'] }],
    ['the absence of less', { withoutHeaders: { x: { exact: '1' } } }, { withoutHeaders: { x: {} } }],
  ])('yes: %s', (_title, earlier, later) => {
    expect(covers(earlier, later)).toBe(true);
  });

  test.each<[string, VirtualServiceHttpMatch, VirtualServiceHttpMatch]>([
    ['a longer prefix', { uri: { prefix: '/ab' } }, { uri: { prefix: '/a' } }],
    ['a method more', { uri: { prefix: '/' }, method: { exact: 'GET' } }, { uri: { prefix: '/a' } }],
    ['another method', { method: { exact: 'GET' } }, { method: { exact: 'POST' } }],
    ['one header more', { headers: { x: { exact: '1' }, y: { exact: '2' } } }, { headers: { x: { exact: '1' } } }],
    ['a port', { port: 80 }, {}],
    ['another port', { port: 80 }, { port: 81 }],
    ['a gateway, where the later match is for all', { gateways: ['mesh'] }, {}],
    ['sources, where the later match names gateways and so ignores them', { sourceLabels: { app: 'a' } }, { gateways: ['mesh'], sourceLabels: { app: 'a' } }],
    ['another namespace', { sourceNamespace: 'a' }, { sourceNamespace: 'b' }],
    ['one case, where the later match takes both', { uri: { prefix: '/a' } }, { uri: { prefix: '/ab' }, ignoreUriCase: true }],
    ['the absence of more', { withoutHeaders: { x: {} } }, { withoutHeaders: { x: { exact: '1' } } }],
    ['a regex and a prefix', { uri: { regex: '/a.*' } }, { uri: { prefix: '/a' } }],
    ['a query parameter', { queryParams: { q: { exact: '1' } } }, { uri: { prefix: '/' } }],
  ])('no: %s', (_title, earlier, later) => {
    expect(covers(earlier, later)).toBe(false);
  });
});
