import { Chart, Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { HttpMatch, MeshPort, RequestTimeout, ResiliencePreset, ResilientService, Retries, RetryCondition, StringMatch } from '../../src';
import { Request, decide } from '../support/istio-match';
import { mistakes, reviews, rules, shop } from '../support/shop';

const NONE = RequestTimeout.none();
const DEFAULTS = 'gateway-error,connect-failure,refused-stream,reset';

function request(change: Partial<Request> = {}): Request {
  return { path: '/', method: 'GET', port: 80, headers: {}, query: {}, ...change };
}

/** The retries that decide a request. */
function retriesOf(http: any[], change: Partial<Request> = {}): any {
  return decide(http, request(change)).retries;
}

function withRetries(retries: Retries, ...ports: MeshPort[]): any[] {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart, ...ports), timeout: NONE, retries });
  return rules(app);
}

test('idempotent methods are repeated, others get no retries block, so that the mesh\'s default holds', () => {
  const http = withRetries(Retries.upTo(2));
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']) expect(retriesOf(http, { method })).toEqual({ attempts: 2, retryOn: DEFAULTS });
  for (const method of ['POST', 'PATCH', 'TRACE']) expect(decide(http, request({ method }))).not.toHaveProperty('retries');
});

test('other methods are repeated when named', () => {
  const http = withRetries(Retries.upTo(1, { methods: ['POST'] }));
  expect(retriesOf(http, { method: 'POST' })).toEqual({ attempts: 1, retryOn: DEFAULTS });
  expect(retriesOf(http, { method: 'GET' })).toBeUndefined();
});

test('every method is repeated where that is said by name, also over gRPC', () => {
  for (const port of [MeshPort.http(80), MeshPort.grpc(80)]) {
    const http = withRetries(Retries.upTo(2, { includeUnsafeMethods: true }), port);
    for (const method of ['GET', 'POST', 'PATCH', 'REPORT']) expect(retriesOf(http, { method })).toEqual({ attempts: 2, retryOn: DEFAULTS });
  }
});

test('every method, and some by name, contradict each other', () => {
  for (const named of [{ methods: ['GET'] }, { grpcMethods: ['/shop.Reviews/Get'] }]) {
    expect(() => Retries.upTo(2, { includeUnsafeMethods: true, ...named })).toThrow('`includeUnsafeMethods` repeats every request, so `methods` and `grpcMethods` have no say. Keep one of them.');
  }
});

test('none switches retries off for every method', () => {
  expect(withRetries(Retries.none())).toEqual([expect.objectContaining({ retries: { attempts: 0 } })]);
});

test('everything that can be said is written', () => {
  const http = withRetries(Retries.upTo(3, {
    perTryTimeout: Duration.millis(1500), backoff: Duration.millis(50), conditions: [RetryCondition.SERVER_ERROR], statusCodes: [429, 409],
  }));
  expect(retriesOf(http)).toEqual({ attempts: 3, perTryTimeout: '1.5s', backoff: '50ms', retryOn: '5xx,429,409' });
});

test('status codes alone are conditions enough, and stay a string', () => {
  expect(retriesOf(withRetries(Retries.upTo(1, { conditions: [], statusCodes: [503] })))).toEqual({ attempts: 1, retryOn: '503' });
});

describe('on gRPC', () => {
  const CALLS = { grpcMethods: ['/shop.Reviews/Get', '/shop.Catalog/'] };

  test('the calls that are named are repeated, others are not', () => {
    const http = withRetries(Retries.upTo(2, CALLS), MeshPort.grpc(80));
    for (const path of ['/shop.Reviews/Get', '/shop.Catalog/List']) {
      expect(retriesOf(http, { method: 'POST', path })).toEqual({ attempts: 2, retryOn: `${DEFAULTS},unavailable` });
    }
    for (const path of ['/shop.Reviews/Put', '/shop.Reviews/GetAll', '/other']) expect(retriesOf(http, { method: 'POST', path })).toBeUndefined();
  });

  test('retries that name no call would repeat nothing, which is an error', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: reviews(chart, MeshPort.grpc(80)), timeout: NONE, retries: Retries.upTo(2) });
    expect(mistakes(app)).toEqual([expect.stringContaining('the retries of reviews would repeat nothing on 80 (GRPC), as every gRPC call is a POST. Name the calls that are safe to repeat')]);
  });

  test('so are those of the preset for HTTP', () => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: reviews(chart, MeshPort.grpc(80)), timeout: NONE, preset: ResiliencePreset.http() });
    expect(mistakes(app).join()).toContain('or use Retries.none() or ResiliencePreset.grpc().');
  });

  test('so are those of one gRPC port beside an HTTP port', () => {
    const { app, chart } = shop();
    const service = reviews(chart, MeshPort.http(80), MeshPort.grpc(81));
    new ResilientService(chart, 'resilience', { service, timeout: NONE, retries: Retries.upTo(1), ports: [{ port: 81, retries: Retries.upTo(2) }] });
    expect(mistakes(app)).toEqual([expect.stringContaining('would repeat nothing on 81 (GRPC)')]);
  });

  test.each([[Retries.none()], [Retries.upTo(2, CALLS)], [Retries.upTo(2, { methods: ['POST'] })]])('other retries are none (%#)', (retries) => {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: reviews(chart, MeshPort.grpc(80)), timeout: NONE, retries });
    expect(mistakes(app)).toEqual([]);
  });
});

describe('of a route or a port', () => {
  const special = HttpMatch.header('x-a', StringMatch.exact('1'));

  function rulesWith(props: (chart: Chart) => object, ...ports: MeshPort[]): any[] {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', { service: reviews(chart, ...ports), timeout: NONE, ...props(chart) });
    return rules(app);
  }

  test('replace those of the service, for methods that they do not repeat too', () => {
    const http = rulesWith(() => ({ retries: Retries.upTo(3), routes: [{ match: special, retries: Retries.upTo(1, { methods: ['POST'] }) }] }));
    expect(retriesOf(http, { headers: { 'x-a': '1' }, method: 'POST' }).attempts).toBe(1);
    expect(retriesOf(http, { headers: { 'x-a': '1' }, method: 'GET' })).toBeUndefined();
    expect(retriesOf(http, { method: 'GET' }).attempts).toBe(3);
  });

  test('can be switched off', () => {
    const http = rulesWith(() => ({ retries: Retries.upTo(3), routes: [{ match: special, retries: Retries.none() }] }));
    expect(retriesOf(http, { headers: { 'x-a': '1' } })).toEqual({ attempts: 0 });
  });

  test('that could repeat none of the route\'s requests are an error', () => {
    expect(() => rulesWith(() => ({ routes: [{ match: HttpMatch.methods('POST'), retries: Retries.upTo(2) }] })))
      .toThrow('[shop/resilience] the retries of a route would repeat nothing: none of the requests that it matches is one that they repeat.');
  });
});

describe('refused', () => {
  test.each([0, 21, 1.5, NaN, -1])('%d further tries', (attempts) => {
    expect(() => Retries.upTo(attempts)).toThrow(`Retries.upTo(${attempts}): the number of further tries is a whole number from 1 to 20. To switch retries off, use Retries.none().`);
  });

  test.each([
    [{ statusCodes: [399] }, '399 is not a status code that can be retried'],
    [{ statusCodes: [499] }, '499 is not a status code that can be retried'],
    [{ statusCodes: [200] }, '200 is not a status code that can be retried'],
    [{ conditions: [] }, '`conditions` is empty, so nothing would ever be repeated.'],
    [{ methods: ['get'] }, '"get" is not an HTTP method.'],
    [{ methods: [] }, 'No HTTP methods given.'],
    [{ grpcMethods: ['Reviews/Get'] }, '"Reviews/Get" is not a gRPC method. Write /package.Service/Method'],
    [{ grpcMethods: ['/a.B/C/D'] }, '"/a.B/C/D" is not a gRPC method.'],
    [{ perTryTimeout: Duration.seconds(1), conditions: [RetryCondition.RESET] }, 'would not be repeated by reset. Add RetryCondition.GATEWAY_ERROR or SERVER_ERROR'],
    [{ perTryTimeout: Duration.seconds(1), conditions: [], statusCodes: [504] }, 'would not be repeated by 504.'],
  ])('%j', (options, message) => {
    expect(() => Retries.upTo(1, options)).toThrow(message);
  });

  test('a try that may take as long as the request, with the numbers and the one that fits', () => {
    const { chart } = shop();
    const props = { service: reviews(chart), timeout: RequestTimeout.after(Duration.seconds(3)) };
    const retries = Retries.upTo(2, { perTryTimeout: Duration.seconds(3) });
    expect(() => new ResilientService(chart, 'resilience', { ...props, retries }))
      .toThrow('[shop/resilience] perTryTimeout (3000 ms) is not below the timeout of the request (3000 ms), so no try could ever follow. With 2 further tries, 1000 ms fits.');
  });

  test('also where the timeout is of a route and the retries of the service', () => {
    const { chart } = shop();
    const retries = Retries.upTo(1, { perTryTimeout: Duration.seconds(2) });
    expect(() => new ResilientService(chart, 'resilience', {
      service: reviews(chart), timeout: NONE, retries, routes: [{ match: HttpMatch.methods('GET'), timeout: RequestTimeout.after(Duration.seconds(1)) }],
    })).toThrow('perTryTimeout (2000 ms) is not below the timeout of the request (1000 ms)');
  });

  test('a perTryTimeout or a backoff below a millisecond', () => {
    expect(() => Retries.upTo(1, { perTryTimeout: Duration.millis(0.5) })).toThrow('Retries: perTryTimeout is 0.5 ms');
    expect(() => Retries.upTo(1, { backoff: Duration.seconds(0) })).toThrow('Retries: backoff is 0 ms');
  });
});

describe('tries that do not all fit into the timeout', () => {
  function warningOf(attempts: number, perTry: number, timeout: number): string[] {
    const { app, chart } = shop();
    new ResilientService(chart, 'resilience', {
      service: reviews(chart),
      timeout: RequestTimeout.after(Duration.millis(timeout)),
      retries: Retries.upTo(attempts, { perTryTimeout: Duration.millis(perTry) }),
    });
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      app.synthYaml();
      app.synthYaml();
      return write.mock.calls.map(([text]) => String(text));
    } finally {
      write.mockRestore();
    }
  }

  test('are legal, and warned of once, with the numbers that fit', () => {
    expect(warningOf(3, 2000, 5000)).toEqual([expect.stringContaining('Within 5s only 2 tries of 2s can end, and up to 4 are asked for.')]);
  });

  test('the numbers that the warning names give no warning, and one more or longer does', () => {
    const numbers = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 10, max: 500 }), fc.integer({ min: 501, max: 5000 }));
    fc.assert(fc.property(numbers, ([attempts, perTry, timeout]) => {
      const [warning] = warningOf(attempts, perTry, timeout);
      expect(warning !== undefined).toBe((attempts + 1) * perTry > timeout);
      if (warning === undefined) return;
      const fix = warning.replace(/\s+/g, ' ');
      const tries = Number(/attempts: (\d+)/.exec(fix)?.[1] ?? 0);
      const shorter = Number(/perTryTimeout: (\d+)ms/.exec(fix)![1]);
      if (tries > 0) expect(warningOf(tries, perTry, timeout)).toEqual([]);
      expect(warningOf(tries + 1, perTry, timeout)).toHaveLength(1);
      expect(warningOf(attempts, shorter, timeout)).toEqual([]);
      expect(warningOf(attempts, shorter + 1, timeout)).toHaveLength(1);
    }), { numRuns: 30 });
  });
});
