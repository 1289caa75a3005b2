import { examplesOf } from './example';

const TO_A = { route: [{ destination: { host: 'a' } }] };
const http = (...rules: object[]) => ({ hosts: ['a'], http: rules });
const rule = (more: object) => http({ ...TO_A, ...more });
const match = (fields: object) => rule({ match: [fields] });
const to = (...route: object[]) => http({ route: route.map((one) => ({ destination: { host: 'a' }, ...one })) });
const toHost = (host: string) => to({ destination: { host } });
const headers = (fields: object) => rule({ headers: fields });
const setHeader = (name: string, value = 'x') => headers({ request: { set: { [name]: value } } });
const redirect = (fields: object, more: object = {}) => http({ redirect: fields, ...more });
const answer = (fields: object) => http({ directResponse: { status: 200, ...fields } });
const cors = (fields: object) => rule({ corsPolicy: fields });
const retries = (fields: object) => rule({ retries: { attempts: 2, ...fields } });
const abort = (fields: object) => rule({ fault: { abort: fields } });
const delay = (fields: object) => rule({ fault: { delay: fields } });
const rewrite = (fields: object) => rule({ rewrite: fields });
const mirrors = (fields: object) => rule({ mirrors: [{ destination: { host: 'b' }, ...fields }] });

const AT = 'spec.http[0]';
const LONG = 'a'.repeat(1024);

export const HTTP_ACTIONS = examplesOf('VirtualService', {
  accepted: [
    ['a redirect', redirect({ uri: '/b' })],
    ['a redirect by code, scheme and port', redirect({ scheme: 'https', port: 443, redirectCode: 399 })],
    ['a redirect with status 300', redirect({ uri: '/b', redirectCode: 300 })],
    ['a redirect to port 0', redirect({ port: 0 })],
    ['a redirect to the port of the protocol', redirect({ derivePort: 'FROM_PROTOCOL_DEFAULT' })],
    ['a redirect by prefix', redirect({ prefixRewrite: '/b' }, { match: [{ uri: { prefix: '/a' } }, {}] })],
    ['a direct response', answer({ body: { string: 'gone' } })],
    ['a direct response of status 600', answer({ status: 600 })],
    ['a body of 100 KiB', answer({ body: { string: 'a'.repeat(102_400) } })],
    ['a body of 100 KiB in base64', answer({ body: { bytes: `${'YWFh'.repeat(34_133)}YQ==` } })],
    ['a delegate', http({ delegate: { name: 'b' } })],
    ['a delegate beside an empty route', http({ delegate: { name: 'b' }, route: [] })],
    ['a delegate beside a direct response', http({ delegate: { name: 'b' }, directResponse: { status: 200 } })],
    ['a body of a list of bytes', answer({ body: { bytes: [0, null, 255] } })],
    ['a rewrite', rewrite({ uri: '/', authority: 'b' })],
    ['a rewrite by a regular expression', rewrite({ uriRegexRewrite: { match: '^/a(.*)$', rewrite: '\\1' } })],
    ['a mirror', rule({ mirror: { host: 'b', subset: 'v2', port: { number: 80 } }, mirrorPercentage: { value: 100 } })],
    ['a mirror beside an empty list of mirrors', rule({ mirror: { host: 'b' }, mirrors: [] })],
    ['mirrors', mirrors({ percentage: { value: 0.00001 } })],
    ['a mirror without any number', rule({ mirrorPercent: null })],
    ['the new spelling over the old', rule({ mirrorPercent: null, mirror_percent: 101 })],
    ['an abort', abort({ httpStatus: 503, percentage: { value: 0.0001 } })],
    ['an abort of gRPC', abort({ grpcStatus: 'UNAVAILABLE' })],
    ['an abort that says nothing, of which Istio does not warn', abort({})],
    ['a delay', delay({ fixedDelay: '5s', percentage: { value: 0 } })],
    ['retries', retries({ perTryTimeout: '2s', retryOn: '5xx,gateway-error,503,+503', backoff: '25ms', retryRemoteLocalities: true })],
    ['no retries', retries({ attempts: 0 })],
    ['no retries, and a field of null', retries({ attempts: 0, retryRemoteLocalities: null, backoff: '1s' })],
    ['a timeout', rule({ timeout: '1m30.5s' })],
  ],
  warned: [
    ['the old percentage of a mirror', rule({ mirrorPercent: 100 }), `${AT}.mirrorPercent`],
    ['the older percentage of a mirror', rule({ mirror_percent: 5 }), `${AT}.mirror_percent`],
    ['a body of 1 MiB', answer({ body: { string: 'a'.repeat(1_048_576) } }), `${AT}.directResponse.body`],
    ['a body of more than 100 KiB', answer({ body: { string: 'a'.repeat(102_401) } }), `${AT}.directResponse.body`],
    ['a body of more than 100 KiB in UTF-8', answer({ body: { string: 'é'.repeat(51_201) } }), `${AT}.directResponse.body`],
    ['a body of more than 100 KiB in base64', answer({ body: { bytes: `${'YWFh'.repeat(34_133)}YWE=` } }), `${AT}.directResponse.body`],
  ],
  refused: [
    ['no action', http({}), AT],
    ['an empty route', http({ route: [] }), AT],
    ['a route and a redirect', rule({ redirect: { uri: '/b' } }), `${AT}.route`],
    ['a fault and a redirect', redirect({ uri: '/b' }, { fault: { delay: {} } }), `${AT}.fault`],
    ['a rewrite and a redirect', redirect({ uri: '/b' }, { rewrite: { uri: '/' } }), `${AT}.rewrite`],
    ['a redirect and a direct response', redirect({ uri: '/b' }, { directResponse: { status: 200 } }), `${AT}.directResponse`],
    ['a route and a direct response', rule({ directResponse: { status: 200 } }), `${AT}.route`],
    ['a fault and a direct response', http({ directResponse: { status: 200 }, fault: { delay: {} } }), `${AT}.fault`],
    ['a rewrite and a direct response', http({ directResponse: { status: 200 }, rewrite: { uri: '/' } }), `${AT}.rewrite`],
    ['a delegate and a route', rule({ delegate: { name: 'b' } }), `${AT}.route`],
    ['a delegate and a redirect', http({ delegate: { name: 'b' }, redirect: { uri: '/b' } }), `${AT}.redirect`],
    ['a mirror and mirrors', rule({ mirror: { host: 'b' }, mirrors: [{ destination: { host: 'c' } }] }), `${AT}.mirror`],

    ['a redirect that changes nothing', redirect({ redirectCode: 302 }), `${AT}.redirect`],
    ['a redirect of the whole path and the prefix', redirect({ uri: '/b', prefixRewrite: '/c' }), `${AT}.redirect`],
    ['a redirect by prefix of an exact path', redirect({ prefixRewrite: '/b' }, { match: [{ uri: { exact: '/a' } }] }), `${AT}.redirect.prefixRewrite`],
    ['a redirect by prefix of any path', redirect({ prefixRewrite: '/b' }, { match: [{ uri: {} }] }), `${AT}.redirect.prefixRewrite`],
    ['a redirect with status 400', redirect({ uri: '/b', redirectCode: 400 }), `${AT}.redirect.redirectCode`],
    ['a redirect to FTP', redirect({ scheme: 'ftp' }), `${AT}.redirect.scheme`],
    ['a redirect beyond the last port', redirect({ port: 65536 }), `${AT}.redirect.port`],

    ['a direct response of status 199', answer({ status: 199 }), `${AT}.directResponse.status`],
    ['a direct response of status 601', answer({ status: 601 }), `${AT}.directResponse.status`],
    ['a body of a list of texts', answer({ body: { bytes: ['YQ=='] } }), `${AT}.directResponse.body.bytes`],
    ['a body of a list with more than a byte', answer({ body: { bytes: [1, 256] } }), `${AT}.directResponse.body.bytes`],
    ['a body of more than 1 MiB', answer({ body: { string: 'a'.repeat(1_048_577) } }), `${AT}.directResponse.body`],

    ['a rewrite of nothing', rewrite({}), `${AT}.rewrite`],
    ['a rewrite in two ways', rewrite({ uri: '/', uriRegexRewrite: { match: 'a', rewrite: 'b' } }), `${AT}.rewrite`],
    ['a rewrite by half a regular expression', rewrite({ uriRegexRewrite: { match: 'a' } }), `${AT}.rewrite.uriRegexRewrite`],
    ['a rewrite by no regular expression', rewrite({ uriRegexRewrite: { rewrite: 'b' } }), `${AT}.rewrite.uriRegexRewrite`],
    ['a rewrite by a wrong regular expression', rewrite({ uriRegexRewrite: { match: '(', rewrite: 'b' } }), `${AT}.rewrite.uriRegexRewrite.match`],

    ['more mirrored than there is, in the old way', rule({ mirrorPercent: 101 }), `${AT}.mirrorPercent`],
    ['more mirrored than there is', rule({ mirror: { host: 'b' }, mirrorPercentage: { value: 100.1 } }), `${AT}.mirrorPercentage.value`],
    ['less than nothing mirrored', mirrors({ percentage: { value: -1 } }), `${AT}.mirrors[0].percentage.value`],
    ['a mirror everywhere', rule({ mirror: { host: '*' } }), `${AT}.mirror.host`],
    ['a mirror without port number', mirrors({ destination: { host: 'b', port: {} } }), `${AT}.mirrors[0].destination.port.number`],

    ['a fault that does nothing', rule({ fault: {} }), `${AT}.fault`],
    ['an abort with status 601', abort({ httpStatus: 601 }), `${AT}.fault.abort.httpStatus`],
    ['an abort with an unknown gRPC status', abort({ grpcStatus: 'CANCELED' }), `${AT}.fault.abort.grpcStatus`],
    ['an abort of HTTP/2', abort({ http2Error: 'CANCEL' }), `${AT}.fault.abort.http2Error`],
    ['an abort too rare to count', abort({ httpStatus: 503, percentage: { value: 0.00009 } }), `${AT}.fault.abort.percentage.value`],
    ['more delays than requests', delay({ fixedDelay: '5s', percentage: { value: 101 } }), `${AT}.fault.delay.percentage.value`],
    ['a delay of half a millisecond more', delay({ fixedDelay: '1.5ms' }), `${AT}.fault.delay.fixedDelay`],
    ['an exponential delay', delay({ exponentialDelay: '1s' }), `${AT}.fault.delay.exponentialDelay`],

    ['less than no retries', retries({ attempts: -1 }), `${AT}.retries.attempts`],
    ['conditions for no retries', rule({ retries: { retryOn: '5xx' } }), `${AT}.retries.attempts`],
    ['a time for each of no retries', retries({ attempts: 0, perTryTimeout: '1s' }), `${AT}.retries.attempts`],
    ['no retries elsewhere', retries({ attempts: 0, retryRemoteLocalities: false }), `${AT}.retries.attempts`],
    ['an unknown condition', retries({ retryOn: '5xx, reset' }), `${AT}.retries.retryOn`],
    ['an unregistered status', retries({ retryOn: '509' }), `${AT}.retries.retryOn`],
    ['half a millisecond for each try', retries({ perTryTimeout: '1.5ms' }), `${AT}.retries.perTryTimeout`],
    ['half a millisecond between tries', retries({ backoff: '1.5ms' }), `${AT}.retries.backoff`],
    ['a timeout of half a millisecond more', rule({ timeout: '1.5ms' }), `${AT}.timeout`],
  ],
});

export const HTTP_DESTINATIONS = examplesOf('VirtualService', {
  accepted: [
    ['weights', to({ weight: 90 }, { weight: 10 })],
    ['weights that are not percentages', to({ weight: 1 }, { weight: 2 }, {})],
    ['a single weight of 0', to({ weight: 0 })],
    ['a wildcard', toHost('*.example.com')],
    ['a subset and a port', to({ destination: { host: 'a', subset: 'v1', port: { number: 65535 } } })],
    ['an empty subset', to({ destination: { host: 'a', subset: '' } })],
  ],
  warned: [],
  refused: [
    ['weights of nothing', to({ weight: 0 }, {}), `${AT}.route`],
    ['weights that overflow to nothing', to({ weight: 2_147_483_647 }, { weight: 2_147_483_647 }, { weight: 2 }), `${AT}.route`],
    ['a negative weight', to({ weight: -1 }), `${AT}.route[0].weight`],
    ['every host', toHost('*'), `${AT}.route[0].destination.host`],
    ['an address', toHost('10.0.0.1'), `${AT}.route[0].destination.host`],
    ['a host with a port', toHost('a:80'), `${AT}.route[0].destination.host`],
    ['a subset with a dot', to({ destination: { host: 'a', subset: 'v1.0' } }), `${AT}.route[0].destination.subset`],
    ['port 0', to({ destination: { host: 'a', port: { number: 0 } } }), `${AT}.route[0].destination.port.number`],
    ['a port beyond the last', to({ destination: { host: 'a', port: { number: 65536 } } }), `${AT}.route[0].destination.port.number`],
    ['a negative weight of connections', { hosts: ['a'], tcp: [{ route: [{ destination: { host: 'a' }, weight: -1 }] }] }, 'spec.tcp[0].route[0].weight'],
  ],
});

export const HTTP_MATCHES = examplesOf('VirtualService', {
  accepted: [
    ['an empty match', match({})],
    ['every part of a request', match({
      uri: { prefix: '/' },
      scheme: { exact: 'https' },
      method: { exact: 'GET' },
      authority: { regex: 'a.*' },
      port: 80,
      headers: { 'x-a': { exact: 'b' }, ':path': { prefix: '/' }, 'a,b': {} },
      queryParams: { '': { regex: '.*' } },
      sourceLabels: { app: 'a' },
      sourceNamespace: 'shop',
      gateways: ['mesh'],
    })],
    ['an empty prefix of the path', match({ uri: { prefix: '' } })],
    ['an empty text', match({ method: { exact: '' } })],
    ['port 0, which is any', match({ port: 0 })],
    ['a header that is absent, in the old way', match({ withoutHeaders: { 'x-a': { regex: '*' } } })],
    ['a header that is absent', match({ withoutHeaders: { 'x-a': {} } })],
    ['a regular expression of 1024 bytes', match({ uri: { regex: LONG } })],
  ],
  warned: [],
  refused: [
    ['an empty prefix of a method', match({ method: { prefix: '' } }), `${AT}.match[0].method.prefix`],
    ['an empty prefix of a scheme', match({ scheme: { prefix: '' } }), `${AT}.match[0].scheme.prefix`],
    ['an empty prefix of an authority', match({ authority: { prefix: '' } }), `${AT}.match[0].authority.prefix`],
    ['an empty prefix of a header', match({ headers: { a: { prefix: '' } } }), `${AT}.match[0].headers[a].prefix`],
    ['an empty prefix of a header that shall be absent', match({ withoutHeaders: { a: { prefix: '' } } }), `${AT}.match[0].withoutHeaders[a].prefix`],
    ['an empty prefix of a parameter', match({ queryParams: { a: { prefix: '' } } }), `${AT}.match[0].queryParams[a].prefix`],
    ['an empty regular expression', match({ uri: { regex: '' } }), `${AT}.match[0].uri.regex`],
    ['a regular expression with look-ahead', match({ uri: { regex: 'a(?=b)' } }), `${AT}.match[0].uri.regex`],
    ['a regular expression of 1025 bytes', match({ uri: { regex: `${LONG}a` } }), `${AT}.match[0].uri.regex`],
    ['a regular expression of 1026 bytes in UTF-8', match({ uri: { regex: 'é'.repeat(513) } }), `${AT}.match[0].uri.regex`],
    ['an asterisk as regular expression of a header', match({ headers: { a: { regex: '*' } } }), `${AT}.match[0].headers[a].regex`],
    ['a header without name', match({ headers: { '': { exact: 'a' } } }), `${AT}.match[0].headers[]`],
    ['a header with a space', match({ withoutHeaders: { 'a b': {} } }), `${AT}.match[0].withoutHeaders[a b]`],
    ['an unknown pseudo header', match({ headers: { ':host': {} } }), `${AT}.match[0].headers[:host]`],
    ['half a claim of a token', match({ headers: { '@request.auth.claims.': {} } }), `${AT}.match[0].headers[@request.auth.claims.]`],
    ['a port beyond the last', match({ port: 65536 }), `${AT}.match[0].port`],
    ['a label with a space', match({ sourceLabels: { app: 'a b' } }), `${AT}.match[0].sourceLabels[app]`],
    ['a wildcard for a namespace', match({ sourceNamespace: '*' }), `${AT}.match[0].sourceNamespace`],
  ],
});

export const HTTP_HEADERS = examplesOf('VirtualService', {
  accepted: [
    ['headers of the request', headers({ request: { set: { host: 'b' }, add: { 'x-a': '%HOSTNAME% %REQ(x-b)% 100%%' }, remove: ['x-c'] } })],
    ['headers of the response', headers({ response: { set: { 'x a': '' }, add: { 'x-b': '%DYNAMIC_METADATA(["a", "b"])%' }, remove: ['x-c'] } })],
    ['headers of one destination', to({ headers: { request: { set: { ':authority': 'b' } } } })],
    ['the host twice without value', headers({ request: { set: { 'host': '', ':authority': '' } } })],
    ['a rewrite of the host, and another header', rule({ rewrite: { authority: 'b' }, headers: { request: { set: { 'x-a': 'c' } } } })],
    ['CORS', cors({ allowOrigins: [{ exact: '*' }, { regex: '.*' }], allowMethods: ['GET', '*'], allowHeaders: ['x-a', '*'], exposeHeaders: ['*'], maxAge: '24h' })],
  ],
  warned: [],
  refused: [
    ['a header without name', setHeader(''), `${AT}.headers.request.set[]`],
    ['a pseudo header', setHeader(':path'), `${AT}.headers.request.set[:path]`],
    ['a pseudo header added to the response', headers({ response: { add: { ':status': '200' } } }), `${AT}.headers.response.add[:status]`],
    ['the host in the response', headers({ response: { set: { Host: 'a' } } }), `${AT}.headers.response.set[Host]`],
    ['the host removed', headers({ request: { remove: ['host'] } }), `${AT}.headers.request.remove[0]`],
    ['a pseudo header removed', headers({ response: { remove: ['x', ':status'] } }), `${AT}.headers.response.remove[1]`],
    ['a lone percent sign', setHeader('a', '100%'), `${AT}.headers.request.set[a]`],
    ['a variable without end', headers({ request: { add: { a: '%REQ(a' } } }), `${AT}.headers.request.add[a]`],
    ['a variable with text after its arguments', setHeader('a', '%REQ(a)b%'), `${AT}.headers.request.set[a]`],
    ['a control character', setHeader('a', 'b\u0001'), `${AT}.headers.request.set[a]`],
    ['a wrong value for one destination', to({ headers: { response: { set: { a: '%' } } } }), `${AT}.route[0].headers.response.set[a]`],
    ['the host set twice', headers({ request: { set: { 'host': 'a', ':authority': 'b' } } }), `${AT}.headers.request.set[host]`],
    ['the host set three times', headers({ request: { set: { 'host': 'a', ':authority': 'b', 'Host': 'c' } } }), `${AT}.headers.request.set[host]`],
    ['the host set and added', headers({ request: { set: { host: 'a' }, add: { Host: '' } } }), `${AT}.headers.request.add[Host]`],
    ['the host rewritten and set', rule({ rewrite: { authority: 'b' }, headers: { request: { set: { host: '' } } } }), `${AT}.headers.request.set[host]`],

    ['an origin of nothing', cors({ allowOrigins: [{}] }), `${AT}.corsPolicy.allowOrigins[0]`],
    ['an empty origin', cors({ allowOrigins: [{ exact: '' }] }), `${AT}.corsPolicy.allowOrigins[0]`],
    ['an origin by a wrong regular expression', cors({ allowOrigins: [{ regex: '*' }] }), `${AT}.corsPolicy.allowOrigins[0].regex`],
    ['a method in lower case', cors({ allowMethods: ['get'] }), `${AT}.corsPolicy.allowMethods[0]`],
    ['an allowed header with a space', cors({ allowHeaders: ['a b'] }), `${AT}.corsPolicy.allowHeaders[0]`],
    ['an exposed header without name', cors({ exposeHeaders: [''] }), `${AT}.corsPolicy.exposeHeaders[0]`],
    ['an age of half seconds', cors({ maxAge: '1.5s' }), `${AT}.corsPolicy.maxAge`],
    ['an age of half milliseconds', cors({ maxAge: '1.5ms' }), `${AT}.corsPolicy.maxAge`],
  ],
});
