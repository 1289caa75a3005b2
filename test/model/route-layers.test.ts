import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { HttpMatch, StringMatch } from '../../src';
import { EVERY_REQUEST, MatchAtoms } from '../../src/model/match-atom';
import { RouteLayers } from '../../src/model/route-layers';
import { messageOf } from '../support/shop';

const APP = new App();
const [A, B] = ['a', 'b'].map((id) => new Construct(APP, id));
const regex = (value: string) => HttpMatch.path(StringMatch.regex(value))._atoms;

function timeouts(...entries: [Construct, MatchAtoms][]): RouteLayers {
  const layers = new RouteLayers();
  entries.forEach(([owner, match], index) => layers.add({ owner, aspect: 'timeout', match, value: { timeout: `${index}s` } }));
  return layers;
}

test('two contributors for one cell are an error that names both', () => {
  expect(messageOf(() => timeouts([A, EVERY_REQUEST], [B, EVERY_REQUEST])))
    .toBe('[b] sets the timeout that [a] already sets for the same requests. Keep one of them, or give one a more specific match.');
});

test('one match is one cell, in whatever order its parts were said', () => {
  const [x, y] = [HttpMatch.header('x', StringMatch.exact('1')), HttpMatch.methods('GET', 'PUT')];
  const other = HttpMatch.methods('PUT', 'GET').and(HttpMatch.header('X', StringMatch.exact('1')));
  expect(() => timeouts([A, x.and(y)._atoms], [B, other._atoms])).toThrow('[b] sets the timeout that [a] already sets');
});

test('two parts of one request may come from two contributors', () => {
  const layers = timeouts([A, EVERY_REQUEST]);
  layers.add({ owner: B, aspect: 'retries', match: EVERY_REQUEST, value: { retries: { attempts: 0 } } });
  expect(layers.routes()).toEqual([{ match: [{}], value: { timeout: '0s', retries: { attempts: 0 } } }]);
});

test('two regexes that a rule would need at once are an error that names both contributors', () => {
  const layers = timeouts([A, regex('/a.*')]);
  layers.add({ owner: B, aspect: 'retries', match: regex('.*/b'), value: { retries: { attempts: 0 } } });
  expect(messageOf(() => layers.routes())).toBe(
    '[a] and [b] need a rule for requests that match two conditions at once, but the path would have to match both regex "/a.*" and regex ".*/b", and Istio takes one condition. '
    + 'Give one of them the combined match.');
});

test('an exact path and a regex that only RE2 reads are never taken to exclude each other', () => {
  const layers = timeouts([A, regex('(?i)/ABC')]);
  layers.add({ owner: B, aspect: 'retries', match: HttpMatch.path(StringMatch.exact('/abc'))._atoms, value: { retries: { attempts: 0 } } });
  expect(() => layers.routes()).toThrow('the path would have to match both');
});

test('alternatives that another alternative of the rule includes are not written', () => {
  const layers = timeouts([A, HttpMatch.anyOf(HttpMatch.path(StringMatch.exact('/a/b')), HttpMatch.path(StringMatch.prefix('/a')))._atoms]);
  expect(layers.routes()[0].match).toEqual([{ uri: { kind: 'prefix', value: '/a' } }]);
});

describe('of equally specific matches', () => {
  test('the one for fewer methods decides', () => {
    const layers = timeouts([A, HttpMatch.methods('GET', 'PUT')._atoms], [B, HttpMatch.methods('GET')._atoms]);
    expect(layers.routes().map(({ value }) => value.timeout)).toEqual(['1s', '0s', undefined]);
  });

  test('always the same decides, whoever came first', () => {
    const [x, y] = ['x', 'y'].map((name) => HttpMatch.header(name, StringMatch.exact('1'))._atoms);
    expect(timeouts([A, x], [B, y]).routes().map(({ match }) => match)).toEqual(timeouts([A, y], [B, x]).routes().map(({ match }) => match));
  });
});

test('a rule that says just what the next wider one says is not written', () => {
  const layers = new RouteLayers();
  const match = HttpMatch.header('x', StringMatch.exact('1'))._atoms;
  layers.add({ owner: A, aspect: 'retries', match, within: [{ methods: ['GET'] }], value: { retries: { attempts: 1 } } });
  layers.add({ owner: A, aspect: 'retries', match, value: { retries: undefined } });
  expect(layers.routes().map(({ value }) => value.retries)).toStrictEqual([{ attempts: 1 }, undefined]);
});
