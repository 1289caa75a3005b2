import { ApiObject } from 'cdk8s';
import { GatewayRoutes, HttpMatch, Jwks, JwtAudiences, JwtAuthentication, MeshPort, MeshService, MeshWorkload, PolicyScope, StringMatch } from '../../src';
import { shop } from '../support/shop';

const ADMIN = HttpMatch.claim(['role'], StringMatch.exact('admin'));
const LABELS = { istio: 'ingress' };

interface Setup {
  readonly match?: HttpMatch;
  readonly gatewayHere?: boolean;
  readonly podsHere?: boolean;
  /** The labels of the pods that verify tokens, and their namespace. */
  readonly verified?: readonly [namespace: string, labels: Record<string, string>];
}

function mistakesOf({ match = ADMIN, gatewayHere = true, podsHere = true, verified }: Setup): string[] {
  const { app, chart } = shop();
  const service = (name: string) => MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80)] });
  if (gatewayHere) {
    new ApiObject(chart, 'gateway', {
      apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'edge' }, spec: { selector: LABELS, servers: [] },
    });
  }
  if (podsHere) {
    new ApiObject(chart, 'pods', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'ingress', namespace: 'edge' },
      spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS } } },
    });
  }
  if (verified) {
    const [namespace, labels] = verified;
    new JwtAuthentication(chart, 'tokens', {
      scope: PolicyScope.workload(MeshWorkload.fromLabels(chart, 'ingress', { name: 'ingress', namespace, labels })),
      issuers: [{ issuer: 'https://id.example.com', jwks: Jwks.uri('https://id.example.com/jwks'), audiences: JwtAudiences.any() }],
      tokenOptional: true,
    });
  }
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'edge/public', hosts: ['shop.example.com'] })
    .addRoute(match, service('admin')).addRoute(HttpMatch.any(), service('web'));
  void app;
  return routes.node.validate();
}

const NEVER = expect.stringContaining('a route asks for a claim of a token, and the pods of the gateway edge/public verify none: the claim is never there. '
  + 'Add a JwtAuthentication with the scope PolicyScope.workload(...) of those pods (istio=ingress)');

test.each<[string, Setup, unknown[]]>([
  ['the gateway verifies no token', {}, [NEVER]],
  ['the claim is left out', { match: HttpMatch.path(StringMatch.prefix('/a')).butNot(ADMIN) }, [NEVER]],
  ['other pods verify tokens', { verified: ['edge', { istio: 'other' }] }, [NEVER]],
  ['pods of another namespace do', { verified: ['shop', LABELS] }, [NEVER]],
])('a claim is never there where %s', (_, setup, mistakes) => {
  expect(mistakesOf(setup)).toEqual(mistakes);
});

test.each<[string, Setup]>([
  ['its pods verify tokens', { verified: ['edge', LABELS] }],
  ['all pods with such labels do, from the root namespace', { verified: ['istio-system', LABELS] }],
  ['its pods are not of this App', { podsHere: false }],
  ['the Gateway is not of this App', { gatewayHere: false }],
  ['no claim is asked for', { match: HttpMatch.header('role', StringMatch.exact('admin')) }],
])('nothing is said of a gateway where %s', (_, setup) => {
  expect(mistakesOf(setup)).toEqual([]);
});

test('a route by a claim is more specific than none', () => {
  const { app, chart } = shop();
  const service = (name: string) => MeshService.fromName(chart, name, { name, namespace: 'shop', ports: [MeshPort.http(80)] });
  const routes = new GatewayRoutes(chart, 'public', { gateway: 'edge/public', hosts: ['shop.example.com'] })
    .addRoute(HttpMatch.any(), service('web')).addRoute(ADMIN, service('admin'));
  app.synthYaml();
  const http = routes.virtualService.toJson().spec.http;
  expect(http.map(({ match, route }: any) => [match?.[0].headers, route[0].destination.host.split('.')[0]])).toEqual([
    [{ '@request.auth.claims[role]': { exact: 'admin' } }, 'admin'], [undefined, 'web'],
  ]);
});
