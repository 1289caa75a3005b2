import { Choice, Reached, eachAlone, eachFirstMatch } from '../../src/model/first-match';
import { EVERY_REQUEST, MatchAtom, MatchAtoms } from '../../src/model/match-atom';

const exact = (value: string) => ({ kind: 'exact' as const, value });
const header = (value: string): MatchAtom => ({ headers: { x: exact(value) } });

/** What is visited, as the rules would be written. */
function visited(choices: Record<string, MatchAtoms>, requests: MatchAtoms = EVERY_REQUEST): [MatchAtoms, string | undefined][] {
  const all: [MatchAtoms, string | undefined][] = [];
  const reached = new Reached();
  const named = Object.entries(choices).map(([name, atoms]): Choice & { name: string } => ({ name, requests: atoms }));
  eachFirstMatch(requests, eachAlone(named), reached, (part, choice) => {
    const open = reached.take(part);
    if (open.length > 0) all.push([open, choice?.name]);
  });
  return all;
}

test('each choice has what those before it leave, and nobody the rest', () => {
  expect(visited({ a: [header('1')], b: [header('1'), header('2')], c: [header('2')] })).toEqual([
    [[header('1')], 'a'], [[header('2')], 'b'], [EVERY_REQUEST, undefined],
  ]);
});

test('after one that decides all that is asked for, nobody is asked', () => {
  expect(visited({ a: [header('1')], b: [{ methods: ['GET'] }] }, [{ ...header('1'), port: 80 }])).toEqual([[[{ ...header('1'), port: 80 }], 'a']]);
});

test('an exception is visited before, with what the choices after its own say', () => {
  expect(visited({ a: [{ port: 80, except: [header('1')] }], b: [header('1')] })).toEqual([
    [[{ port: 80, ...header('1') }], 'b'], [[{ port: 80 }], 'a'], [[header('1')], 'b'], [EVERY_REQUEST, undefined],
  ]);
});

test('what one alternative of a choice excepts, another one may take in', () => {
  expect(visited({ a: [{ port: 80, except: [header('1')] }, header('1')] })).toEqual([
    [[{ port: 80, ...header('1') }], 'a'], [[{ port: 80 }], 'a'], [[header('1')], 'a'], [EVERY_REQUEST, undefined],
  ]);
});

test('an exception that Istio cannot say together with the rest goes before, with all of its requests', () => {
  const regex = (value: string): MatchAtom => ({ headers: { x: { kind: 'regex', value } } });
  expect(visited({ a: [{ ...regex('a.*'), except: [regex('.*b')] }] })).toEqual([
    [[regex('.*b')], undefined], [[regex('a.*')], 'a'], [EVERY_REQUEST, undefined],
  ]);
});
