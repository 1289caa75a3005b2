import { Chart, Duration, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import * as library from '../src';

/** What a program without types may pass: every one is refused by what is wrong, never by what broke inside. */
const { HttpMatch, StringMatch, MeshService, MeshPort, Retries } = library;

const chart = (): Chart => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const service = (scope: Construct) => MeshService.fromName(scope, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)] });
const none = library.RequestTimeout.none();
const V1 = { version: 'v1' };
const V2 = { version: 'v2' };

function resilience(props: any): () => void {
  return () => {
    const scope = chart();
    new library.ResilientService(scope, 'x', { service: service(scope), timeout: none, ...props });
  };
}

function canary(props: any): () => void {
  return () => {
    const scope = chart();
    new library.CanaryRollout(scope, 'x', { service: service(scope), stable: V1, canary: V2, weight: 10, ...props });
  };
}

function route(props: any): () => void {
  return () => {
    const scope = chart();
    new library.HttpRoute(scope, 'x', { service: service(scope), ...props });
  };
}

function called(say: (reviews: library.MeshService) => unknown): () => void {
  return () => {
    const scope = chart();
    const workload = library.MeshWorkload.fromLabels(scope, 'pods', { name: 'reviews', namespace: 'shop', labels: { app: 'reviews' }, serviceAccount: 'reviews' });
    say(MeshService.fromName(scope, 'reviews', { name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], workload }));
  };
}

function external(props: any): () => void {
  return () => new library.ExternalService(chart(), 'x', { hosts: ['a.example'], ports: [library.ExternalPort.https(443)], ...props });
}

const egress = () => new library.EgressGateway(chart(), 'x', { name: 'egress' });

function mtls(props: any): () => void {
  return () => {
    const scope = chart();
    new library.MtlsPolicy(scope, 'x', { scope: library.PolicyScope.workload(service(scope)), ...props });
  };
}

function migration(props: any): () => void {
  return () => new library.MtlsMigration(chart(), 'x', { namespaces: ['shop'], ...props });
}

function machine(props: any): () => void {
  const registration = () => library.VirtualMachineRegistration.at([{ address: '10.1.2.3' }]);
  return () => new library.VirtualMachineWorkload(chart(), 'x', { name: 'vm', serviceAccount: 'vm', registration: registration(), ports: [MeshPort.http(80)], ...props });
}

function ingress(props: any = {}): library.IngressGateway {
  return new library.IngressGateway(chart(), 'x', { name: 'public', selector: { istio: 'ingress' }, ...props });
}

function exposed(options: any): () => void {
  return () => {
    const gateway = ingress();
    gateway.expose(service(gateway), { hosts: ['a.example.com'], tls: library.GatewayTls.simple('cert'), ...options });
  };
}

function allow(props: any): () => void {
  return () => {
    const sources = [library.PolicySource.namespace('shop')];
    new library.AllowPolicy(chart(), 'x', { scope: library.PolicyScope.namespace('shop'), rules: [{ sources }], ...props });
  };
}

const KEYS = () => ({ issuer: 'https://id.example.com', jwks: library.Jwks.uri('https://id.example.com/jwks'), audiences: library.JwtAudiences.any() });

function tokens(props: any, issuer: any = {}): () => void {
  return () => {
    new library.JwtAuthentication(chart(), 'x', { scope: library.PolicyScope.namespace('shop'), issuers: [{ ...KEYS(), ...issuer }], ...props });
  };
}

function addresses(props: any): () => void {
  return () => {
    new library.IpAllowList(chart(), 'x', { scope: library.PolicyScope.namespace('edge'), ranges: ['203.0.113.0/24'], ...props });
  };
}

const any = (value: unknown): any => value;

function patch(props: any): () => void {
  return () => {
    const scope = library.PolicyScope.namespace('shop');
    new library.EnvoyPatch(chart(), 'x', { scope, traffic: library.EnvoyTraffic.INBOUND, reason: 'a test', changes: [library.EnvoyAnchor.listener().remove()], ...props });
  };
}

function proxy(props: any): () => void {
  return () => new library.ProxyConfiguration(chart(), 'x', { scope: library.PolicyScope.namespace('shop'), ...props });
}

const RELEASE = { name: 'istiod', namespace: 'istio-system', chart: 'istiod', repository: 'https://charts.example.com', version: '1.31.1', values: {} };

function argo(props: any): () => void {
  return () => new library.ReleasesByArgoCd(chart(), 'x', { releases: [RELEASE], ...props });
}

function flux(props: any): () => void {
  return () => new library.ReleasesByFlux(chart(), 'x', { releases: [RELEASE], ...props });
}

function addOns(props: any): () => void {
  return () => new library.MeshAddOns(props);
}

test.each<[string, () => void, string]>([
  ['a timeout in words', () => library.RequestTimeout.after(any('5s')), 'RequestTimeout is "5s". Give a Duration of cdk8s, for example Duration.seconds(5).'],
  ['no timeout', () => library.RequestTimeout.after(any(undefined)), 'RequestTimeout is undefined.'],
  ['a number for perTryTimeout', () => Retries.upTo(1, { perTryTimeout: any(1) }), 'perTryTimeout is 1.'],
  ['an interval in words', resilience({ outlierDetection: { interval: '10s' } }), '[shop/x] outlierDetection.interval is "10s".'],
  ['a number of retries', resilience({ retries: 2 }), '[shop/x] `retries` is 2. Say Retries.upTo(2), or Retries.none().'],
  ['a load balancer by name', resilience({ loadBalancer: 'LEAST_REQUEST' }), '[shop/x] `loadBalancer` is "LEAST_REQUEST".'],
  ['a load balancer of a subset by name', resilience({ subsets: { v1: { loadBalancer: 'RANDOM' } } }), '`loadBalancer` is "RANDOM".'],
  ['a route by its path', resilience({ routes: [{ match: '/x' }] }), '[shop/x] `match` is "/x".'],
  ['the timeout of a route in words', resilience({ routes: [{ match: HttpMatch.any(), timeout: '1s' }] }), '`timeout` is "1s".'],
  ['ports by number', resilience({ ports: [80] }), '[shop/x] `ports` is 80.'],
  ['a Chart for a service', resilience({ service: Testing.chart() }), '[shop/x] `service` is the Chart [test]. Give a MeshService'],
  ['a Chart for a service of a canary', canary({ service: Testing.chart() }), '[shop/x] `service` is the Chart [test]. Give a MeshService.'],
  ['a weight in words', canary({ weight: '10' }), '[shop/x] weight is "10"; the canary\'s share is a whole percentage from 0 to 100.'],
  ['no stable version', canary({ stable: undefined }), '[shop/x] stable is undefined. Say which pods are meant, for example { version: \'v1\' }.'],
  ['a version by number', canary({ canary: { version: 2 } }), '[shop/x] canary: `version` is 2.'],
  ['a header compared with a bare string', () => HttpMatch.header('x', any('true')), 'HttpMatch.header: the value is "true". Say how it is compared'],
  ['a bare path', () => HttpMatch.path(any('/x')), 'HttpMatch.path: the value is "/x".'],
  ['a list of alternatives', () => HttpMatch.anyOf(any([HttpMatch.any()])), 'HttpMatch.anyOf: one of them is [a HttpMatch]. Give HttpMatches, one argument each.'],
  ['methods as one string', () => Retries.upTo(1, { methods: any('GET') }), 'The HTTP methods are "GET". Give a list, for example [\'GET\'].'],
  ['a port in words', () => MeshPort.http(any('80')), 'MeshPort: number is "80"; a port is a whole number from 1 to 65535.'],
  ['a service by name', () => new MeshService(chart(), 'x', { service: any('reviews') }), '[shop/x] `service` is "reviews".'],
  ['ports of a service by number', () => new MeshService(chart(), 'x', { name: 'a', ports: any([80]) }), '[shop/x] `ports` holds 80. Give MeshPorts'],
  ['one host for a list of hosts', () => new library.GatewayRoutes(chart(), 'x', { gateway: 'a/b', hosts: any('a.example.com') }), '[shop/x] `hosts` is "a.example.com".'],
  ['no gateway', () => new library.GatewayRoutes(chart(), 'x', { gateway: any(undefined), hosts: ['a.example.com'] }), '[shop/x] give either `gateway` or `gateways`, as NAMESPACE/NAME'],
  ['a query parameter compared with a bare string', () => HttpMatch.queryParameter('q', any('1')), 'HttpMatch.queryParameter: the value is "1".'],
  ['a path with a star', () => HttpMatch.path(StringMatch.exact('/api/*')), 'HttpMatch.path: "/api/*" never matches: "*" stands for itself in a path. Use StringMatch.prefix("/api/").'],
  ['a path with a query', () => HttpMatch.path(StringMatch.prefix('/x?b=1')), 'a path is matched without its query. Use HttpMatch.queryParameter'],
  ['a path with dots', () => HttpMatch.path(StringMatch.exact('/a/../b')), '"/./" and "/../" are resolved before. Write the resolved path.'],
  ['a service of a route by name', route({ service: 'reviews' }), '[shop/x] `service` is "reviews". Give a MeshService'],
  ['the match of a route as a path', route({ match: '/x' }), '[shop/x] `match` is "/x". Say which requests are meant'],
  ['the action of a route as a subset', route({ action: 'v2' }), '[shop/x] `action` is "v2". Say for example RouteAction.toSubset(\'v2\').'],
  ['a rewrite in words', route({ rewrite: '/v2' }), '[shop/x] `rewrite` is "/v2". Say for example PathRewrite.prefix(\'/v2\').'],
  ['the timeout of a route in words', route({ timeout: '5s' }), '[shop/x] `timeout` is "5s".'],
  ['the number of a route\'s retries', route({ retries: 2 }), '[shop/x] `retries` is 2.'],
  ['CORS as a list of origins', route({ cors: ['https://a.example'] }), '[shop/x] cors.allowOrigins is undefined.'],
  ['CORS as true', route({ cors: true }), '[shop/x] `cors` is true.'],
  ['a list of subsets for their shares', () => library.RouteAction.toSubsets(any(['v1'])), 'RouteAction.toSubsets: the weights are ["v1"]. Give each subset its share'],
  ['shares in words', () => library.RouteAction.toSubsets(any({ v1: '100' })), 'RouteAction: the weight of v1 is "100".'],
  ['a service by name to go to', () => library.RouteAction.toService(any('ratings')), 'RouteAction.toService: the service is "ratings". Give a MeshService.'],
  ['a destination by name', () => library.RouteAction.split(any('v1')), 'RouteAction.split: a destination is "v1".'],
  ['a redirect as a path', () => library.RouteAction.redirect(any('/new')), 'RouteAction.redirect: given is "/new". Say for example Redirect.to'],
  ['where a redirect leads as a path', () => library.Redirect.to(any('/new')), 'Redirect: it is "/new". Say where to'],
  ['a response as a status', () => library.RouteAction.respond(any(503)), 'RouteAction.respond: given is 503. Say for example DirectResponse.text'],
  ['a delegate as an object', () => library.RouteAction.delegateTo(any({ name: 'a' })), 'an object with name does not name a VirtualService.'],
  ['a pattern as a RegExp', () => library.PathRewrite.regex(any(/a/), 'b'), 'PathRewrite.regex: given are a RegExp and "b". Give two strings'],
  ['a string match of a number', () => StringMatch.exact(any(1)), 'StringMatch.exact: 1 is not a string.'],
  ['labels of callers as a list', () => HttpMatch.sourceLabels(any(['app'])), 'HttpMatch.sourceLabels: the labels are ["app"].'],
  ['a port to match in words', () => HttpMatch.port(any('80')), 'HttpMatch.port: "80" is not a port.'],
  ['a header by number', () => HttpMatch.header(any(1), StringMatch.present()), 'HttpMatch.header: 1 is not a header name.'],
  ['a list of what to leave out', () => HttpMatch.noneOf(any([HttpMatch.any()])), 'HttpMatch.noneOf: one of them is [a HttpMatch].'],
  ['a path to leave out', () => HttpMatch.any().butNot(any('/x')), 'HttpMatch.butNot: one of them is "/x".'],
  ['a path to be matched as well', () => HttpMatch.any().and(any('/x')), 'HttpMatch.and: one of them is "/x".'],
  ['the labels of a subset as a list', () => service(chart()).addSubset('v2', any(['v2'])), '[shop/reviews] the labels of the subset v2 are ["v2"].'],
  ['no labels of a subset', () => service(chart()).addSubset('v2', any(undefined)), '[shop/reviews] the labels of the subset v2 are undefined. Say which pods it has'],
  ['no props of an ingress gateway', () => new library.IngressGateway(chart(), 'x', any(undefined)), '[shop/x] undefined is given instead of props.'],
  ['no selector', () => ingress({ selector: undefined }), '[shop/x] `selector` is undefined. Give the labels'],
  ['an API in words', () => ingress({ api: 'gateway-api' }), '[shop/x] `api` is "gateway-api". Give GatewayApi.ISTIO or GatewayApi.KUBERNETES.'],
  ['a port of a gateway in words', () => ingress({ httpsPort: '443' }), '[shop/x] `httpsPort` is "443".'],
  ['a service to expose by name', () => ingress().expose(any('reviews'), any({})), '[shop/x] expose: the service is "reviews". Give a MeshService.'],
  ['nothing said of what is exposed', () => { const gateway = ingress(); gateway.expose(service(gateway), any(undefined)); }, '[shop/x] expose: the options are undefined.'],
  ['one host to expose', exposed({ hosts: 'a.example.com' }), '`hosts` is "a.example.com". Give a list'],
  ['a number among the hosts', exposed({ hosts: [1] }), '1 is not a host'],
  ['a Secret for TLS', exposed({ tls: 'cert' }), '`tls` is "cert". Say what the gateway does with TLS'],
  ['no TLS', exposed({ tls: undefined }), '`tls` is undefined. Say what the gateway does with TLS'],
  ['plain HTTP in words', exposed({ plainHttp: 'redirect' }), '`plainHttp` is "redirect". Give PlainHttp.REDIRECT or'],
  ['an issuer for a certificate', exposed({ certificate: 'letsencrypt' }), '`certificate` is "letsencrypt". Say for example GatewayCertificate.fromIssuer'],
  ['wildcards in words', exposed({ allowWildcards: 'yes' }), '`allowWildcards` is "yes".'],
  ['a namespace of routes by number', exposed({ namespace: 1 }), '1 is not a namespace name'],
  ['no Secret', () => library.GatewayTls.simple(any(undefined)), 'GatewayTls.simple: `credential` is undefined. Give the name of a Secret'],
  ['a version of TLS in words', () => library.GatewayTls.simple('a', any({ minVersion: '1.3' })), '`minVersion` is "1.3". Give TlsVersion.V1_2 or TlsVersion.V1_3.'],
  ['one cipher suite', () => library.GatewayTls.simple('a', any({ cipherSuites: 'AES128-SHA' })), '`cipherSuites` is "AES128-SHA". Give a list'],
  ['one name of a client', () => library.GatewayTls.mutual('a', any({ subjectAltNames: 'b' })), '`subjectAltNames` is "b".'],
  ['a time of a certificate in days', () => library.GatewayCertificate.fromIssuer('a', any({ duration: 90 })), 'GatewayCertificate.fromIssuer: `duration` is 90. Give a Duration'],
  ['a gateway of a host by name', () => new library.IngressHost(chart(), 'x', any({ ingress: 'public', hosts: ['a.example.com'] })), '[shop/x] `ingress` is "public". Give an IngressGateway.'],
  ['a gateway port in words', () => { const gateway = ingress(); gateway.exposeTcp(service(gateway), any({ gatewayPort: '3306', tls: library.GatewayTls.plaintext() })); }, '`gatewayPort` is "3306".'],
  ['one namespace for other clusters', () => ingress().exposeToClusters(any({ namespaces: 'shop' })), '[shop/x] `namespaces` is "shop", not a list.'],
  ['a timeout of a billion days', () => library.RequestTimeout.after(Duration.days(1e9)), 'Istio accepts at most 2562047 hours'],
])('%s', (_, action, message) => {
  expect(action).toThrow(message);
});

const hashed = (key: unknown, algorithm?: unknown) => () => library.LoadBalancer.consistentHash(any(key), any(algorithm));
const pool = (connectionPool: unknown) => resilience({ connectionPool });
const gateway = (props: any) => new library.GatewayRoutes(chart(), 'x', { gateway: 'a/b', hosts: ['a.example.com'], ...props });
const minute = Duration.minutes(1);

test.each<[string, () => void, string]>([
  ['a hash by a header\'s bare name', hashed('x-user-id'), 'LoadBalancer.consistentHash: the key is "x-user-id". Say for example HashKey.header(\'x-user-id\').'],
  ['no key to hash by', hashed(undefined), 'LoadBalancer.consistentHash: the key is undefined.'],
  ['an algorithm by its name', hashed(library.HashKey.sourceIp(), 'maglev'), 'LoadBalancer.consistentHash: the algorithm is "maglev". Say for example HashAlgorithm.maglev().'],
  ['a hash by no header', () => library.HashKey.header(any(null)), 'HashKey.header: null is not a header name. Letters, digits and'],
  ['a hash by a number of a cookie', () => library.HashKey.cookie(any(1)), 'HashKey.cookie: 1 is not a cookie name.'],
  ['a hash by no query parameter', () => library.HashKey.queryParameter(any(undefined)), 'HashKey.queryParameter: the name is undefined.'],
  ['zero for the life of a cookie', () => library.HashKey.cookie('a', any(0)), 'HashKey.cookie: ttl is 0. Give a Duration'],
  ['a path for the options of a cookie', () => library.HashKey.cookie('a', minute, any('/')), 'HashKey.cookie: the options are "/".'],
  ['an attribute of a cookie in words', () => library.HashKey.cookie('a', minute, { attributes: any('Secure') }), 'HashKey.cookie: `attributes` is "Secure".'],
  ['a number of seconds to warm up', () => library.LoadBalancer.roundRobin(any(60)), 'LoadBalancer.roundRobin: the options are 60.'],
  ['a number of seconds for warmUp', () => library.LoadBalancer.leastRequest({ warmUp: any(60) }), 'LoadBalancer.leastRequest: `warmUp` is 60.'],
  ['nothing for warmUp', () => library.LoadBalancer.leastRequest({ warmUp: any(null) }), 'LoadBalancer.leastRequest: `warmUp` is null.'],
  ['a percentage to warm up from in words', () => library.LoadBalancer.roundRobin({ warmUp: { duration: minute, minimumPercent: any('5') } }), 'warmUp.minimumPercent is "5"; 0 to 100 is allowed.'],
  ['an aggression in words', () => library.LoadBalancer.roundRobin({ warmUp: { duration: minute, aggression: any('2') } }), 'warmUp.aggression is "2"; a number from 1 is allowed.'],
  ['nothing for a connection pool', pool(null), '[shop/x] connectionPool is null.'],
  ['zero for a connection pool', pool(0), '[shop/x] connectionPool is 0.'],
  ['a number of connections for a pool', pool({ tcp: 100 }), '[shop/x] connectionPool.tcp is 100. Say for example { maxConnections: 100 }.'],
  ['a list of settings for requests', pool({ http: [] }), '[shop/x] connectionPool.http is [].'],
  ['true for keepalive', pool({ tcp: { keepalive: true } }), '[shop/x] connectionPool.tcp.keepalive is true.'],
  ['seconds for the time of keepalive', pool({ tcp: { keepalive: { time: 60 } } }), '[shop/x] connectionPool.tcp.keepalive.time is 60. Give a Duration'],
  ['zero for connectTimeout', pool({ tcp: { connectTimeout: 0 } }), '[shop/x] connectionPool.tcp.connectTimeout is 0. Give a Duration'],
  ['an upgrade in words', pool({ http: { h2UpgradePolicy: 'yes' } }), '[shop/x] `connectionPool.http.h2UpgradePolicy` is "yes". Give H2UpgradePolicy.DEFAULT or'],
  ['"false" for useClientProtocol', pool({ http: { useClientProtocol: 'false' } }), '[shop/x] `connectionPool.http.useClientProtocol` is "false". Write true or false'],
  ['true for http2Keepalive', pool({ http: { http2Keepalive: true } }), '[shop/x] connectionPool.http.http2Keepalive is true.'],
  ['true for outlier detection', resilience({ outlierDetection: true }), '[shop/x] outlierDetection is true. Say for example { consecutiveGatewayErrors: 5 }'],
  ['false for outlier detection', resilience({ outlierDetection: false }), '[shop/x] outlierDetection is false.'],
  ['zero for the interval of outlier detection', resilience({ outlierDetection: { consecutiveGatewayErrors: 5, interval: 0 } }), '[shop/x] outlierDetection.interval is 0. Give a Duration'],
  ['false for a retry budget', resilience({ retryBudget: false }), '[shop/x] retryBudget is false.'],
  ['a list for a retry budget', resilience({ retryBudget: [] }), '[shop/x] retryBudget is [].'],
  ['zero for the interval of a retry budget', resilience({ retryBudget: { percent: 20, interval: 0 } }), '[shop/x] retryBudget.interval is 0. Give a Duration'],
  ['headers beside their operation', route({ requestHeaders: { 'x-version': '2' } }), '[shop/x] `requestHeaders` has "x-version", which is no operation: `set`, `add` and `remove` are. To set a header of that name, say { set: { "x-version": … } }.'],
  ['an operation that is none', route({ responseHeaders: { delete: ['x-debug'] } }), '[shop/x] `responseHeaders` has "delete", which is no operation'],
  ['nothing for header operations', route({ requestHeaders: null, timeout: none }), '[shop/x] `requestHeaders` is null.'],
  ['zero for the age of CORS', route({ cors: { allowOrigins: [StringMatch.exact('https://a.example')], maxAge: 0 } }), '[shop/x] cors.maxAge is 0. Give a Duration'],
  ['a subset for the options of a destination', () => library.RouteAction.toService(service(chart()), any('v2')), 'RouteAction.toService: the options are "v2". Give an object, for example { subset: \'v2\' }'],
  ['a port of a destination in words', () => library.RouteAction.toService(service(chart()), { port: any('80') }), 'RouteAction.toService: `port` is "80".'],
  ['a port of a part in words', () => library.RouteAction.split({ weight: 100, port: any('80') }), 'RouteAction.split: `port` is "80".'],
  ['headers of a part beside their operation', route({ action: library.RouteAction.split({ weight: 100, requestHeaders: any({ a: 'b' }) }) }), '[shop/x] `requestHeaders` has "a", which is no operation'],
  ['an object for a method', () => HttpMatch.methods(any({ a: 1 })), 'an object with a is not an HTTP method.'],
  ['a response that refers to itself', () => library.DirectResponse.json(200, service(chart())), 'DirectResponse.json: the MeshService [shop/reviews] cannot be written as JSON.'],
  ['a list of nothing for addresses', () => new library.TcpRoute(chart(), 'x', { service: service(chart()), action: library.RouteAction.toSubset('v2'), destinationSubnets: any([undefined]) }), '[shop/x] `destinationSubnets` is [undefined].'],
  ['a number for the options of a mirror', () => library.MirrorTarget.subset('v2', any(10)), 'MirrorTarget.subset: the options are 10. Give an object, for example { percentage: 10 }'],
  ['a subset for the options of a mirror', () => library.MirrorTarget.service(service(chart()), any('v2')), 'MirrorTarget.service: the options are "v2".'],
  ['an object for the subset of a mirror', () => library.MirrorTarget.service(service(chart()), { subset: any({ name: 'v2' }) }), 'MirrorTarget.service: the subset is an object with name.'],
  ['a port of a mirror in words', () => library.MirrorTarget.service(service(chart()), { port: any('80') }), 'MirrorTarget.service: `port` is "80".'],
  ['a number for zone-aware options', () => library.LocalityPreference.zoneAware(any(6)), 'LocalityPreference.zoneAware: the options are 6.'],
  ['false for failoverPriority', () => library.LocalityPreference.zoneAware({ failoverPriority: any(false) }), 'LocalityPreference.zoneAware: failoverPriority is given false.'],
  ['a port for the options of a route', () => gateway({}).addRoute(HttpMatch.any(), service(chart()), any(8080)), '[shop/x] addRoute: the options are 8080.'],
  ['no options of a redirect', () => gateway({}).addRedirect(HttpMatch.any(), library.Redirect.toHttps(), any(null)), '[shop/x] addRedirect: the options are null.'],
  ['a name for the options of a response', () => gateway({}).addResponse(HttpMatch.any(), library.DirectResponse.status(503), any('closed')), '[shop/x] addResponse: the options are "closed".'],
  ['a name for the options of a delegate', () => gateway({}).addDelegate(HttpMatch.any(), 'a/b', any('c')), '[shop/x] addDelegate: the options are "c".'],
  ['nothing among the hosts', () => gateway({ hosts: [undefined] }), '[shop/x] undefined is not a host'],
  ['an object for a gateway', () => gateway({ gateway: { name: 'public' } }), '[shop/x] an object with name does not name a Gateway.'],
  ['an object for a namespace', () => gateway({ namespace: { name: 'shop' } }), '[shop/x] an object with name is not a namespace name'],
  ['a number for the options of a client\'s address', () => library.RateLimitKey.clientIp(any(24)), 'RateLimitKey.clientIp: the options are 24.'],
  ['a number for the options of local limits', () => library.RateLimitEngine.local(any(1000)), 'RateLimitEngine.local: the options are 1000.'],
  ['a gate that is not there', canary({ gates: [undefined] }), '[shop/x] `gates` holds undefined. Give RolloutGates'],
  ['a step that is not there', () => library.RolloutSteps.of(any(undefined)), 'RolloutSteps.of: one of them is undefined.'],
  ['an object for a subset of a version', canary({ canary: { version: 'v2', subset: { name: 'v2' } } }), '[shop/x] canary: `subset` is an object with name.'],
  ['nobody for a caller', called((reviews) => reviews.allowFrom(any(undefined))), '[shop/reviews] allowFrom: the caller is undefined, and a rule without one would allow everyone.'],
  ['an account for a caller', called((reviews) => reviews.allowFrom(any('shop/frontend'))), '[shop/reviews] allowFrom: the caller is "shop/frontend", which has no identities. Give a MeshService or a MeshWorkload.'],
  ['a Chart for a caller', called((reviews) => reviews.workloads[0].allowFrom(any(Testing.chart()))), '[shop/pods] allowFrom: the caller is the Chart [test], which has no identities.'],
  ['nothing for a target', called((reviews) => reviews.calls(any(null))), '[shop/reviews] calls: the target is null, and policies select the pods of a MeshService or a MeshWorkload.'],
  ['a host for a target', called((reviews) => reviews.workloads[0].calls(any('api.example.com'))), '[shop/pods] calls: the target is "api.example.com", and policies select'],
  ['a method for the options of a call', called((reviews) => reviews.calls(reviews, any('GET'))), '[shop/reviews] calls: the call of reviews: the options are "GET". Give an object, for example { methods: [\'GET\'] }'],
  ['nothing for the options of a call', called((reviews) => reviews.allowFrom(reviews, any(null))), '[shop/reviews] allowFrom: the call of reviews: the options are null.'],
  ['one method of a call', called((reviews) => reviews.calls(reviews, { methods: any('GET') })), '[shop/reviews] calls: `methods` is "GET", not a list.'],
  ['a bare path of a call', called((reviews) => reviews.calls(reviews, { paths: any(['/a']) })), '[shop/reviews] calls: `paths` holds "/a", and a path is a PathMatch. Write for example PathMatch.exact(\'/a\')'],
  ['no path of a call', called((reviews) => reviews.calls(reviews, { paths: [] })), '[shop/reviews] calls: `paths` is empty, and an empty list means every path to Istio.'],
  ['a port of a call in words', called((reviews) => reviews.calls(reviews, { ports: any(['80']) })), '[shop/reviews] calls: port "80" is none'],
  ['"yes" for sharedIdentity', called((reviews) => reviews.calls(reviews, { sharedIdentity: any('yes') })), '[shop/reviews] calls: `sharedIdentity` is "yes". Write true or false'],
  ['an external host by itself', external({ hosts: 'a.example' }), '[shop/x] `hosts` is "a.example", not a list.'],
  ['a number for an external host', external({ hosts: [1] }), '[shop/x] `hosts` holds 1, which is not a host'],
  ['a port of an external host by number', external({ ports: [443] }), '[shop/x] `ports` holds 443. Give ExternalPorts'],
  ['a resolution in small letters', external({ resolution: 'dns' }), '[shop/x] `resolution` is "dns". Give Resolution.NONE'],
  ['an endpoint by its address', external({ endpoints: ['203.0.113.7'] }), '[shop/x] endpoints: the options are "203.0.113.7". Give an object'],
  ['an address that is a number', external({ addresses: [7] }), '[shop/x] `addresses` holds 7'],
  ['a port for the options of an external port', () => library.ExternalPort.http(80, any(8080)), 'ExternalPort.http: the options are 8080.'],
  ['TLS by its mode', () => library.ExternalPort.tlsOrigination(80, { tls: any('MUTUAL') }), 'ExternalPort.tlsOrigination: `tls` is "MUTUAL".'],
  ['nothing for the files of TLS', () => library.ClientTls.mutual(any(null)), 'ClientTls.mutual: the options are null.'],
  ['a Secret as an object', () => library.ClientTls.mutualFromSecret(any({ name: 'a' })), 'ClientTls.mutualFromSecret: an object with name is not the name of a Secret'],
  ['names of a server as one text', () => library.ClientTls.simple({ subjectAltNames: any('a.example') }), 'ClientTls.simple: `subjectAltNames` is "a.example", not a list.'],
  ['a gateway by name', () => new library.ExternalService(chart(), 'x', { hosts: ['a.example'], ports: [library.ExternalPort.http(80)] }).throughEgress(any('egress')), '[shop/x] throughEgress: "egress" is not an EgressGateway.'],
  ['a host for a route of an egress gateway', () => egress().route(any('a.example')), '[shop/x] route: "a.example" is not an ExternalService.'],
  ['one caller of an egress gateway', () => egress().route(new library.ExternalService(chart(), 'y', { hosts: ['a.example'], ports: [library.ExternalPort.http(80)] }), { callers: any('frontend') }), '[shop/x] `callers` is "frontend", not a list.'],
  ['labels of a gateway as a text', () => new library.EgressGateway(chart(), 'x', { name: 'egress', selector: any('istio=egress') }), '[shop/x] `selector` is "istio=egress"'],
  ['a host for hosts of a sidecar', () => new library.SidecarScope(chart(), 'x', { scope: library.PolicyScope.namespace('shop'), hosts: any(['a.example']) }), '[shop/x] `hosts` holds "a.example". Give SidecarHosts'],
  ['a service by name for a sidecar', () => library.SidecarHost.service(any('reviews')), 'SidecarHost.service: "reviews" is not a MeshService.'],
  ['a listener by port', () => new library.SidecarScope(chart(), 'x', { scope: library.PolicyScope.workload(service(chart())), listeners: any([9080]) }), '[shop/x] listeners: the options are 9080.'],
  ['a scope of mTLS by name', () => new library.MtlsPolicy(chart(), 'x', { scope: any('shop') }), '[shop/x] `scope` is "shop". Say for whom it holds'],
  ['a mode of mTLS in small letters', mtls({ mode: 'strict' }), '[shop/x] `mode` is "strict". Give MtlsMode.STRICT'],
  ['ports of mTLS by number', mtls({ ports: [8080] }), '[shop/x] `ports` holds 8080. Say what the port accepts, for example MtlsPort.permissive(8080).'],
  ['one port of mTLS for a list', mtls({ ports: library.MtlsPort.permissive(1) }), '[shop/x] `ports` is a MtlsPort, not a list.'],
  ['the port of an exception in words', () => library.MtlsPort.disable(any('80')), 'MtlsPort.disable: port "80" is none'],
  ['one namespace for the list of a migration', migration({ namespaces: 'shop' }), '[shop/x] `namespaces` is "shop", not a list.'],
  ['the injection of a migration by name', migration({ injection: 'stable' }), '[shop/x] `injection` is "stable". Give Injection.enabled()'],
  ['callers of a migration by name', migration({ callers: ['vm'] }), '[shop/x] callers[0]: "vm" is given instead of props.'],
  ['a caller of a migration by name', () => migration({ callers: [{ caller: 'vm', target: service(chart()) }] })(), '[shop/x] callers[0]: the caller is "vm"'],
  ['a target of a migration by name', migration({ openPorts: [{ target: 'db', ports: [80], reason: 'x' }] }), '[shop/x] openPorts[0]: the target is "db"'],
  ['no reason for a break', migration({ despite: [{ caller: 'vm' }] }), '[shop/x] despite[0]: `reason` is undefined. Say why'],
  ['a port of a machine by number', machine({ ports: [80] }), '[shop/x] `ports` holds 80. Give MeshPorts'],
  ['the address of a machine instead of its registration', machine({ registration: '10.1.2.3' }), '[shop/x] `registration` is "10.1.2.3". Say VirtualMachineRegistration.at('],
  ['addresses of machines as texts', () => machine({ registration: library.VirtualMachineRegistration.at(any(['10.1.2.3'])) })(), '[shop/x] addresses: the options are "10.1.2.3".'],
  ['one address for a list', () => library.VirtualMachineRegistration.at(any('10.1.2.3')), 'VirtualMachineRegistration.at: `addresses` is "10.1.2.3", not a list.'],
  ['a probe by port', () => library.VirtualMachineRegistration.byItself({ probe: any(80) }), 'VirtualMachineRegistration.byItself: `probe` is 80.'],
  ['the times of a probe in seconds', () => library.VirtualMachineProbe.tcp(80, { period: any(5) }), 'VirtualMachineProbe.tcp: period is 5. Give a Duration'],
  ['the command of a probe as one text', () => library.VirtualMachineProbe.exec(any('check -q')), 'VirtualMachineProbe.exec: `command` is "check -q", not a list.'],
  ['no account of a machine', machine({ serviceAccount: undefined }), '[shop/x] `serviceAccount` is undefined.'],
  ['pods of a machine by name', machine({ pods: 'orders' }), '[shop/x] `pods` is "orders", not a list.'],
  ['a patch of a place that has no name', () => library.EnvoyAnchor.httpFilter(any(undefined)), 'EnvoyAnchor.httpFilter(undefined): that is no name of a filter.'],
  ['a port of an anchor in words', patch({ changes: [library.EnvoyAnchor.listener({ port: any('80') }).remove()] }), 'EnvoyAnchor.listener(): `port` is "80"'],
  ['a value of a patch as a text', () => library.EnvoyAnchor.clusters().add('name: x'), 'EnvoyAnchor.clusters().add: the value is "name: x".'],
  ['an anchor for a change', patch({ changes: [library.EnvoyAnchor.clusters()] }), '[shop/x] `changes` holds a EnvoyAnchor. Say where and what'],
  ['one change for a list', patch({ changes: library.EnvoyAnchor.listener().remove() }), '[shop/x] `changes` is a EnvoyChange, not a list.'],
  ['the traffic of a patch by name', patch({ traffic: 'inbound' }), '[shop/x] `traffic` is "inbound". Give EnvoyTraffic.INBOUND or'],
  ['the scope of a patch by name', patch({ scope: 'shop' }), '[shop/x] `scope` is "shop". Say for whom it holds'],
  ['no reason for a patch', patch({ reason: undefined }), '[shop/x] `reason` is undefined. Say why'],
  ['a version as a number', patch({ istioVersions: [1.31] }), '[shop/x] `istioVersions` holds 1.31.'],
  ['a priority in words', patch({ priority: 'first' }), '[shop/x] `priority` is "first".'],
  ['threads in words', proxy({ concurrency: 'two' }), '[shop/x] `concurrency` is "two".'],
  ['variables as a list', proxy({ environmentVariables: ['A=b'] }), '[shop/x] '],
  ['one rule for a list of rules', allow({ rules: { sources: [] } }), '[shop/x] `rules` is an object with sources, not a list.'],
  ['a rule by method', allow({ rules: ['GET'] }), '[shop/x] rules[0]: it is "GET". Write for example'],
  ['a source by name', allow({ rules: [{ sources: ['frontend'] }] }), '[shop/x] rules[0]: sources: "frontend" is not a PolicySource.'],
  ['a source as Istio has it', allow({ rules: [{ sources: [{ namespaces: ['a'] }] }] }), 'sources: an object with namespaces is not a PolicySource.'],
  ['an operation by method', allow({ rules: [{ sources: [library.PolicySource.anyone()], operations: ['GET'] }] }), 'rules[0]: an operation is "GET".'],
  ['one operation for a list', allow({ rules: [{ sources: [library.PolicySource.anyone()], operations: { methods: ['GET'] } }] }), '`operations` is an object with methods, not a list.'],
  ['methods of an operation as a text', allow({ rules: [{ sources: [library.PolicySource.anyone()], operations: [{ methods: 'GET' }] }] }), '`methods` is "GET", not a list.'],
  ['a condition in words', allow({ rules: [{ conditions: ['role'] }] }), 'rules[0]: conditions: "role" is not a PolicyCondition.'],
  ['a trust domain for a list', allow({ trustDomains: 'cluster.local' }), '[shop/x] `trustDomains` is "cluster.local", not a list.'],
  ['metadata in words', allow({ metadata: 'readers' }), '[shop/x] "readers" is given instead of props. Write metadata:'],
  ['a provider without a service', () => library.ExtensionProvider.http('opa', any({})), 'ExtensionProvider.http: `service` is undefined. Give the MeshService that decides.'],
  ['the image of a proxy by name', proxy({ image: 'slim' }), '[shop/x] `image` is "slim".'],
  ['a caller of a report by name', () => library.Mesh.fromYaml('').accessReport().mayCall(any('shop/a'), 'shop/b'), 'AccessReport.mayCall: the caller is "shop/a". Say AccessCaller.serviceAccount('],
  ['a target of a report that is none', () => library.Mesh.fromYaml('').accessReport().mayCall(library.AccessCaller.plaintext(), any(undefined)), 'AccessReport.mayCall: the target is undefined.'],
  ['an account without a name', () => library.AccessCaller.serviceAccount('shop', any(undefined)), 'AccessCaller.serviceAccount: name is undefined.'],
  ['a principal that is none', () => library.AccessCaller.principal('spiffe://cluster.local/ns/a/sa/b'), 'AccessCaller.principal: "spiffe://cluster.local/ns/a/sa/b" is not one identity.'],
  ['columns in words', () => library.Mesh.fromYaml('').accessReport().toText({ width: any('80') }), 'AccessReport.toText: width is "80".'],
  ['a scope of tokens by name', tokens({ scope: 'shop' }), '[shop/x] `scope` is "shop". Say for whom it holds: PolicyScope.'],
  ['one issuer for a list', tokens({ issuers: KEYS() }), '[shop/x] `issuers` is an object with issuer, jwks, audiences, not a list.'],
  ['an issuer by its address', tokens({ issuers: ['https://id.example.com'] }), '[shop/x] "https://id.example.com" is given instead of props. Write issuers: [{ issuer:'],
  ['no issuer', tokens({}, { issuer: undefined }), '[shop/x] `issuer` is undefined. Give it as it stands in the tokens\' `iss`'],
  ['keys by their address', tokens({}, { jwks: 'https://id.example.com/jwks' }), '[shop/x] `jwks` is a text, and a token is only worth something where keys verify it.'],
  ['neither keys nor their address', tokens({}, { jwks: undefined }), '[shop/x] `jwks` is undefined, and a token'],
  ['no audiences', tokens({}, { audiences: undefined }), "[shop/x] `audiences` is undefined. Say for whom tokens have to be issued: JwtAudiences.of('https://api.example.com'), or JwtAudiences.any()."],
  ['audiences as texts', tokens({}, { audiences: ['shop'] }), "[shop/x] `audiences` is [\"shop\"]. Say for whom tokens have to be issued: JwtAudiences.of('shop')"],
  ['audiences as one list', () => library.JwtAudiences.of(any(['a', 'b'])), 'JwtAudiences.of: ["a", "b"] is not an audience. Give texts as they stand in `aud`, one argument each'],
  ['a place of the token in words', tokens({}, { tokenFrom: ['x-token'] }), '[shop/x] `tokenFrom` holds "x-token". Say where the token is'],
  ['one place for a list', tokens({}, { tokenFrom: library.JwtLocation.cookie('a') }), '[shop/x] `tokenFrom` is a JwtLocation, not a list.'],
  ['a header without a name', () => library.JwtLocation.header(any(undefined)), 'JwtLocation.header: undefined is not the name of a header.'],
  ['forwarding in words', tokens({}, { forward: 'yes' }), '[shop/x] `forward` is "yes". Write true or false'],
  ['claims for headers as a list', tokens({}, { claimsToHeaders: ['sub'] }), '[shop/x] ["sub"] is given instead of props. Write claimsToHeaders:'],
  ['a claim as a list', tokens({}, { claimsToHeaders: { 'x-a': ['sub'] } }), '[shop/x] `claimsToHeaders`: the claim for x-a is ["sub"].'],
  ['a timeout of keys in words', tokens({}, { timeout: '5s' }), '[shop/x] timeout is "5s".'],
  ['optional tokens in words', tokens({ tokenOptional: 'false' }), '[shop/x] `tokenOptional` is "false". Write true or false'],
  ['an exemption by its path', tokens({ exemptions: ['/healthz'] }), '[shop/x] "/healthz" is given instead of props. Write exemptions:'],
  ['the path of an exemption as a text', tokens({ exemptions: [{ paths: ['/healthz'] }] }), '[shop/x] `paths` holds "/healthz", and a path is a PathMatch.'],
  ['keys as an object', () => library.Jwks.inline(any({ keys: [] })), 'Jwks.inline: an object is given, not a text. Give the JSON as text: JSON.stringify('],
  ['an address of keys that is none', () => library.Jwks.uri(any(undefined)), 'Jwks.uri: undefined is not an address.'],
  ['a claim by its name', () => HttpMatch.claim(any('role'), StringMatch.present()), 'HttpMatch.claim: the path is "role". Give the claim\'s name in a list, for example [\'role\'].'],
  ['a claim compared with a bare string', () => HttpMatch.claim(['role'], any('admin')), 'HttpMatch.claim: the value is "admin".'],
  ['one range for a list', addresses({ ranges: '203.0.113.0/24' }), '[shop/x] `ranges` is "203.0.113.0/24", not a list.'],
  ['no ranges', addresses({ ranges: undefined }), '[shop/x] `ranges` is undefined, not a list.'],
  ['a range by number', addresses({ ranges: [10] }), '[shop/x] `ranges`: 10 is neither an IP address nor a CIDR block.'],
  ['an address in words', addresses({ address: 'peer' }), '[shop/x] `address` is "peer". Say whose address is looked at: ClientAddress.peer()'],
  ['one host of a list for several', addresses({ hosts: 'a.example.com' }), '[shop/x] `hosts` is "a.example.com", not a list.'],
  ['a port in words for an address', addresses({ ports: ['80'] }), '[shop/x] port "80" is none'],
  ['proxies by number', () => library.ClientAddress.forwarded(any(1)), 'ClientAddress.forwarded: the options are 1. Give an object'],
  ['the number of proxies in words', () => library.ClientAddress.forwarded({ proxyRanges: ['10.0.0.1'], trustedProxies: any('1') }), '`trustedProxies` is "1".'],
  ['one release for a list', argo({ releases: RELEASE }), '[shop/x] `releases` is an object with name, namespace, chart, repository, version, values. Give'],
  ['an installation for its releases', flux({ releases: undefined }), '[shop/x] `releases` is undefined. Give the releases of an installation (istio.releases)'],
  ['a release by its name', flux({ releases: ['istiod'] }), '[shop/x] `releases[0]` is "istiod".'],
  ['a release without a name', flux({ releases: [{ ...RELEASE, name: undefined }] }), '[shop/x] the release releases[0]: `name` is undefined, not a text.'],
  ['a version by number', argo({ releases: [{ ...RELEASE, version: 1.31 }] }), '[shop/x] the release istiod: `version` is 1.31. Give one exact version'],
  ['values as a text', argo({ releases: [{ ...RELEASE, values: 'a: b' }] }), '[shop/x] the release istiod: `values` is "a: b".'],
  ['no values', argo({ releases: [{ ...RELEASE, values: null }] }), '[shop/x] the release istiod: `values` is null.'],
  ['a construct among values', argo({ releases: [{ ...RELEASE, values: { at: Testing.chart() } }] }), '`values.at` is the Chart [test], which no file of values can hold.'],
  ['a dependency as a text', argo({ releases: [{ ...RELEASE, dependsOn: 'base' }] }), '[shop/x] the release istiod: `dependsOn` is "base".'],
  ['labels of a namespace as a list', argo({ releases: [{ ...RELEASE, namespaceLabels: ['a'] }] }), '[shop/x] the release istiod: `namespaceLabels` is ["a"].'],
  ['a number for a label of a namespace', argo({ releases: [{ ...RELEASE, namespaceLabels: { a: 1 } }] }), '`namespaceLabels` has a: 1.'],
  ['automation in words', argo({ sync: 'manual' }), '[shop/x] `sync` is "manual". Give ArgoCdSync.manual()'],
  ['pruning in words', () => library.ArgoCdSync.automated(any({ prune: 'yes' })), '`prune` is "yes". Write true or false'],
  ['automation by a flag', () => library.ArgoCdSync.automated(any(true)), 'ArgoCdSync.automated: the options are true.'],
  ['a cluster by number', argo({ cluster: 1 }), '[shop/x] `cluster` is 1.'],
  ['an interval of Flux in words', flux({ interval: '10m' }), '[shop/x] `interval` is "10m". Give a Duration of cdk8s'],
  ['no timeout of Flux', flux({ timeout: null }), '[shop/x] `timeout` is null.'],
  ['releases of files as an object', () => library.HelmFiles.of(any({})), 'HelmFiles: `releases` is an object with nothing in it.'],
  ['a folder of files by number', () => library.HelmFiles.of([RELEASE]).write(any(1)), '[HelmFiles] the plan\'s directory is 1.'],
  ['no add-ons', addOns(undefined), 'undefined is given instead of props. Write new MeshAddOns('],
  ['an add-on by a flag', addOns({ prometheus: true }), 'MeshAddOns: prometheus: true is given instead of props. Write {'],
  ['an add-on that is null', addOns({ prometheus: {}, kiali: null }), 'MeshAddOns: kiali: null is given instead of props. Write {'],
  ['a retention in words', addOns({ prometheus: { retention: '15d' } }), 'MeshAddOns: prometheus: `retention` is "15d".'],
  ['rules as a text', addOns({ prometheus: { ruleFiles: 'groups: []' } }), 'MeshAddOns: prometheus: `ruleFiles` is "groups: []".'],
  ['no Secret for Grafana', addOns({ grafana: {} }), 'MeshAddOns: grafana: `adminSecret` is undefined.'],
  ['values of an add-on as a list', addOns({ jaeger: { values: [] } }), 'MeshAddOns: jaeger: `values` is [].'],
  ['pods in words', addOns({ collector: { replicas: '2' } }), 'MeshAddOns: collector: `replicas` is "2".'],
  ['a gateway by name', () => library.ClientAddress.behindGateway(any('ingress')), 'ClientAddress.behindGateway: the caller is "ingress", which has no identities.'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});

test.each([
  'HttpRoute', 'TcpRoute', 'TlsRoute', 'ResilientService', 'LocalityPolicy', 'FaultInjection', 'TrafficMirror', 'RateLimit', 'RateLimitDomain',
  'CanaryRollout', 'BlueGreenRollout', 'ABTest', 'GatewayRoutes', 'DelegatedRoutes', 'CallGraph',
  'ExternalService', 'EgressGateway', 'SidecarScope',
  'MtlsPolicy', 'MtlsMigration', 'VirtualMachineWorkload', 'ControlPlaneUpgrade',
  'AllowPolicy', 'DenyPolicy', 'AuditPolicy', 'ExternalAuthorization',
  'EnvoyPatch', 'ProxyConfiguration', 'WasmExtension', 'LuaExtension', 'MeshNamespace',
  'JwtAuthentication', 'IpAllowList',
  'ServiceLevelObjective',
  'MeshTelemetry', 'ServiceDashboard',
  'ReleasesByArgoCd', 'ReleasesByFlux', 'IstioInstallation', 'MeshClusterInstallation',
] as const)('%s without props says what it needs', (name) => {
  const { [name]: construct }: any = library;
  for (const [props, described] of [[undefined, 'undefined'], [null, 'null'], ['reviews', '"reviews"'], [[], '[]']]) {
    expect(() => new construct(chart(), 'x', props)).toThrow(`[shop/x] ${described} is given instead of props. Write`);
  }
});
