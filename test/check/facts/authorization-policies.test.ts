import { isWithin, mayMeet, PolicyScope } from '../../../src/check/facts/authorization-policies';

const scope = (namespace: string, labels: Record<string, string> = {}, targets: string[] = []): PolicyScope => ({
  object: undefined!, namespace, everywhere: namespace === 'istio-system', labels, hasLabels: Object.keys(labels).length > 0, targets,
});

const CART = { app: 'cart' };

test.each([
  ['labels within none', scope('shop', CART), scope('shop'), true],
  ['more labels within fewer', scope('shop', { ...CART, version: 'v1' }), scope('shop', CART), true],
  ['fewer labels not within more', scope('shop', CART), scope('shop', { ...CART, version: 'v1' }), false],
  ['any namespace within the root', scope('shop', CART), scope('istio-system', CART), true],
  ['the root in no namespace', scope('istio-system', CART), scope('shop', CART), false],
  ['one namespace not within another', scope('shop'), scope('billing'), false],
  ['a target within the same', scope('shop', {}, ['Gateway/a']), scope('shop', {}, ['Gateway/a', 'Gateway/b']), true],
  ['a target not within labels', scope('shop', {}, ['Gateway/a']), scope('shop'), false],
])('who is reached: %s', (_title, inner, outer, expected) => {
  expect(isWithin(inner, outer)).toBe(expected);
});

test.each([
  ['different labels may be on one workload', scope('shop', CART), scope('shop', { version: 'v1' }), true],
  ['one label has one value', scope('shop', CART), scope('shop', { app: 'orders' }), false],
  ['the root reaches everyone', scope('istio-system'), scope('shop', CART), true],
  ['namespaces are apart', scope('shop'), scope('billing'), false],
  ['targets are named', scope('shop', {}, ['Gateway/a']), scope('shop', {}, ['Gateway/b']), false],
])('who may be reached by both: %s', (_title, one, other, expected) => {
  expect([mayMeet(one, other), mayMeet(other, one)]).toEqual([expected, expected]);
});
