import fc from 'fast-check';
import { Shop } from './shop';
import { MeshWorkload } from '../../src';
import { DistinctNames } from '../../src/security/distinct-name';

const named = (base: string, key: string) => ({ base, key: () => key });

test('a base is the name of whoever has it alone, and nobody is asked what it is about', () => {
  const key = jest.fn();
  const one = { base: 'allow-a-to-b', key };
  expect(new DistinctNames([one, named('allow-b-to-a', 'x')]).of(one)).toBe('allow-a-to-b');
  expect(key).not.toHaveBeenCalled();
});

test('no two have one name, and what they are about decides it, not their order', () => {
  const items = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'.repeat(63)), fc.constantFrom('x', 'y')), { maxLength: 12 });
  fc.assert(fc.property(items, (pairs) => {
    const all = pairs.map(([base, key]) => named(base, key));
    const names = new DistinctNames(all);
    expect(new Set(all.map((one) => names.of(one))).size).toBe(all.length);
    for (const one of all) expect(names.of(one).length).toBeLessThanOrEqual(63);

    const turned = new DistinctNames([...all].reverse());
    expect(all.map((one) => turned.of(one)).sort()).toEqual(all.map((one) => names.of(one)).sort());
    const unlike = all.filter(({ base, key }) => all.filter((other) => other.base === base && other.key() === key()).length === 1);
    for (const one of unlike) expect(turned.of(one)).toBe(names.of(one));
  }));
});

/** How often a synth asks callers for their names, for so many callers of so many targets. */
function namesAsked(count: number): number {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  const callers = Array.from({ length: count }, (_, index) => shop.workload(`caller-${index}`));
  for (let index = 0; index < count; index++) {
    const target = shop.workload(`target-${index}`);
    for (const caller of callers) zeroTrust.allow({ caller, target, ports: [8080] });
  }
  const asked = jest.spyOn(MeshWorkload.prototype, 'callerName', 'get');
  shop.app.synthYaml();
  const times = asked.mock.calls.length;
  asked.mockRestore();
  return times;
}

test('for four times as many policies, callers are asked for their names four times as often', () => {
  const [few, many] = [namesAsked(8), namesAsked(16)];
  expect(few).toBeGreaterThan(64);
  expect(many / few).toBeCloseTo(4, 0);
});
