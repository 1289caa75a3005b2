import { isRegisteredStatus } from '../../src/semantics/http-status';
import { isFractionalPercent, isWholePercent } from '../../src/semantics/percent';
import { isPortNumber } from '../../src/semantics/port-number';

test('percentages of whole numbers are 0 to 100', () => {
  expect([-1, 0, 100, 101].map(isWholePercent)).toEqual([false, true, true, false]);
});

test('percentages with fractions are 0, or 0.0001 to 100', () => {
  expect([-0.1, 0, 0.00009, 0.0001, 100, 100.0001].map(isFractionalPercent)).toEqual([false, true, false, true, true, false]);
});

test('ports are 1 to 65535', () => {
  expect([-1, 0, 1, 65535, 65536].map(isPortNumber)).toEqual([false, false, true, true, false]);
});

test('statuses are those that are registered, as Go knows them', () => {
  const known = Array.from({ length: 700 }, (_, status) => status).filter(isRegisteredStatus);
  expect(known).toHaveLength(62);
  const some = [99, 104, 209, 225, 226, 306, 418, 419, 420, 427, 430, 431, 451, 509, 510, 511, 512];
  expect(some.filter(isRegisteredStatus)).toEqual([226, 418, 431, 451, 510, 511]);
});
