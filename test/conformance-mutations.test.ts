import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTATIONS } from '../tools/conformance-mutations';

/** Trying the faults out takes hours; that each of them still is one is seen at once. */
describe('the faults that the conformance suite has to notice', () => {
  test.each(MUTATIONS.map(({ fault, edits }) => [fault, edits] as const))('%s', (_, edits) => {
    for (const { file, find, replace } of edits) {
      const times = readFileSync(join(__dirname, '..', file), 'utf8').split(find).length - 1;
      expect({ file, find, times }).toEqual({ file, find, times: 1 });
      expect(replace).not.toBe(find);
    }
  });

  test('no two have one name', () => {
    const names = MUTATIONS.map(({ fault }) => fault);
    expect(names).toEqual([...new Set(names)]);
  });
});
