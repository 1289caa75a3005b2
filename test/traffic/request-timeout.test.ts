import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { HttpMatch, MeshPort, RequestTimeout, ResilientService, RouteResilience, StringMatch } from '../../src';
import { mistakes, reviews, rules, shop, synthesized } from '../support/shop';

const after = (milliseconds: number) => RequestTimeout.after(Duration.millis(milliseconds));

function timeoutOf(timeout: RequestTimeout): string {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout });
  return rules(app)[0].timeout;
}

/** Timeout by path, as the rules are written; `undefined` is the rule for every path. */
function timeoutsByPath(...routes: RouteResilience[]) {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: after(5000), routes });
  return rules(app).map(({ match, timeout }) => [match?.[0].uri.prefix, timeout]);
}

describe('after', () => {
  test.each([
    [Duration.millis(1), '1ms'], [Duration.millis(999), '999ms'], [Duration.seconds(1), '1s'], [Duration.millis(1500), '1.5s'],
    [Duration.seconds(1.1), '1.1s'], [Duration.seconds(59), '59s'], [Duration.seconds(60), '1m'], [Duration.seconds(90), '90s'],
    [Duration.minutes(120), '2h'], [Duration.hours(1), '1h'], [Duration.days(1), '24h'],
  ])('%s is written as %s', (duration, text) => {
    expect(timeoutOf(RequestTimeout.after(duration))).toBe(text);
  });

  test('means the time that was given, read as Go does', () => {
    const unit: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e8 }), (milliseconds) => {
      const [, number, suffix] = /^(\d+(?:\.\d+)?)(h|ms|m|s)$/.exec(after(milliseconds)._text!)!;
      expect(Math.round(Number(number) * unit[suffix])).toBe(milliseconds);
    }), { numRuns: 500 });
  });

  test.each([
    [Duration.millis(0), '0'], [Duration.seconds(0), '0'], [Duration.millis(0.5), '0.5'], [Duration.seconds(0.0001), '0.1'], [Duration.millis(1.5), '1.5'],
  ])('%s is refused with the number', (duration, number) => {
    expect(() => RequestTimeout.after(duration)).toThrow(`RequestTimeout is ${number} ms; Istio accepts whole milliseconds from 1 ms on.`);
  });
});

describe('none', () => {
  test('for the whole service writes nothing at all', () => {
    const { app, chart } = shop();
    const resilience = new ResilientService(chart, 'resilience', { service: reviews(chart), timeout: RequestTimeout.none() });
    expect(mistakes(app)).toEqual([]);
    expect([resilience.virtualService, resilience.destinationRule]).toEqual([undefined, undefined]);
    expect(synthesized(app).filter((manifest) => manifest)).toEqual([]);
  });

  test('for one route takes the service\'s away', () => {
    expect(timeoutsByPath({ match: HttpMatch.path(StringMatch.prefix('/events/')), timeout: RequestTimeout.none() }))
      .toEqual([['/events/', undefined], [undefined, '5s']]);
  });
});

test('a route\'s timeout holds for it alone, the longer prefix first', () => {
  const on = (prefix: string, timeout: RequestTimeout) => ({ match: HttpMatch.path(StringMatch.prefix(prefix)), timeout });
  expect(timeoutsByPath(on('/export/', after(120_000)), on('/export/all/', after(3_600_000))))
    .toEqual([['/export/all/', '1h'], ['/export/', '2m'], [undefined, '5s']]);
});

test('a route that says nothing of the timeout keeps the service\'s', () => {
  expect(timeoutsByPath({ match: HttpMatch.path(StringMatch.prefix('/a')) })).toEqual([[undefined, '5s']]);
});

test('a port\'s timeout holds for it alone', () => {
  const { app, chart } = shop();
  new ResilientService(chart, 'resilience', {
    service: reviews(chart, MeshPort.http(80), MeshPort.http(81), MeshPort.http(82)),
    timeout: after(5000),
    ports: [{ port: 81, timeout: after(100) }, { port: 82, timeout: RequestTimeout.none() }],
  });
  expect(rules(app).map(({ match, timeout }) => [match[0].port, timeout])).toEqual([[80, '5s'], [81, '100ms'], [82, undefined]]);
});

test('a second word on the same requests is an error that names both', () => {
  const { chart } = shop();
  const service = reviews(chart);
  new ResilientService(chart, 'a', { service, timeout: after(1000) });
  expect(() => new ResilientService(chart, 'b', { service, timeout: after(1000) }))
    .toThrow('[shop/b] sets the timeout that [shop/a] already sets for the same requests. Keep one of them, or give one a more specific match.');
});
