import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { MeshPort, MeshService, MeshWorkload, ZeroTrustNamespace } from '../../src';

const NAMES = ['frontend', 'reviews', 'ratings'] as const;
const WAYS = ['calls', 'allowFrom', 'allow'] as const;

/** One who says that somebody is called; a name of data is the service of that name there. */
interface Said {
  readonly way: typeof WAYS[number];
  readonly caller: string;
  readonly target: string;
  readonly methods?: string[];
}

const PLACES = NAMES.flatMap((name) => [`shop/${name}`, `data/${name}`]);
const saidOf: fc.Arbitrary<Said> = fc.record({
  way: fc.constantFrom(...WAYS),
  caller: fc.constantFrom(...PLACES),
  target: fc.constantFrom(...PLACES),
  methods: fc.option(fc.constantFrom(['GET'], ['POST']), { nil: undefined }),
});

type Step = Said | 'guard shop' | 'guard data';

/** Said in this order: an allow of a guard that is not there yet is said as soon as it is. */
function synthesize(steps: readonly Step[]): any[] {
  const app = new App();
  const chart = new Chart(app, 'chart');
  const guards = new Map<string, ZeroTrustNamespace>();
  const services = new Map(PLACES.map((place) => {
    const [namespace, name] = place.split('/');
    const workload = MeshWorkload.fromLabels(chart, `${place}-pods`, { name, namespace, labels: { app: name }, serviceAccount: name });
    return [place, MeshService.fromName(chart, place, { name, namespace, ports: [MeshPort.http(80)], workload })];
  }));
  const waiting: Said[] = [];
  const say = ({ way, caller, target, methods }: Said) => {
    const [from, to] = [services.get(caller)!, services.get(target)!];
    if (way === 'calls') from.calls(to, { methods });
    else if (way === 'allowFrom') to.allowFrom(from, { methods });
    else guards.get(to.namespace)!.allow({ caller: from, target: to, methods });
  };
  for (const step of steps) {
    if (typeof step === 'string') {
      const namespace = step.split(' ')[1];
      const guard = new ZeroTrustNamespace(chart, `guard-${namespace}`, { namespace });
      // An allow of the target's side alone lets nobody out.
      guard.allowEgressToHost(namespace === 'shop' ? 'data/*' : 'shop/*');
      guards.set(namespace, guard);
      waiting.filter(({ target }) => target.startsWith(namespace)).forEach(say);
    } else if (step.way === 'allow' && !guards.has(step.target.split('/')[0])) {
      waiting.push(step);
    } else {
      say(step);
    }
  }
  return parseAllDocuments(app.synthYaml()).map((document) => document.toJS());
}

/** By kind, namespace and name, rules in whatever order. */
function written(manifests: readonly any[]): Record<string, unknown> {
  const keys = manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  expect(new Set(keys).size).toBe(keys.length); // of two objects of one name, the later would overwrite the other
  return Object.fromEntries(manifests.map((manifest, index) => {
    const rules = manifest.spec?.rules?.map((rule: any) => JSON.stringify(rule)).sort();
    return [keys[index], { ...manifest, spec: { ...manifest.spec, rules } }];
  }));
}

test('what is written does not depend on the order in which calls and guards are made, nor on who says a call', () => {
  const guards: Step[] = ['guard shop', 'guard data'];
  const cases = fc.array(saidOf, { minLength: 1, maxLength: 8 }).chain((calls) => fc.record({
    first: fc.shuffledSubarray([...calls, ...guards], { minLength: calls.length + 2 }),
    second: fc.shuffledSubarray([...calls, ...guards], { minLength: calls.length + 2 }),
    ways: fc.array(fc.constantFrom(...WAYS), { minLength: calls.length, maxLength: calls.length }),
    calls: fc.constant(calls),
  }));
  let policies = 0;
  fc.assert(fc.property(cases, ({ first, second, ways, calls }) => {
    const one = written(synthesize(first));
    const saidOtherwise = second.map((step) => (typeof step === 'string' ? step : { ...step, way: ways[calls.indexOf(step)] }));
    const allowsAlone = (step: Step) => typeof step !== 'string' && step.way === 'allow';
    const two = written(synthesize(saidOtherwise));
    const withoutSidecars = (all: Record<string, unknown>) => Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('Sidecar')));
    expect(withoutSidecars(two)).toEqual(withoutSidecars(one));
    if (!first.some(allowsAlone) && !saidOtherwise.some(allowsAlone)) expect(two).toEqual(one);
    policies += Object.keys(one).filter((key) => key.includes('/allow-')).length;
  }), { numRuns: 60 });
  expect(policies).toBeGreaterThan(60); // else the property would say nothing
});

test('without guards, too, the order and who says a call make no difference', () => {
  const cases = fc.array(saidOf.filter(({ way }) => way !== 'allow'), { minLength: 1, maxLength: 8 })
    .chain((calls) => fc.tuple(fc.constant(calls), fc.shuffledSubarray(calls, { minLength: calls.length })));
  fc.assert(fc.property(cases, ([calls, shuffled]) => {
    const otherEnd = shuffled.map((call) => ({ ...call, way: call.way === 'calls' ? 'allowFrom' as const : 'calls' as const }));
    expect(written(synthesize(otherEnd))).toEqual(written(synthesize(calls)));
  }), { numRuns: 60 });
});
