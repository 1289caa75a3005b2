import { App, Chart, Duration } from 'cdk8s';
import { GatewayRoutes, HttpMatch, MeshPort, MeshService, RequestTimeout, ResilientService, StringMatch } from '../../src';

function shop() {
  const app = new App();
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const service = (name: string) => MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80)] });
  return { app, chart, service };
}

const ANY = HttpMatch.any();

test('two owners of one host at one gateway are an error that names both', () => {
  const { app, chart, service } = shop();
  const gateway = 'istio-ingress/public';
  new GatewayRoutes(chart, 'one', { gateway, hosts: ['a.example.com', 'b.example.com'] }).addRoute(ANY, service('a'));
  new GatewayRoutes(chart, 'two', { gateway, hosts: ['b.example.com'] }).addRoute(ANY, service('b'));
  expect(() => app.synthYaml()).toThrow('[shop/two] and [shop/one] both are GatewayRoutes for b.example.com at istio-ingress/public.');
});

test('two objects of one name are an error that names both, as the later would overwrite the earlier', () => {
  const { app, chart, service } = shop();
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com'] }).addRoute(ANY, service('a'));
  new GatewayRoutes(chart, 'internal', { gateway: 'istio-ingress/internal', hosts: ['a.example.com'] }).addRoute(ANY, service('b'));
  expect(() => app.synthYaml()).toThrow('[shop/internal/Resource] and [shop/public/Resource] both write the VirtualService shop/a-example-com.');
});

test('public routes named like a service do not overwrite its VirtualService', () => {
  const { app, chart, service } = shop();
  const a = service('a');
  new ResilientService(chart, 'resilience', { service: a, timeout: RequestTimeout.after(Duration.seconds(1)) });
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com'], metadata: { name: 'a' } }).addRoute(ANY, a);
  expect(() => app.synthYaml()).toThrow('both write the VirtualService shop/a. Give one of them another name');
});

test('one host at two gateways under two names is fine', () => {
  const { app, chart, service } = shop();
  const a = service('a');
  new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com'] }).addRoute(ANY, a);
  new GatewayRoutes(chart, 'internal', { gateway: 'istio-ingress/internal', hosts: ['a.example.com'], metadata: { name: 'internal' } }).addRoute(ANY, a);
  expect(() => app.synthYaml()).not.toThrow();
});

test('a header beside the catch-all path / is tried before it', () => {
  const { chart, service } = shop();
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com'] })
    .addRoute(HttpMatch.path(StringMatch.prefix('/')), service('web'))
    .addRoute(HttpMatch.header('x-beta', StringMatch.exact('1')), service('beta'));
  const hosts = routes.virtualService.toJson().spec.http.map((rule: any) => rule.route[0].destination.host.split('.')[0]);
  expect(hosts).toEqual(['beta', 'web']);
});

test.each([['/', 'addRoute: the match is "/"'], [undefined, 'addRoute: the match is undefined']])('the match %j is refused', (match: any, message) => {
  const { chart, service } = shop();
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'istio-ingress/public', hosts: ['a.example.com'] });
  expect(() => routes.addRoute(match, service('a'))).toThrow(message);
  expect(() => routes.addRoute(ANY, undefined as any)).toThrow('addRoute: the service is undefined. Give a MeshService.');
});
