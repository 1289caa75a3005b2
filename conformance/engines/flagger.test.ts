import { parseAllDocuments } from 'yaml';
import { flaggerEngine } from './engine';
import { COOKIE, flagger } from './flagger';
import { KubernetesObject } from './kubernetes-object';
import { PUBLIC } from './manifests';
import { Plan } from './plans';
import { proveRollouts } from './prove-rollouts';
import { SERVICE } from './reviews';

const OURS = [`DestinationRule ${SERVICE}`, `VirtualService ${SERVICE}-routes`, `VirtualService ${PUBLIC.name}`];
const FLAGGERS = [`DestinationRule ${SERVICE}-canary`, `DestinationRule ${SERVICE}-primary`, `VirtualService ${SERVICE}`];

/** What Flagger marks its objects with: that other tools of its family leave them alone, and whose they are. */
const ANNOTATIONS = { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled', 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };

/** A rule without its weights, and without what the plan asks Flagger for. */
function withoutOptions({ name, match, mirror, mirrorPercentage, headers, route, ...rest }: any, { props }: Plan): object {
  return {
    ...rest,
    ...(props?.stickiness ? {} : given({ name, match, headers })),
    ...(props?.mirrorFirst ? {} : given({ mirror, mirrorPercentage })),
    route: route.map(({ weight: _, headers: cookie, ...destination }: any) => ({
      ...destination, ...(props?.stickiness ? {} : given({ headers: cookie })),
    })),
  };
}

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

proveRollouts(flaggerEngine(), flagger, (trial, plan) => {
  const states = (object: string) => trial().history.of(...object.split(' ') as [string, string]);
  const applied = (object: string): KubernetesObject => parseAllDocuments(flagger.manifests(plan, 'v2'))
    .map((document) => document.toJS()).find(({ kind, metadata }) => `${kind} ${metadata.name}` === object);

  test.each(OURS)('our %s is never written: it is in one state, as it was applied', (object) => {
    expect(states(object)).toEqual([applied(object)]);
  });

  test('there are three more Istio objects, of Flagger, and nothing goes', () => {
    expect(trial().history.names).toEqual([...OURS, ...FLAGGERS].sort());
    expect(trial().history.deleted).toEqual([]);
    for (const object of FLAGGERS) {
      for (const { metadata } of states(object)) expect(metadata.ownerReferences).toMatchObject([{ kind: 'Canary', name: SERVICE, controller: true }]);
    }
  });

  test('Flagger\'s VirtualService has no hosts, no settings, and one rule with the weights', () => {
    const all = states(`VirtualService ${SERVICE}`);
    for (const { metadata: { annotations, name, namespace, ownerReferences: _, ...others }, spec } of all) {
      expect({ annotations, name, namespace, others }).toEqual({ annotations: ANNOTATIONS, name: SERVICE, namespace: plan.namespace, others: {} });
      expect({ ...spec, http: [] }).toEqual({ hosts: [], http: [] });
    }
    const rules = all.flatMap(({ spec }) => spec.http).map((rule) => JSON.stringify(withoutOptions(rule, plan)));
    expect([...new Set(rules)]).toEqual([JSON.stringify({ route: [{ destination: { host: `${SERVICE}-primary` } }, { destination: { host: `${SERVICE}-canary` } }] })]);
  });

  test.each(['primary', 'canary'])('the %s has the traffic policy of the service', (which) => {
    const { trafficPolicy } = applied(`DestinationRule ${SERVICE}`).spec;
    expect(states(`DestinationRule ${SERVICE}-${which}`).map(({ spec }) => spec)).toEqual([{ host: `${SERVICE}-${which}`, trafficPolicy }]);
  });

  const http = () => states(`VirtualService ${SERVICE}`).map(({ spec }) => spec.http);

  if (plan.props?.stickiness) {
    test('while there is a canary its answers set the cookie, and afterwards the cookie is taken away', () => {
      const [before, ...later] = http();
      expect(JSON.stringify(before)).not.toMatch(/cookie/i);
      const during = later.slice(0, -1).map(([sticky, { route }]) => ({ sticky: sticky.match[0].headers.Cookie.regex, set: route[1].headers.response.add['Set-Cookie'] }));
      const value = /^.*=(\w+);/.exec(during[0].set)![1];
      for (const { sticky, set } of during) {
        expect(set).toBe(`${COOKIE}=${value}; Max-Age=3600`);
        expect(sticky).toBe(`.*${COOKIE}.*${value}.*`);
      }
      expect(later.at(-1)![0].headers).toEqual({ response: { add: { 'Set-Cookie': `${COOKIE}=${value}; Max-Age=-1` } } });
    });
  }

  if (plan.props?.mirrorFirst) {
    test('before the first weight, and only then, half of the requests are copied to the canary', () => {
      expect(http().map(([{ mirror, mirrorPercentage }]) => mirror && [mirror.host, mirrorPercentage.value])).toEqual([
        undefined, [`${SERVICE}-canary`, 50], ...new Array(plan.weights.length - 1).fill(undefined),
      ]);
    });
  }
});
