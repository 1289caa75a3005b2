import { ourVerdict, testExamples } from './examples/example';
import { VIRTUAL_SERVICES } from './examples/virtual-service';
import { HTTP_ACTIONS, HTTP_DESTINATIONS, HTTP_HEADERS, HTTP_MATCHES } from './examples/virtual-service-http';
import { REACH, REPEATED_RULE } from './examples/virtual-service-reach';

describe('a VirtualService', () => testExamples(VIRTUAL_SERVICES));
describe('what a rule of a VirtualService does', () => testExamples(HTTP_ACTIONS));
describe('where a rule of a VirtualService sends requests', () => testExamples(HTTP_DESTINATIONS));
describe('which requests a rule of a VirtualService takes', () => testExamples(HTTP_MATCHES));
describe('which headers a rule of a VirtualService changes', () => testExamples(HTTP_HEADERS));

// Asked often enough, Istio says both: it goes through these headers in random order.
test.each([[['host', ''], [':authority', 'a']], [['host', 'a'], [':authority', '']]])(
  'what Istio refuses on some tries only, we refuse: two headers for the host, %j and %j', (...set) => {
    const spec = { hosts: ['a'], http: [{ route: [{ destination: { host: 'a' } }], headers: { request: { set: Object.fromEntries(set) } } }] };
    expect(ourVerdict({ kind: 'VirtualService', about: '', verdict: 'refused', spec, metadata: { namespace: 'shop' } }).verdict).toBe('refused');
  });

describe('which rules of a VirtualService are reached', () => {
  testExamples(REACH);

  test('a rule of which every match was there before: both are said', () => {
    const ours = ourVerdict({ kind: 'VirtualService', about: '', verdict: 'warned', spec: REPEATED_RULE, metadata: { namespace: 'shop' } });
    expect(ours.at).toEqual(['spec.http[1].match[0]', 'spec.http[1]']);
  });

  test('thousands of rules with prefixes do not make it hang', () => {
    const http = Array.from({ length: 5000 }, (_, i) => ({
      match: [{ uri: { prefix: `/${'a'.repeat(i % 40)}` }, headers: { [`x-${i}`]: { exact: 'a' } } }], route: [{ destination: { host: 'a' } }],
    }));
    expect(ourVerdict({ kind: 'VirtualService', about: '', verdict: 'accepted', spec: { hosts: ['a'], http }, metadata: { namespace: 'shop' } }).verdict).toBe('accepted');
  });
});
