import { nearestTo } from '../../../src/check/facts/nearest';

test('two letters that changed places count once, so that the likelier word is found', () => {
  expect(nearestTo('reveiws', ['ratings', 'revexxs', 'reviews'])).toBe('reviews');
});

test('what is far from every word is near none', () => {
  expect(nearestTo('payments', ['reviews', 'ratings'])).toBeUndefined();
});

test('short words are near only to what is almost the same', () => {
  expect(nearestTo('v3', ['v1', 'v2'])).toBeUndefined();
  expect(nearestTo('beta', ['bta', 'gamma'])).toBe('bta');
});

test('the word itself is no suggestion', () => {
  expect(nearestTo('reviews', ['reviews'])).toBeUndefined();
});
