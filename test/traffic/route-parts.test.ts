import { Duration } from 'cdk8s';
import { CorsPolicy, DirectResponse, HeaderOperations, HttpRoute, Redirect, RedirectCode, RedirectOptions, RouteAction, StringMatch, UnmatchedPreflights } from '../../src';
import { messageOf, reviews, rules, shop } from '../support/shop';

const ORIGIN = StringMatch.exact('https://shop.example.com');

function withRoute(props: any): any {
  const { app, chart } = shop();
  new HttpRoute(chart, 'route', { service: reviews(chart), ...props });
  return rules(app)[0];
}

describe('header operations', () => {
  test('are written for both directions, and nothing where nothing is done', () => {
    const operations: HeaderOperations = { set: { 'x-a': '%DOWNSTREAM_REMOTE_ADDRESS%' }, add: { 'x-b': '100%%' }, remove: ['x-c'] };
    expect(withRoute({ requestHeaders: operations, responseHeaders: { remove: ['server'] } }).headers)
      .toEqual({ request: operations, response: { remove: ['server'] } });
    expect(messageOf(() => withRoute({ requestHeaders: {}, responseHeaders: { remove: [] } }))).toContain('nothing is said of the requests');
  });

  test('may set the Host header of a request', () => {
    expect(withRoute({ requestHeaders: { set: { host: 'a.example' } } }).headers).toEqual({ request: { set: { host: 'a.example' } } });
  });

  test.each<[string, any, string]>([
    ['a name with a blank', { requestHeaders: { set: { 'a b': '1' } } }, '`requestHeaders.set`: the header name "a b" has a character that no header name has.'],
    ['a name with a colon within', { responseHeaders: { add: { 'a:b': '1' } } }, '`responseHeaders.add`: the header name "a:b"'],
    ['a header of the protocol itself', { requestHeaders: { set: { ':path': '/x' } } }, '":path" starts with ":", as only headers of the protocol itself do'],
    ['the Host header of a response', { responseHeaders: { set: { host: 'a' } } }, 'is the Host header, which can be set in a request only'],
    ['an empty name', { requestHeaders: { remove: [''] } }, '`requestHeaders.remove`: the header name "" is empty'],
    ['a claim of a token', { requestHeaders: { remove: ['@request.auth.claims.a'] } }, 'has a character that no header name has'],
    ['two names in one', { requestHeaders: { remove: ['a,b'] } }, '"a,b" has a character'],
    ['an empty value', { requestHeaders: { set: { a: '' } } }, 'the value of a is empty. To take the header out, name it in `remove`.'],
    ['a line break', { requestHeaders: { set: { a: 'x\ny' } } }, 'the value of a, "x\\ny", has a control character.'],
    ['a lone percent sign', { requestHeaders: { add: { a: '100%' } } }, 'has a "%" that no second one closes. Write a percent sign as %%'],
    ['a number', { requestHeaders: { set: { a: 1 } } }, 'the value of a is 1. Give a string.'],
    ['one header in two cases', { requestHeaders: { set: { 'X-A': '1', 'x-a': '2' } } }, 'sets or removes the header x-a more than once.'],
    ['one that is set and removed', { requestHeaders: { set: { 'x-a': '1' }, remove: ['x-a'] } }, 'sets or removes the header x-a more than once.'],
    ['a list for names with values', { requestHeaders: { set: ['x-a'] } }, '`requestHeaders.set` is ["x-a"]. Give names with their values'],
    ['one name for a list', { requestHeaders: { remove: 'x-a' } }, '`requestHeaders.remove` is "x-a". Give a list of names'],
    ['words', { responseHeaders: 'x-a' }, '`responseHeaders` is "x-a". Say what is done'],
  ])('of %s are refused', (_, props, message) => {
    expect(messageOf(() => withRoute(props))).toContain(message);
  });
});

describe('a CORS policy', () => {
  test('is written as Istio knows it', () => {
    const cors: CorsPolicy = {
      allowOrigins: [ORIGIN, StringMatch.prefix('https://dev.'), StringMatch.regex('https://[^.]+\\.example\\.com')],
      allowMethods: ['GET', 'PUT'],
      allowHeaders: ['x-token'],
      exposeHeaders: ['x-total'],
      maxAge: Duration.hours(1),
      allowCredentials: true,
      unmatchedPreflights: UnmatchedPreflights.IGNORE,
    };
    expect(withRoute({ cors }).corsPolicy).toEqual({
      ...cors,
      allowOrigins: [{ exact: 'https://shop.example.com' }, { prefix: 'https://dev.' }, { regex: 'https://[^.]+\\.example\\.com' }],
      maxAge: '1h',
    });
  });

  test.each<[string, any, string]>([
    ['no origins', { allowOrigins: [] }, 'cors.allowOrigins is empty, so no page could call.'],
    ['an origin with a path', { allowOrigins: [StringMatch.exact('https://a.example/')] }, '"https://a.example/" is not an origin'],
    ['an origin without a scheme', { allowOrigins: [StringMatch.exact('a.example')] }, '"a.example" is not an origin'],
    ['an origin with a star', { allowOrigins: [StringMatch.exact('https://*.example.com')] }, '"*" in "https://*.example.com" stands for itself, which no browser sends.'],
    ['a star', { allowOrigins: [StringMatch.exact('*')] }, 'Say StringMatch.regex(\'.*\').'],
    ['an origin that is there', { allowOrigins: [StringMatch.present()] }, 'StringMatch.present() is no origin.'],
    ['a bare origin', { allowOrigins: ['https://a.example'] }, 'cors.allowOrigins holds "https://a.example". Say how it is compared'],
    ['one origin for a list', { allowOrigins: ORIGIN }, 'cors.allowOrigins is a StringMatch. Give a list'],
    ['a method that Istio does not know', { allowOrigins: [ORIGIN], allowMethods: ['PURGE'] }, 'cors.allowMethods: "PURGE" is not a method that Istio knows'],
    ['a header with a blank', { allowOrigins: [ORIGIN], allowHeaders: ['a b'] }, 'cors.allowHeaders: the header name "a b" has a character that no header name has.'],
    ['headers in one string', { allowOrigins: [ORIGIN], exposeHeaders: ['a,b'] }, 'cors.exposeHeaders: the header name "a,b" has a comma'],
    ['a star beside credentials', { allowOrigins: [ORIGIN], allowHeaders: ['*'], allowCredentials: true }, 'cors.allowHeaders is "*", which browsers take for a name'],
    ['half a second', { allowOrigins: [ORIGIN], maxAge: Duration.millis(1500) }, 'cors.maxAge is 1500 ms; Istio accepts whole seconds.'],
    ['yes', { allowOrigins: [ORIGIN], allowCredentials: 'yes' }, 'cors.allowCredentials is "yes". Say true or false.'],
    ['an unknown word', { allowOrigins: [ORIGIN], unmatchedPreflights: 'DROP' }, 'cors.unmatchedPreflights is "DROP".'],
  ])('with %s is refused', (_, cors, message) => {
    expect(messageOf(() => withRoute({ cors }))).toContain(message);
  });
});

describe('a redirect', () => {
  test.each<[RedirectOptions, object]>([
    [{ path: '/new?a=b' }, { uri: '/new?a=b' }],
    [{ authority: 'www.example.com', code: RedirectCode.FOUND }, { authority: 'www.example.com', redirectCode: 302 }],
    [{ scheme: 'https', port: 8443, code: RedirectCode.PERMANENT_REDIRECT }, { scheme: 'https', port: 8443, redirectCode: 308 }],
  ])('to %j', (options, expected) => {
    expect(withRoute({ action: RouteAction.redirect(Redirect.to(options)) }).redirect).toEqual(expected);
  });

  test.each<[string, any, string]>([
    ['nowhere', {}, 'Redirect: nothing changes, so the client would come back for ever.'],
    ['a relative path', { path: 'new' }, 'Redirect: `path` is "new". It starts with a slash'],
    ['an authority with a port', { authority: 'a.example:80' }, 'Redirect: `authority` is "a.example:80". Give a host without scheme and port'],
    ['a scheme that browsers do not know', { scheme: 'grpc' }, 'Redirect: `scheme` is "grpc". It is http or https.'],
    ['port 0', { port: 0 }, 'Redirect: `port` is 0. It is a whole number from 1 to 65535.'],
    ['code 304', { path: '/x', code: 304 }, 'Redirect: `code` is 304. Envoy answers with 301, 302, 303, 307 or 308'],
  ])('to %s is refused', (_, options, message) => {
    expect(() => Redirect.to(options)).toThrow(message);
  });
});

describe('a direct response', () => {
  test.each<[DirectResponse, object]>([
    [DirectResponse.status(204), { status: 204 }],
    [DirectResponse.text(503, 'closed'), { status: 503, body: { string: 'closed' } }],
    [DirectResponse.json(200, [1]), { status: 200, body: { string: '[1]' } }],
  ])('is written: %#', (response, expected) => {
    expect(withRoute({ action: RouteAction.respond(response) }).directResponse).toEqual(expected);
  });

  test.each<[string, () => DirectResponse, string]>([
    ['status 199', () => DirectResponse.status(199), 'DirectResponse: the status is 199. It is a whole number from 200 to 599.'],
    ['a status in words', () => DirectResponse.status('200' as any), 'the status is "200".'],
    ['a body of more than 1 MiB, in bytes and not in characters', () => DirectResponse.text(200, 'ä'.repeat(524_289)), 'the body has 1048578 bytes; Istio takes 1048576 at most.'],
    ['a body that is no text', () => DirectResponse.text(200, { a: 1 } as any), 'the body is an object with a. Give a string, or use DirectResponse.json.'],
    ['a value that JSON does not have', () => DirectResponse.json(200, undefined), 'undefined cannot be written as JSON.'],
  ])('with %s is refused', (_, action, message) => {
    expect(action).toThrow(message);
  });
});
