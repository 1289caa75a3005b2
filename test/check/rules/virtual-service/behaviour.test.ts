import { serviceYaml } from '../../../../src/check/example-objects';
import { pathsSaid, said, virtualService } from '../said';

const ROUTE = 'route: [{ destination: { host: reviews } }]';
const rules = (...http: string[]) => virtualService('a', `{ hosts: [reviews], http: [${http.map((rule) => `{ ${rule === '' ? '' : `${rule}, `}${ROUTE} }`).join(', ')}] }`)
  + serviceYaml('reviews', 'shop');

describe('MESH3109: a rule that is never reached', () => {
  test('what istiod warns of by itself is not said twice', () => {
    expect(said('MESH3109', rules('', 'timeout: 1s'))).toEqual([]);
    expect(said('MESH3109', rules('match: [{ uri: { prefix: /a } }]', 'match: [{ uri: { prefix: /a } }], timeout: 1s', ''))).toEqual([]);
  });

  test('several rules together may leave nothing', () => {
    expect(pathsSaid('MESH3109', rules(
      'match: [{ uri: { prefix: /a/ } }]', 'match: [{ uri: { prefix: /b/ } }]', 'match: [{ uri: { exact: /a/1 } }, { uri: { exact: /b/1 } }]', '',
    ))).toEqual(['a spec.http[2]']);
  });

  test('a delegate leaves what its VirtualService does not match, and everything while that is not there', () => {
    const led = (...matches: string[]) => virtualService('a', `{ hosts: [reviews], http: [${matches.map((match) => `{ ${match}delegate: { name: team } }`).join(', ')}, { match: [{ uri: { regex: "/a/.*" } }], ${ROUTE} }, { match: [{ uri: { exact: /c } }], ${ROUTE} }] }`)
      + serviceYaml('reviews', 'shop');
    expect(said('MESH3109', led('match: [{ uri: { prefix: /a/ } }], '))).toEqual([]);
    expect(said('MESH3109', led('match: [{ uri: { prefix: / } }], '))).toEqual([]);
    expect(pathsSaid('MESH3109', led('match: [{ uri: { prefix: / } }], ').replace('delegate: { name: team }', ROUTE))).toEqual(['a spec.http[1]', 'a spec.http[2]']);
  });

  test('a catch-all of one port leaves the others', () => {
    expect(said('MESH3109', rules('match: [{ port: 80 }]', 'match: [{ uri: { prefix: /a } }]', ''))).toEqual([]);
  });
});

describe('MESH3131: a prefix that takes another path', () => {
  test('a path below the prefix is no sibling', () => {
    expect(said('MESH3131', rules('match: [{ uri: { prefix: /api } }]', 'match: [{ uri: { prefix: /api/v2 } }], timeout: 1s', ''))).toEqual([]);
  });

  test('nor is one whose rule does the same', () => {
    expect(said('MESH3131', rules('match: [{ uri: { prefix: /api } }]', 'match: [{ uri: { prefix: /api-docs } }]', ''))).toEqual([]);
  });

  test('nor is one that comes first', () => {
    expect(said('MESH3131', rules('match: [{ uri: { prefix: /api-docs } }], timeout: 1s', 'match: [{ uri: { prefix: /api } }]', ''))).toEqual([]);
  });

  test('a header beside the prefix lets the others through', () => {
    expect(said('MESH3131', rules('match: [{ uri: { prefix: /api }, headers: { x: { exact: "1" } } }]', 'match: [{ uri: { exact: /apiary } }], timeout: 1s', ''))).toEqual([]);
    expect(said('MESH3131', rules('match: [{ uri: { prefix: /api } }]', 'match: [{ uri: { exact: /apiary } }], timeout: 1s', ''))).toHaveLength(1);
  });
});

test('MESH3132: a prefix without a slash is an information in recommended, for nothing shows a sibling', () => {
  expect(said('MESH3132', rules('match: [{ uri: { prefix: /api } }]', ''), { preset: 'recommended' })).toMatchObject([{ severity: 'info' }]);
  expect(said('MESH3132', rules('match: [{ uri: { prefix: / } }]'))).toEqual([]);
});

describe('MESH3136: no rule for the rest', () => {
  test.each([
    ['the path / and all below it', ['match: [{ uri: { prefix: /a } }]', 'match: [{ uri: { prefix: / } }]']],
    ['every port by itself', ['match: [{ port: 80 }]']],
    ['the mesh, beside a source that is not looked at', ['match: [{ gateways: [mesh], sourceLabels: { app: a } }]']],
  ])('is content with a rule for %s', (_title, http) => {
    expect(said('MESH3136', rules(...http))).toEqual([]);
  });

  test.each([
    ['one client', ['match: [{ sourceLabels: { app: a } }]']],
    ['a header', ['match: [{ headers: { x: { exact: "1" } } }]']],
    ['another gateway', ['match: [{ uri: { prefix: /a } }]', 'match: [{ gateways: [shop/public] }]']],
  ])('a rule for %s is none', (_title, http) => {
    expect(said('MESH3136', rules(...http))).toHaveLength(1);
  });

  test('where every rule is for a gateway the mesh is left alone', () => {
    expect(said('MESH3136', virtualService('a', `{ hosts: [reviews], gateways: [mesh, public], http: [{ match: [{ gateways: [public], uri: { prefix: /a } }], ${ROUTE} }] }`))).toEqual([]);
  });
});

describe('MESH3137: POST and PATCH repeated', () => {
  const retries = (on: string) => `retries: { attempts: 2, retryOn: "${on}" }`;

  test.each([
    ['conditions under which nothing was done', retries('connect-failure,refused-stream,409')],
    ["Istio's own conditions", 'retries: { attempts: 2 }'],
    ['no retries', 'retries: { attempts: 0 }'],
    ['safe methods only', `match: [{ method: { regex: "GET|HEAD" } }], ${retries('5xx')}`],
    ['methods that leave the same state', `match: [{ method: { exact: PUT } }, { method: { exact: DELETE } }], ${retries('5xx')}`],
  ])('is content with %s', (_title, rule) => {
    expect(said('MESH3137', rules(rule, ''))).toEqual([]);
  });

  test.each([
    ['5xx', 'POST and PATCH'], ['connect-failure, reset', 'POST and PATCH'], ['503', 'POST and PATCH'],
  ])('warns of %s', (on, methods) => {
    expect(said('MESH3137', rules(retries(on)))).toMatchObject([{ message: expect.stringContaining(methods) }]);
  });

  test('says which methods a rule above leaves', () => {
    const [finding] = said('MESH3137', rules('match: [{ method: { exact: POST } }], retries: { attempts: 0 }', retries('5xx')));
    expect(finding.message).toMatch(/^PATCH requests/);
  });

  test('a rule above for one path leaves the other paths', () => {
    expect(said('MESH3137', rules('match: [{ uri: { prefix: /pay }, method: { regex: "POST|PATCH" } }], retries: { attempts: 0 }', retries('5xx')))).toHaveLength(1);
  });
});

describe('MESH3138: the timeout and the tries', () => {
  test.each([['6s', 2, '2s', 0], ['5.9s', 2, '2s', 1], ['1m', 2, '20s', 0], ['59s', 2, '20s', 1], ['2s', 0, '9s', 0]])(
    '%s for %d retries of %s each', (timeout, attempts, perTry, findings) => {
      const rule = attempts === 0 ? `timeout: ${timeout}, retries: { attempts: 0 }`
        : `timeout: ${timeout}, retries: { attempts: ${attempts}, perTryTimeout: ${perTry}, retryOn: 5xx }`;
      expect(said('MESH3138', rules(rule))).toHaveLength(findings);
    });
});

describe('MESH3138: what it proposes is enough', () => {
  test.each([['5.9s', 2, '2s'], ['3s', 2, '2s'], ['1s', 3, '2s'], ['8s', 3, '3s']])('%s for %d retries of %s each', (timeout, attempts, perTry) => {
    const rule = (all: string, retries: number, one: string) => rules(`timeout: ${all}, retries: { attempts: ${retries}, perTryTimeout: ${one}, retryOn: 5xx }`);
    const [{ fix }] = said('MESH3138', rule(timeout, attempts, perTry));
    const [, longer] = /timeout: ([^ ,]+)/.exec(fix)!;
    const [, shorter] = /perTryTimeout: ([^ ,]+)/.exec(fix)!;
    const fewer = /attempts: (\d+)/.exec(fix)?.[1] ?? '0';
    expect(said('MESH3138', rule(longer, attempts, perTry))).toEqual([]);
    expect(said('MESH3138', rule(timeout, attempts, shorter))).toEqual([]);
    expect(said('MESH3138', rule(timeout, Number(fewer), perTry))).toEqual([]);
  });
});

describe('MESH3139 and MESH3140: faults', () => {
  const abort = (percentage: string) => `fault: { abort: { httpStatus: 503${percentage} } }`;
  const all = ', percentage: { value: 100 }';

  test.each([
    ['a header', 'match: [{ headers: { x: { exact: "1" } } }]'],
    ['one client', 'match: [{ sourceLabels: { app: tester } }]'],
    ['a query parameter', 'match: [{ queryParams: { fault: { exact: "1" } } }]'],
  ])('one that needs %s has a switch', (_title, match) => {
    expect(said('MESH3139', rules(`${match}, ${abort(all)}`, ''))).toEqual([]);
  });

  test.each([
    ['a path', 'match: [{ uri: { prefix: /a } }]'],
    ['one of two alternatives', 'match: [{ headers: { x: { exact: "1" } } }, { uri: { prefix: /a } }]'],
    ['a client beside gateways, which is not looked at', 'match: [{ gateways: [mesh], sourceLabels: { app: tester } }]'],
  ])('one that needs only %s has none', (_title, match) => {
    expect(pathsSaid('MESH3139', rules(`${match}, ${abort(all)}`, ''))).toEqual(['a spec.http[0].fault.abort']);
  });

  test('a percentage of 0 is a fault switched off, and none at all one that never was on', () => {
    expect(said('MESH3139', rules(abort(', percentage: { value: 0 }')))).toEqual([]);
    expect(said('MESH3140', rules(abort(', percentage: { value: 0 }')))).toEqual([]);
    expect(said('MESH3139', rules(abort('')))).toEqual([]);
    expect(said('MESH3140', rules(abort('')))).toHaveLength(1);
    expect(said('MESH3140', rules(abort(', percentage: {}')))).toHaveLength(1);
  });
});

describe('MESH3142: rules and ports of different kinds', () => {
  const withPorts = (spec: string, ports: string) => virtualService('a', spec) + serviceYaml('reviews', 'shop', ports);
  const HTTP = `{ hosts: [reviews], http: [{ ${ROUTE} }] }`;
  const TCP = `{ hosts: [reviews], tcp: [{ ${ROUTE} }] }`;

  test.each([
    ['http rules, a port that says nothing', HTTP, '[{ name: web, port: 80 }]', 0],
    ['http rules, one port of two', HTTP, '[{ name: http, port: 80 }, { name: tcp-db, port: 5432 }]', 0],
    ['http rules, a port of MySQL', HTTP, '[{ name: db, port: 3306 }]', 1],
    ['http rules, appProtocol over the name', HTTP, '[{ name: tcp, port: 80, appProtocol: http }]', 0],
    ['tcp rules, a port for HTTP', TCP, '[{ name: http, port: 80 }]', 1],
    ['tcp rules, a port that says nothing', TCP, '[{ name: web, port: 80 }]', 0],
    ['a match for the port of the other kind', `{ hosts: [reviews], http: [{ match: [{ port: 5432 }], ${ROUTE} }] }`, '[{ name: http, port: 80 }, { name: tcp-db, port: 5432 }]', 1],
  ])('%s', (_title, spec, ports, findings) => {
    expect(said('MESH3142', withPorts(spec, ports))).toHaveLength(findings);
  });
});
