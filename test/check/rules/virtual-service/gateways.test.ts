import { gatewayYaml, serviceYaml, subsetsYaml } from '../../../../src/check/example-objects';
import { pathsSaid, said, virtualService } from '../said';

const SERVICE = serviceYaml('frontend', 'shop');
const on = (gateways: string, hosts: string, rules = 'http: [{ route: [{ destination: { host: frontend } }] }]') =>
  virtualService('a', `{ hosts: [${hosts}], gateways: [${gateways}], ${rules} }`) + SERVICE;
const GATEWAY = (hosts: string) => gatewayYaml('public', 'edge', `[${hosts}]`);

describe('MESH3103: a Gateway that is not there', () => {
  test.each([['edge/public', 0], ['public', 1], ['mesh', 0], ['public.edge.svc.cluster.local', 0], ['./public', 1]])('%s', (gateway, findings) => {
    expect(said('MESH3103', on(gateway, 'a.example.com') + GATEWAY('"*"'))).toHaveLength(findings);
  });

  test('says which one was meant', () => {
    expect(said('MESH3103', on('public', 'a.example.com') + GATEWAY('"*"'))[0].fix).toBe('Write edge/public.');
  });
});

describe('MESH3111: hosts that a Gateway does not serve', () => {
  test.each([
    ['its own host', 'a.example.com', 0],
    ['a wildcard', '"*.example.com"', 0],
    ['a wildcard of the right namespace', '"shop/*.example.com"', 0],
    ['a wildcard of every namespace', '"*/*.example.com"', 0],
    ['a wildcard of another namespace', '"web/*.example.com"', 1],
    ['its own namespace only', '"./*.example.com"', 1],
    ['another domain', 'a.example.org', 1],
  ])('%s', (_title, hosts, findings) => {
    expect(said('MESH3111', on('edge/public', 'a.example.com') + GATEWAY(hosts))).toHaveLength(findings);
  });

  test('of several hosts the one that no server lists is named', () => {
    expect(pathsSaid('MESH3111', on('edge/public', 'a.example.com, b.example.org') + GATEWAY('"*.example.com"'))).toEqual(['a spec.hosts[1]']);
  });

  test('unless the mesh takes it, or a Gateway out of sight may', () => {
    expect(said('MESH3111', on('edge/public, mesh', 'a.example.com, b.example.org') + GATEWAY('"*.example.com"'))).toEqual([]);
    expect(said('MESH3111', on('edge/public, edge/other', 'a.example.com, b.example.org') + GATEWAY('"*.example.com"'))).toEqual([]);
  });
});

describe('MESH3117: rules that the servers of a Gateway do not read', () => {
  const TLS = 'tls: [{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: frontend } }] }]';
  const TCP = 'tcp: [{ route: [{ destination: { host: frontend } }] }]';
  const HTTP = 'http: [{ route: [{ destination: { host: frontend } }] }]';
  const server = (protocol: string, mode?: string) => gatewayYaml(
    'public', 'edge', '[a.example.com]', `{ number: 443, name: x, protocol: ${protocol} }`,
    mode === undefined ? '' : `{ mode: ${mode}${mode === 'SIMPLE' ? ', credentialName: c' : ''} }`);

  test.each([
    ['http rules on HTTPS that ends here', HTTP, server('HTTPS', 'SIMPLE'), 0],
    ['http rules on HTTPS in small letters', HTTP, server('https', 'SIMPLE'), 0],
    ['http rules on HTTPS that passes through', HTTP, server('HTTPS', 'PASSTHROUGH'), 1],
    ['tls rules on TLS that passes through', TLS, server('TLS', 'PASSTHROUGH'), 0],
    ['tls rules on HTTPS that ends here', TLS, server('HTTPS', 'SIMPLE'), 1],
    ['tcp rules on TLS that ends here', TCP, server('TLS', 'SIMPLE'), 0],
    ['http rules on TLS that ends here', HTTP, server('TLS', 'SIMPLE'), 1],
    ['tcp rules on HTTP', TCP, server('HTTP'), 1],
    ['tcp rules on TCP', TCP, server('TCP'), 0],
    ['one kind of two', `${HTTP}, ${TLS}`, server('TLS', 'PASSTHROUGH'), 0],
  ])('%s', (_title, rules, gateway, findings) => {
    expect(said('MESH3117', on('edge/public', 'a.example.com', rules) + gateway)).toHaveLength(findings);
  });
});

describe('MESH3112: what applies in the mesh only', () => {
  const split = virtualService('split', '{ hosts: [frontend], http: [{ route: [{ destination: { host: frontend, subset: v1 } }] }] }') + subsetsYaml('frontend', 'shop');

  test('a route of a gateway by the full name passes it too', () => {
    const full = 'http: [{ route: [{ destination: { host: frontend.shop.svc.cluster.local } }] }]';
    expect(pathsSaid('MESH3112', on('edge/public', 'a.example.com', full) + GATEWAY('"*"') + split)).toEqual(['a spec.http[0].route[0].destination']);
  });

  test('a VirtualService without weights or subsets is not missed', () => {
    const plain = virtualService('plain', '{ hosts: [frontend], http: [{ timeout: 1s, route: [{ destination: { host: frontend } }] }] }');
    expect(said('MESH3112', on('edge/public', 'a.example.com') + GATEWAY('"*"') + plain)).toEqual([]);
  });

  const matched = (match: string, subset = 'subset: v1') => `{ match: [${match}], route: [{ destination: { host: frontend, ${subset} } }] }`;
  const plainRule = '{ route: [{ destination: { host: frontend } }] }';
  const findings = (gateway: string, mesh: string) => said('MESH3112', on('edge/public', 'a.example.com', `http: [${gateway}]`) + GATEWAY('"*"')
    + virtualService('split', `{ hosts: [frontend], http: [${mesh}] }`) + subsetsYaml('frontend', 'shop'));
  const header = '{ headers: { x-canary: { exact: "1" } } }';
  const below = (path: string) => `{ uri: { prefix: ${path} } }`;

  test.each([
    ['a rule by a header, which the gateway repeats', `${matched(header)}, ${plainRule}`, `${matched(header)}, ${plainRule}`, 0],
    ['a rule by a header, which the gateway does not repeat', plainRule, `${matched(header)}, ${plainRule}`, 1],
    ['a rule to another subset than the one that the gateway repeats', `${matched(header)}, ${plainRule}`, `${matched(header)}, ${matched(below('/b'), 'subset: v2')}`, 1],
    ['a rule for callers in the mesh', plainRule, matched('{ sourceLabels: { app: web } }'), 0],
    ['a rule for a namespace of callers, or for a path', plainRule, matched(`{ sourceNamespace: shop }, ${below('/a')}`), 1],
    ['a rule for another path than the gateway leads on', matched(below('/web'), ''), matched(below('/api')), 0],
    ['a rule for a path within the one that the gateway leads on', matched(below('/web'), ''), matched('{ uri: { exact: /web/api } }'), 1],
    ['a rule for a path that includes the one of the gateway', matched('{ uri: { exact: /web/api } }', ''), matched(below('/web')), 1],
    ['a rule by a regex', matched(below('/web'), ''), matched('{ uri: { regex: "/api.*" } }'), 1],
  ])('%s', (_title, gateway, mesh, expected) => {
    expect(findings(gateway, mesh)).toHaveLength(expected);
  });
});

describe('MESH3147: two VirtualServices whose age decides', () => {
  const one = (name: string, match: string, to = name, gateways = 'edge/public') =>
    virtualService(name, `{ hosts: [a.example.com], gateways: [${gateways}], http: [{ match: [${match}], route: [{ destination: { host: ${to} } }] }] }`);
  const both = (wide: string, narrow: string) => pathsSaid('MESH3147', wide + narrow + GATEWAY('"*"'));

  test('the narrower one is named', () => {
    expect(both(one('wide', '{ uri: { prefix: /a/ } }'), one('narrow', '{ uri: { exact: /a/b } }'))).toEqual(['narrow spec.http[0].match[0]']);
  });

  test('a rule for the rest comes last by itself', () => {
    expect(both(one('wide', '{ uri: { prefix: / } }'), one('narrow', '{ uri: { prefix: /a/ } }'))).toEqual([]);
  });

  test('two that answer alike do no harm, and those of different gateways never meet', () => {
    expect(both(one('wide', '{ uri: { prefix: /a/ } }', 'x'), one('narrow', '{ uri: { prefix: /a/b } }', 'x'))).toEqual([]);
    expect(both(one('wide', '{ uri: { prefix: /a/ } }'), one('narrow', '{ uri: { prefix: /a/b } }', 'narrow', 'edge/other'))).toEqual([]);
  });

  test('equal matches are both named', () => {
    expect(both(one('wide', '{ uri: { prefix: /a/ } }'), one('narrow', '{ uri: { prefix: /a/ } }'))).toHaveLength(2);
  });
});

describe('MESH3117: rules that a Gateway does not take', () => {
  const both = (rules: string, protocol: string, mode: string) =>
    on('edge/public', 'a.example.com', rules) + gatewayYaml('public', 'edge', '[a.example.com]', `{ number: 443, name: tls, protocol: ${protocol} }`, `{ mode: ${mode} }`);
  const ended = both('http: [{ route: [{ destination: { host: frontend } }] }]', 'https', 'SIMPLE, credentialName: a');
  const passed = both('tls: [{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: frontend } }] }]', 'TLS', 'PASSTHROUGH');

  test('a VirtualService that a later one of its name replaces does not meet the Gateway that came with the later one', () => {
    expect(said('MESH3117', ended)).toEqual([]);
    expect(said('MESH3117', passed)).toEqual([]);
    expect(said('MESH3117', `${ended}\n---\n${passed}`)).toEqual([]);
  });
});
