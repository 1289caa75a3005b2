import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { HttpMatch, MeshPort, RequestTimeout, ResilientService, ResilientServiceProps, Retries, RetryCondition, StringMatch } from '../../src';
import { decide } from '../support/istio-match';
import { reviews, rules, shop } from '../support/shop';

const SECOND = RequestTimeout.after(Duration.seconds(1));
const FIVE = RequestTimeout.after(Duration.seconds(5));

function make(props: Partial<ResilientServiceProps>, ...ports: MeshPort[]) {
  const { app, chart } = shop();
  const resilience = new ResilientService(chart, 'resilience', { service: reviews(chart, ...ports), timeout: FIVE, ...props });
  return { app, resilience };
}

test('a route\'s retries decide its own requests, the service\'s all others, for every method and path', () => {
  const methods = fc.subarray(['GET', 'POST', 'PUT'], { minLength: 1 });
  const paths = fc.constantFrom('/', '/a', '/a/b', '/ab/c');
  fc.assert(fc.property(methods, methods, fc.constantFrom('/a', '/a/b', '/ab', '/c'), paths, fc.constantFrom('GET', 'POST', 'PUT', 'PATCH'),
    (general, special, prefix, path, method) => {
      const { app } = make({
        retries: Retries.upTo(1, { methods: general }),
        routes: [{ match: HttpMatch.path(StringMatch.prefix(prefix)), retries: Retries.upTo(2, { methods: special }) }],
      });
      const [attempts, repeated] = path.startsWith(prefix) ? [2, special] : [1, general];
      const rule = decide(rules(app), { path, method, port: 9080, headers: {}, query: {} });
      expect(rule.retries?.attempts).toBe(repeated.includes(method) ? attempts : undefined);
      expect(rule.timeout).toBe('5s');
    }), { numRuns: 200 });
});

test('a port\'s retries decide on that port alone', () => {
  const { app } = make({ retries: Retries.upTo(1), ports: [{ port: 81, retries: Retries.upTo(4, { methods: ['GET', 'POST'] }) }] },
    MeshPort.http(80), MeshPort.http(81));
  const attempts = (port: number, method: string) => decide(rules(app), { path: '/', method, port, headers: {}, query: {} }).retries?.attempts;
  expect([attempts(80, 'GET'), attempts(80, 'POST'), attempts(81, 'GET'), attempts(81, 'POST'), attempts(81, 'PUT')]).toEqual([1, undefined, 4, 4, undefined]);
});

describe('perTryTimeout is held against the timeout that holds', () => {
  const match = HttpMatch.path(StringMatch.exact('/a'));
  const retries = Retries.upTo(1, { perTryTimeout: Duration.seconds(1) });
  test.each<[string, Partial<ResilientServiceProps>]>([
    ['both of the route', { routes: [{ match, timeout: SECOND, retries }] }],
    ['the route\'s, with the service\'s retries', { retries, routes: [{ match, timeout: SECOND }] }],
    ['the service\'s, with the route\'s retries', { timeout: SECOND, routes: [{ match, retries }] }],
    ['the port\'s, with the service\'s retries', { retries, ports: [{ port: 9080, timeout: SECOND }] }],
    ['the service\'s, with the port\'s retries', { timeout: SECOND, ports: [{ port: 9080, retries }] }],
  ])('%s', (_, props) => {
    expect(() => make(props)).toThrow('[shop/resilience] perTryTimeout (1000 ms) is not below the timeout of the request (1000 ms)');
  });

  test('and not against one that it replaces, or where there is none', () => {
    expect(() => make({ timeout: SECOND, routes: [{ match, timeout: FIVE, retries }] })).not.toThrow();
    expect(() => make({ timeout: RequestTimeout.none(), retries: Retries.upTo(20, { perTryTimeout: Duration.hours(1) }) })).not.toThrow();
  });
});

test.each([400, 418, 421, 426, 428, 429, 431, 451, 500, 508, 510, 511])('the status code %d, which Istio\'s webhook knows, can be retried', (code) => {
  const { app } = make({ retries: Retries.upTo(1, { conditions: [RetryCondition.RESET], statusCodes: [code, code] }) });
  expect(rules(app)[0].retries.retryOn).toBe(`reset,${code}`);
});

test.each([419, 420, 427, 430, 432, 450, 452, 509, 512, 429.5, NaN])('the status code %d, which it does not know, cannot', (code) => {
  expect(() => Retries.upTo(1, { statusCodes: [code] })).toThrow(`Retries: ${code} is not a status code that can be retried`);
});
