import { parseAllDocuments } from 'yaml';
import { flaggerEngine } from './engine';
import { flagger } from './flagger';
import { KubernetesObject } from './kubernetes-object';
import { proveRollouts } from './prove-rollouts';
import { SERVICE } from './reviews';
import { withoutWeights } from './weights';

const OURS = [`DestinationRule ${SERVICE}`, `VirtualService ${SERVICE}-routes`];
const FLAGGERS = [`DestinationRule ${SERVICE}-canary`, `DestinationRule ${SERVICE}-primary`, `VirtualService ${SERVICE}`];

/** What Flagger marks its objects with: that other tools of its family leave them alone, and whose they are. */
const ANNOTATIONS = { 'helm.toolkit.fluxcd.io/driftDetection': 'disabled', 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };

proveRollouts(flaggerEngine(), flagger, (trial) => {
  const states = (object: string) => trial().history.of(...object.split(' ') as [string, string]);
  const applied = (object: string): KubernetesObject => parseAllDocuments(flagger.manifests(trial().namespace, 'v2'))
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

  test('Flagger\'s VirtualService has no hosts, no settings and no more than one rule; nothing in it changes but the weights', () => {
    const all = states(`VirtualService ${SERVICE}`);
    const [first] = all;
    expect(first.metadata.annotations).toEqual(ANNOTATIONS);
    expect(first.spec).toEqual({
      hosts: [],
      http: [{ route: [{ destination: { host: `${SERVICE}-primary` }, weight: 100 }, { destination: { host: `${SERVICE}-canary` }, weight: 0 }] }],
    });
    for (const state of all) expect(JSON.stringify(withoutWeights(state))).toBe(JSON.stringify(withoutWeights(first)));
  });

  test.each(['primary', 'canary'])('the %s has the traffic policy of the service', (which) => {
    const { trafficPolicy } = applied(`DestinationRule ${SERVICE}`).spec;
    expect(states(`DestinationRule ${SERVICE}-${which}`).map(({ spec }) => spec)).toEqual([{ host: `${SERVICE}-${which}`, trafficPolicy }]);
  });
});
