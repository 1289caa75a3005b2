import { App } from 'cdk8s';
import { Construct } from 'constructs';
import { HttpMatch, StringMatch } from '../../src';
import { EVERY_REQUEST, MatchAtoms } from '../../src/model/match-atom';
import { RouteLayers } from '../../src/model/route-layers';

const OWNER = new Construct(new App(), 'owner');

describe('rules that say the same', () => {
  const path = (prefix: string) => HttpMatch.path(StringMatch.prefix(prefix))._atoms;
  const timeout = (match: MatchAtoms, value: string | undefined) => ({ owner: OWNER, aspect: 'timeout' as const, match, value: { timeout: value } });
  const routes = (...all: ReturnType<typeof timeout>[]) => {
    const layers = new RouteLayers();
    for (const layer of all) layers.add(layer);
    return layers.routes();
  };

  test('are one where the wider one follows', () => {
    expect(routes(timeout(EVERY_REQUEST, '5s'), timeout(path('/a'), '5s'), timeout(path('/a/b'), '5s'))).toEqual([{ match: [{}], value: { timeout: '5s' } }]);
  });

  test('are one where a layer says that there is to be none, and there is none', () => {
    expect(routes(timeout(path('/a'), undefined))).toEqual([{ match: [{}], value: {} }]);
  });

  test('stay where another one stands between them', () => {
    expect(routes(timeout(EVERY_REQUEST, '5s'), timeout(path('/a'), '1s'), timeout(path('/a/b'), '5s')).map(({ value }) => value.timeout)).toEqual(['5s', '1s', '5s']);
  });

  test('hold for the requests of each where neither includes the other', () => {
    const all = routes(timeout(path('/a'), '1s'), timeout(path('/b'), '1s'));
    expect(all.at(-1)).toEqual({ match: [{}], value: {} });
    expect(all.slice(0, -1).flatMap(({ match }) => match)).toHaveLength(2);
    expect(new Set(all.slice(0, -1).map(({ value }) => value.timeout))).toEqual(new Set(['1s']));
  });
});
