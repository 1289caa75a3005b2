import { DESTINATION_RULES } from './examples/destination-rule';
import { ourVerdict, testExamples } from './examples/example';

describe('a DestinationRule', () => testExamples(DESTINATION_RULES));

// Asked often enough, Istio says both: it goes through these localities in random order.
test.each([['*', 'a'], ['a', '*'], ['a/*', 'a/b'], ['a/b', 'a/*'], ['a/b/c', 'a/b/*'], ['a/*', 'a/b/c'], ['a/b/*', '*']])(
  'what Istio refuses on some tries only, we refuse: shares of %s and %s', (one, other) => {
    const spec = { host: 'a', trafficPolicy: { loadBalancer: { localityLbSetting: { distribute: [{ from: 'x', to: { [one]: 50, [other]: 50 } }] } } } };
    expect(ourVerdict({ kind: 'DestinationRule', about: '', verdict: 'refused', spec, metadata: { namespace: 'shop' } }).verdict).toBe('refused');
  });
