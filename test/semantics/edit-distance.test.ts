import * as fc from 'fast-check';
import { editDistance } from '../../src/semantics/edit-distance';

test.each([
  ['host', 'host', 0], ['hots', 'host', 1], ['hst', 'host', 1], ['hosst', 'host', 1], ['hast', 'host', 1], ['', 'host', 4], ['abc', 'xyz', 3],
])('from %j to %j there are %d changes', (one, other, changes) => {
  expect(editDistance(one, other)).toBe(changes);
  expect(editDistance(other, one)).toBe(changes);
});

test('a limit cuts the answer short and changes none below it', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(fc.property(word, word, fc.integer({ min: 1, max: 9 }), (one, other, limit) => {
    expect(editDistance(one, other, limit)).toBe(Math.min(editDistance(one, other), limit));
  }));
});
