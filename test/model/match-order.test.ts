import { MatchAtom } from '../../src/model/match-atom';
import { bySpecificity, matchKey } from '../../src/model/match-order';

const exact = (value: string) => ({ kind: 'exact' as const, value });
const prefix = (value: string) => ({ kind: 'prefix' as const, value });
const regex = (value: string) => ({ kind: 'regex' as const, value });
const present = { kind: 'present' as const, value: '' };

/** Each is more specific than the next, as docs/routing.md says. */
const ORDER: [string, MatchAtom][] = [
  ['an exact path', { uri: exact('/a') }],
  ['a longer regex', { uri: regex('/[a-z]+') }],
  ['a shorter regex', { uri: regex('/.+') }],
  ['a longer prefix with a condition', { uri: prefix('/a/b'), port: 80 }],
  ['a longer prefix', { uri: prefix('/a/b') }],
  ['a shorter prefix with conditions', { uri: prefix('/a'), port: 80, methods: ['GET'] }],
  ['a shorter prefix', { uri: prefix('/a') }],
  ['four conditions', { sourceLabels: { app: 'web', version: '1' }, sourceNamespace: 'shop', port: 80 }],
  ['two exceptions and a port', { port: 80, except: [{ methods: ['GET'] }, { methods: ['PUT'], port: 80 }] }],
  ['two conditions', { port: 80, scheme: exact('http') }],
  ['two labels', { sourceLabels: { app: 'web', version: '1' } }],
  ['an exact header', { headers: { x: exact('1') } }],
  ['no such header', { withoutHeaders: { x: present } }],
  ['a header by regex', { headers: { x: regex('1|2') } }],
  ['without a prefix', { withoutHeaders: { x: prefix('1') } }],
  ['a longer prefix of a header', { headers: { x: prefix('12') } }],
  ['a prefix of a header', { headers: { x: prefix('1') } }],
  ['without a regex', { withoutHeaders: { x: regex('12.*') } }],
  ['a header that is there', { headers: { x: present } }],
  ['without a short value', { withoutHeaders: { x: exact('1') } }],
  ['without a long value', { withoutHeaders: { x: exact('12') } }],
  ['but not below a short path', { except: [{ uri: prefix('/a/bcd') }] }],
  ['but not below a long path', { except: [{ uri: prefix('/a/bcd/e') }] }],
  ['one gateway', { gateways: ['a/b'] }],
  ['one of two gateways', { gateways: ['a/b', 'a/c'] }],
  ['one of three methods', { methods: ['GET', 'PUT', 'POST'] }],
  ['every request', {}],
];

test('the more specific comes first', () => {
  const shuffled = [...ORDER].reverse();
  expect(shuffled.sort(([, a], [, b]) => bySpecificity([a], [b])).map(([name]) => name)).toEqual(ORDER.map(([name]) => name));
});

test('each condition makes another match of it, and the order in which it was put together none', () => {
  const conditions: MatchAtom[] = [
    { uri: exact('/a') }, { uri: prefix('/a') }, { uri: exact('/b') }, { scheme: exact('http') }, { scheme: exact('https') }, { authority: exact('a') },
    { authority: exact('b') }, { methods: ['GET'] }, { methods: ['PUT'] }, { port: 80 }, { port: 81 }, { headers: { x: exact('1') } },
    { headers: { y: exact('1') } }, { withoutHeaders: { x: exact('1') } }, { withoutHeaders: { x: exact('2') } }, { queryParams: { x: exact('1') } },
    { queryParams: { x: exact('2') } }, { sourceLabels: { app: '1' } }, { sourceLabels: { app: '2' } }, { sourceNamespace: 'a' }, { sourceNamespace: 'b' },
    { gateways: ['a/b'] }, { gateways: ['a/c'] }, { except: [{ port: 80 }] }, { except: [{ port: 81 }] }, {},
  ];
  expect(new Set(conditions.map((one) => matchKey([one]))).size).toBe(conditions.length);
  expect(matchKey([{ methods: ['A', 'B'], gateways: ['a/b', 'a/c'], sourceLabels: { a: '1', b: '2' }, except: [{ port: 80 }, { port: 81 }] }, { port: 1 }]))
    .toBe(matchKey([{ port: 1 }, { except: [{ port: 81 }, { port: 80 }], sourceLabels: { b: '2', a: '1' }, gateways: ['a/c', 'a/b'], methods: ['B', 'A'] }]));
});
