import { examplesOf } from './example';

const TO_A = { route: [{ destination: { host: 'a' } }] };
/** One rule for each list of matches; none for undefined. */
const rules = (...matches: (object[] | undefined)[]) => ({ hosts: ['a'], http: matches.map((match) => ({ ...TO_A, match })).map((one) => JSON.parse(JSON.stringify(one))) });
const tcp = (...matches: (object[] | undefined)[]) => ({ hosts: ['a'], tcp: rules(...matches).http });
const tls = (...matches: object[][]) => ({ hosts: ['a'], tls: matches.map((match) => ({ ...TO_A, match: match.map((one) => ({ sniHosts: ['a'], ...one })) })) });
const prefix = (text: string, more: object = {}) => ({ uri: { prefix: text }, ...more });

const FIRST = { port: 1 };
const SECOND = { port: 2 };
const LATER = 'spec.http[1].match[0]';

/** Rules that earlier ones leave nothing to. Each is one warning; where Istio gives several, so do we (see the conformance tests). */
export const REACH = examplesOf('VirtualService', {
  accepted: [
    ['a rule for everything at the end', rules([FIRST], [SECOND], undefined)],
    ['an empty match, which Istio does not take for everything', rules([{}], [FIRST])],
    ['a condition that says nothing, beside none', rules([{ uri: {} }], [{}])],
    ['an empty text, beside a condition that says nothing', rules([{ uri: {} }], [{ uri: { exact: '' } }])],
    ['one text in two ways', rules([{ uri: { exact: '/a' } }], [{ uri: { prefix: '/a' } }], [{ uri: { regex: '/a' } }])],
    ['the longer prefix before the shorter', rules([prefix('/api/v1')], [prefix('/api')])],
    ['prefixes of different ports', rules([prefix('/a', FIRST)], [prefix('/ab', SECOND)])],
    ['prefixes of different methods', rules([prefix('/a', { method: { exact: 'POST' } })], [prefix('/ab')])],
    ['prefixes of different authorities', rules([prefix('/a', { authority: { exact: 'a' } })], [prefix('/ab', { authority: { exact: 'b' } })])],
    ['prefixes of which one has a header', rules([prefix('/a', { headers: { x: { exact: '1' } } })], [prefix('/ab')])],
    ['prefixes of different headers', rules([prefix('/a', { headers: { x: { exact: '1' } } })], [prefix('/ab', { headers: { y: { exact: '1' } } })])],
    ['prefixes of different values of a header', rules([prefix('/a', { headers: { x: { exact: '1' } } })], [prefix('/ab', { headers: { x: { exact: '2' } } })])],
    ['prefixes of different parameters', rules([prefix('/a', { queryParams: { x: { exact: '1' } } })], [prefix('/ab', { queryParams: { x: { exact: '2' } } })])],
    ['prefixes of different absent headers', rules([prefix('/a', { withoutHeaders: { x: {} } })], [prefix('/ab', { withoutHeaders: { y: {} } })])],
    ['an exact path behind its prefix, of which Istio does not warn', rules([prefix('/a')], [{ uri: { exact: '/ab' } }])],
    ['one prefix from one namespace, then from any', rules([prefix('/a', { sourceNamespace: 'x' })], [prefix('/a')])],
    ['different values of a header', rules([{ headers: { x: { exact: 'a' } } }], [{ headers: { x: { prefix: 'a' } } }], [{ headers: { x: { prefix: 'b' } } }],
      [{ headers: { x: { regex: 'a' } } }], [{ headers: { x: { regex: 'b' } } }])],
    ['connections from different namespaces', tcp([{ sourceNamespace: 'a' }], [{ sourceNamespace: 'b' }])],
    ['TLS from different namespaces', tls([{ sourceNamespace: 'a' }], [{ sourceNamespace: 'b' }])],
    ['connections to different ports', tcp([FIRST], [SECOND])],
    ['TLS to different ports', tls([FIRST], [SECOND])],
    ['TLS of different names', { ...tls([{}], [{ sniHosts: ['b'] }]), hosts: ['a', 'b'] }],
    ['subnets in another order', tcp([{ destinationSubnets: ['10.0.0.0/8', '1.1.1.1'] }], [{ destinationSubnets: ['1.1.1.1', '10.0.0.0/8'] }])],
  ],
  warned: [
    ['two rules for everything', rules(undefined, undefined), 'spec.http[1]'],
    ['a rule behind the one for everything', rules(undefined, [FIRST]), LATER],
    ['a match twice in one rule', rules([FIRST, SECOND, FIRST]), 'spec.http[0].match[2]'],
    ['a match twice, under another name', rules([{ ...FIRST, name: 'a' }], [{ ...FIRST, name: 'b' }, SECOND]), LATER],
    ['a match twice, the second time with fields that say nothing',
      rules([FIRST], [{ ...FIRST, headers: {}, gateways: [], sourceLabels: {}, sourceNamespace: '', statPrefix: '', ignoreUriCase: false }, SECOND]), LATER],
    ['a match twice, with headers in another order', rules([{ headers: { a: {}, b: {} } }], [{ headers: { b: {}, a: {} } }, SECOND]), LATER],
    ['a prefix behind a shorter one', rules([prefix('/api')], [prefix('/apiary')]), LATER],
    ['a prefix behind a shorter one in the same rule', rules([prefix('/a'), prefix('/ab')]), 'spec.http[0].match[1]'],
    ['a prefix behind a shorter one, the method given once', rules([prefix('/a', { method: { exact: 'GET' } })], [prefix('/ab')]), LATER],
    ['a prefix behind a shorter one that wants more of the authority', rules([prefix('/a', { authority: { exact: 'ab' } })], [prefix('/ab', { authority: { exact: 'a' } })]), LATER],
    ['a prefix behind a shorter one with the same headers',
      rules([prefix('/a', { headers: { x: { exact: '1' } } })], [prefix('/ab', { headers: { x: { exact: '1' } } })]), LATER],
    ['two rules for all connections', tcp(undefined, undefined), 'spec.tcp[1]'],
    ['connections behind the rule for all', tcp(undefined, [FIRST]), 'spec.tcp[1].match[0]'],
    ['a TCP match twice', tcp([FIRST], [{ ...FIRST, sourceSubnet: '' }, SECOND]), 'spec.tcp[1].match[0]'],
    ['a TCP match twice, once with port 0', tcp([{ sourceNamespace: 'a' }], [{ sourceNamespace: 'a', port: 0 }, SECOND]), 'spec.tcp[1].match[0]'],
    ['a match a third time', rules([FIRST, SECOND, { port: 3 }], [{ port: 3 }, { port: 4 }]), LATER],
    ['a TLS match twice', tls([FIRST], [FIRST, SECOND]), 'spec.tls[1].match[0]'],
  ],
  refused: [],
});

/** A rule of which every match was there before is two warnings to Istio: one of the match and one of the rule. */
export const REPEATED_RULE = rules([FIRST], [FIRST]);
