import { CallerIdentity, IMeshCaller, PolicySource } from '../../../src';
import { Shop, errorOf } from '../shop';

const OWN = ['cluster.local'];

function render(source: PolicySource, trustDomains = OWN) {
  return source._render(trustDomains);
}

/** A caller with the identities that a construct of the user may have. */
function callerOf(shop: Shop, ...identities: CallerIdentity[]): IMeshCaller {
  return Object.assign(shop.workload('jobs'), { callerIdentities: () => identities });
}

describe('a source is', () => {
  test.each<[string, (shop: Shop) => PolicySource, object | undefined]>([
    ['everyone: no restriction at all', () => PolicySource.anyone(), undefined],
    ['any identity', () => PolicySource.anyIdentity(), { principals: ['*'] }],
    ['no identity', () => PolicySource.withoutIdentity(), { notPrincipals: ['*'] }],
    ['a caller, by its service account in our own trust domain', (shop) => PolicySource.caller(shop.service('frontend')), { principals: ['cluster.local/ns/shop/sa/frontend'] }],
    ['a service account', () => PolicySource.serviceAccount('data', 'jobs'), { principals: ['cluster.local/ns/data/sa/jobs'] }],
    ['a principal', () => PolicySource.principal('cluster.local/ns/shop/sa/x.y'), { principals: ['cluster.local/ns/shop/sa/x.y'] }],
    ['a namespace', () => PolicySource.namespace('data'), { namespaces: ['data'] }],
    ['a trust domain', () => PolicySource.trustDomain('cluster.local'), { trustDomains: ['cluster.local'] }],
    ['addresses, each once', () => PolicySource.ipBlocks('10.0.0.1', '10.0.0.0/8', '10.0.0.1'), { ipBlocks: ['10.0.0.1', '10.0.0.0/8'] }],
    ['addresses of clients', () => PolicySource.remoteIpBlocks('fd00::/8'), { remoteIpBlocks: ['fd00::/8'] }],
    ['a subject', () => PolicySource.requestPrincipal('https://id.example.com', 'alice'), { requestPrincipals: ['https://id.example.com/alice'] }],
    ['an issuer', () => PolicySource.requestPrincipal('https://id.example.com'), { requestPrincipals: ['https://id.example.com/*'] }],
    ['any token', () => PolicySource.anyToken(), { requestPrincipals: ['*'] }],
    ['no token', () => PolicySource.withoutToken(), { notRequestPrincipals: ['*'] }],
    ['several things that hold together', (shop) => PolicySource.allOf(PolicySource.caller(shop.service('frontend')), PolicySource.anyToken(), PolicySource.ipBlocks('10.0.0.1')),
      { principals: ['cluster.local/ns/shop/sa/frontend'], requestPrincipals: ['*'], ipBlocks: ['10.0.0.1'] }],
    ['a namespace but some', () => PolicySource.namespace('shop').butNot(PolicySource.serviceAccount('shop', 'a'), PolicySource.serviceAccount('shop', 'b'), PolicySource.ipBlocks('10.0.0.1')),
      { namespaces: ['shop'], notPrincipals: ['cluster.local/ns/shop/sa/a', 'cluster.local/ns/shop/sa/b'], notIpBlocks: ['10.0.0.1'] }],
    ['any identity that is none without one', () => PolicySource.anyone().butNot(PolicySource.withoutIdentity()), { principals: ['*'] }],
    ['of any identity, the one that is named', () => PolicySource.allOf(PolicySource.anyIdentity(), PolicySource.serviceAccount('shop', 'a')), { principals: ['cluster.local/ns/shop/sa/a'] }],
    ['the one that is named, of any identity', () => PolicySource.allOf(PolicySource.serviceAccount('shop', 'a'), PolicySource.anyIdentity()), { principals: ['cluster.local/ns/shop/sa/a'] }],
  ])('%s', (_, source, expected) => {
    expect(render(source(new Shop()))).toEqual(expected);
  });

  test('never changed by an exception that is made later', () => {
    const shop = PolicySource.namespace('shop');
    shop.butNot(PolicySource.ipBlocks('10.0.0.1'));
    expect(render(shop)).toEqual({ namespaces: ['shop'] });
  });
});

describe('where the mesh trusts another domain', () => {
  const BOTH = ['shop.example', 'partner.example'];

  test('its own callers are written as of its own', () => {
    expect(render(PolicySource.caller(new Shop().service('frontend')), BOTH)).toEqual({ principals: ['shop.example/ns/shop/sa/frontend'] });
  });

  test.each<[string, PolicySource, object]>([
    ['a namespace is that of its own', PolicySource.namespace('data'), { principals: ['shop.example/ns/data/sa/*'] }],
    ['a namespace is that of its own among any identity', PolicySource.allOf(PolicySource.anyIdentity(), PolicySource.namespace('data')), { principals: ['shop.example/ns/data/sa/*'] }],
    ['so is one that is excepted', PolicySource.anyIdentity().butNot(PolicySource.namespace('data')), { principals: ['*'], notPrincipals: ['shop.example/ns/data/sa/*'] }],
    ['a namespace of the other one can be named', PolicySource.allOf(PolicySource.trustDomain('partner.example'), PolicySource.namespace('data')),
      { trustDomains: ['partner.example'], namespaces: ['data'] }],
    ['a caller says its namespace already', PolicySource.allOf(PolicySource.serviceAccount('data', 'jobs'), PolicySource.namespace('data')), { principals: ['shop.example/ns/data/sa/jobs'] }],
  ])('%s', (_, source, expected) => {
    expect(render(source, BOTH)).toEqual(expected);
  });
});

describe('refused with what is wrong', () => {
  test.each<[string, () => unknown, string]>([
    ['a principal of a trust domain that is not listed', () => render(PolicySource.principal('partner.example/ns/shop/sa/a')),
      'the principal partner.example/ns/shop/sa/a is of the trust domain partner.example, which is not listed in `trustDomains` (cluster.local). '
      + 'Add it there if this mesh trusts it: trustDomains: [\'cluster.local\', \'partner.example\'].'],
    ['a trust domain that is not listed', () => render(PolicySource.trustDomain('partner.example')), 'partner.example'],
    ['a caller of another trust domain', () => render(PolicySource.caller(callerOf(new Shop(), CallerIdentity.principal('partner.example/ns/a/sa/b')))), 'not listed in `trustDomains`'],
    ['a caller without an identity', () => render(PolicySource.caller(callerOf(new Shop()))), 'the caller jobs has no identity, and a source without one would be everyone.'],
    ['nobody for a caller', () => PolicySource.caller(undefined as never), 'PolicySource.caller: the caller is undefined.'],
    ['a name for a caller', () => PolicySource.caller('frontend' as never), 'PolicySource.caller: the caller is "frontend", which has no identities.'],
    ['an option in words', () => PolicySource.caller(new Shop().service('a'), { sharedIdentity: 'true' as never }), 'PolicySource.caller: `sharedIdentity` is "true".'],
    ['a wildcard for a principal', () => PolicySource.principal('*'), 'PolicySource.principal: "*" is every identity. Say PolicySource.anyIdentity()'],
    ['a principal with spiffe://', () => PolicySource.principal('spiffe://cluster.local/ns/shop/sa/a'), 'without spiffe://'],
    ['a service account with a wildcard', () => PolicySource.serviceAccount('shop', '*'), '"shop/*" is not a service account'],
    ['a service account by number', () => PolicySource.serviceAccount('shop', 1 as never), '"shop", 1 is no service account'],
    ['a namespace with a wildcard', () => PolicySource.namespace('team-*'), '"team-*" is not a namespace name'],
    ['a list for a namespace', () => PolicySource.namespace(['a'] as never), '["a"] is not a namespace name'],
    ['an address that is none', () => PolicySource.ipBlocks('10.0.0.0/33'), 'PolicySource.ipBlocks: `blocks`: "10.0.0.0/33" is neither an IP address nor a CIDR block.'],
    ['no address', () => PolicySource.remoteIpBlocks(), 'PolicySource.remoteIpBlocks: `blocks` is empty'],
    ['a subject with a slash', () => PolicySource.requestPrincipal('https://id.example.com', 'a/b'), "Use PolicyCondition.claim(['sub'], { values: ['a/b'] })."],
    ['a wildcard for an issuer', () => PolicySource.requestPrincipal('*'), 'every token is PolicySource.anyToken()'],
    ['an empty subject', () => PolicySource.requestPrincipal('https://id.example.com', ''), 'the subject is ""'],
    ['two callers in one source', () => PolicySource.allOf(PolicySource.serviceAccount('shop', 'a'), PolicySource.serviceAccount('shop', 'b')),
      'PolicySource.allOf: shop/a and shop/b are both named for one source'],
    ['a caller of another namespace', () => render(PolicySource.allOf(PolicySource.serviceAccount('shop', 'a'), PolicySource.namespace('data'))),
      'no caller is cluster.local/ns/shop/sa/a and of the namespace data at once, so this source never matches.'],
    ['a caller of another trust domain than its own', () => render(PolicySource.allOf(PolicySource.serviceAccount('shop', 'a'), PolicySource.trustDomain('b.c')), ['cluster.local', 'b.c']),
      'and of the trust domain b.c at once'],
    ['somebody without an identity in a namespace', () => render(PolicySource.allOf(PolicySource.withoutIdentity(), PolicySource.serviceAccount('shop', 'a'))), 'never matches'],
    ['somebody wanted and excepted', () => render(PolicySource.namespace('shop').butNot(PolicySource.namespace('shop'))),
      'shop is named in `namespaces` and excluded by `notNamespaces` of the same source, so it never matches.'],
    ['everyone excepted', () => PolicySource.anyIdentity().butNot(PolicySource.anyone()), 'PolicySource.butNot: nobody is left without anyone.'],
    ['what holds together excepted', () => PolicySource.anyIdentity().butNot(PolicySource.allOf(PolicySource.namespace('a'), PolicySource.ipBlocks('10.0.0.1'))),
      '"namespace a, ipBlocks 10.0.0.1" holds together, and Istio cannot except what holds together.'],
    ['nothing excepted', () => PolicySource.anyIdentity().butNot(), 'PolicySource.butNot: no sources given.'],
    ['a namespace by name excepted', () => PolicySource.anyIdentity().butNot('shop' as never), 'PolicySource.butNot: "shop" is not a PolicySource.'],
    ['nothing to hold together', () => PolicySource.allOf(), 'PolicySource.allOf: no sources given.'],
  ])('%s', (_, action, message) => {
    expect(errorOf(action)).toContain(message);
  });

  test('no identity of a namespace', () => {
    expect(errorOf(() => render(PolicySource.allOf(PolicySource.withoutIdentity(), PolicySource.namespace('shop'))))).toContain('never matches');
  });
});
