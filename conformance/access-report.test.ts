import { AccessCaller, Mesh as Snapshot } from 'cdk8s-istio';
import * as fc from 'fast-check';
import { TokenIssuer } from './token-issuer';
import { withMesh } from './with-mesh';
import { APPLICATION, RANDOM_POLICIES, RANDOM_REQUEST } from '../test/audit/random-mesh';
import { CallerRequest } from '../test/audit/request-evaluator';
import { readOff } from '../test/audit/row-reader';

/** Other policies every day would find more, and nobody could tell what a change has broken. */
const SEED = Number(process.env.SEED ?? 20261121);
const SETS = Number(process.env.SETS ?? 14);
const CALLERS = ['shop/a', 'shop/b', 'data/a', 'data/c', 'outside/client'];
const TARGETS = ['shop/a', 'shop/c', 'data/b', 'data/c'];

const OUTSIDE = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'outside' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'client', namespace: 'outside' },
    spec: { selector: { matchLabels: { app: 'client' } }, template: { metadata: { labels: { app: 'client' } }, spec: { containers: [{ name: 'client', image: 'application' }] } } },
  },
];
const yaml = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n---\n');
const mesh = withMesh(() => yaml([...APPLICATION, ...OUTSIDE]));

/** How a service is called on one of the ports of its pods. */
const SERVICE_PORTS: Record<number, number> = { 8080: 80, 3306: 3306, 7000: 7000 };

/** The issuer of all tokens, whose keys the policies have. */
const ISSUER = new TokenIssuer('issuer');

function written(token: Exclude<CallerRequest['token'], undefined>): string {
  return token === 'invalid' ? 'it.is.none' : ISSUER.token({ sub: token.subject, ...token.claims });
}

/** What of random policies a mesh can be asked about: there is no provider, and the keys are real ones. */
function forMesh(policies: readonly any[]): any[] {
  return policies.filter(({ spec }) => spec.action !== 'CUSTOM')
    .map((policy) => policy.kind === 'RequestAuthentication' ? { ...policy, spec: { ...policy.spec, jwtRules: [{ issuer: 'issuer', jwks: ISSUER.jwks }] } } : policy);
}

interface Call {
  readonly caller: string;
  readonly target: string;
  readonly request: CallerRequest;
}

function callOf(caller: string, target: string, random: CallerRequest): Call {
  const [namespace, app] = target.split('/');
  // A sidecar knows no port that no Service has, and sends what goes there as it is.
  const isKnown = SERVICE_PORTS[random.port] !== undefined;
  const { ip } = mesh.pods.find((pod) => `${pod.namespace}/${pod.workload}` === caller)!;
  const host = caller === 'outside/client' ? random.host : isKnown ? `${app}.${namespace}${random.port === 7000 ? ':7000' : ''}` : random.host;
  const account = caller === 'outside/client' || !isKnown ? undefined : caller;
  return { caller, target, request: { ...random, namespace, labels: { app, tier: app === 'c' ? 'back' : 'front' }, account, ip, host } };
}

async function outcomeOf({ caller, target, request: { port, isHttp, method, path, host, headers, token } }: Call): Promise<number | string> {
  const [namespace, app] = target.split('/');
  const servicePort = SERVICE_PORTS[port];
  const outcome = await mesh.outcome({
    caller,
    timeoutMs: isHttp ? 10_000 : 2000,
    url: `${isHttp ? 'http' : 'tcp'}://${app}.${namespace}:${servicePort ?? port}${isHttp ? path : ''}`,
    ...(servicePort === undefined && { via: target, viaPort: port }),
    ...(isHttp && { method, headers: { ...headers, host, ...(token && { authorization: `Bearer ${written(token)}` }) } }),
  });
  if (outcome === 200 || outcome === 'answered') return 'allowed';
  if (outcome === 403 || outcome === 401 || outcome === 'reset' || outcome === 503) return 'refused';
  // An application that waits for a request does not answer bytes; who is refused is cut off.
  return outcome === 'timeout' && !isHttp && port !== 3306 ? 'allowed' : outcome;
}

const count = { allowed: 0, refused: 0 };
const SAMPLES = fc.sample(fc.tuple(RANDOM_POLICIES, fc.array(RANDOM_REQUEST, { minLength: 60, maxLength: 60 })), { seed: SEED, numRuns: SETS });

test.each(SAMPLES.map(([policies, requests], i) => [i, forMesh(policies), requests] as const))('policies number %i: all pairs get what the report says', async (_, policies, requests) => {
  const report = Snapshot.fromYaml(yaml([...APPLICATION, ...OUTSIDE, ...policies]), { complete: true }).accessReport();
  expect(report.toJson().refused).toEqual([]);
  try {
    if (policies.length > 0) await mesh.apply(yaml(policies));
    // A pod that calls itself does so without its sidecar.
    const calls = CALLERS.flatMap((caller, i) => TARGETS.filter((target) => target !== caller)
      .flatMap((target, j) => [0, 1, 2].map((k) => callOf(caller, target, requests[12 * i + 3 * j + k]))));
    const answers = await Promise.all(calls.map(async (call) => {
      const { ports } = report.targets.find(({ target }) => target === call.target)!;
      const said = readOff(report.rows.filter(({ target }) => target === call.target), call.request, ports);
      return { said, got: await outcomeOf(call), call };
    }));
    expect(answers.filter(({ said, got }) => said !== got)).toEqual([]);
    count.allowed += answers.filter(({ got }) => got === 'allowed').length;
    count.refused += answers.filter(({ got }) => got === 'refused').length;
  } finally {
    for (const { kind, metadata } of policies) await mesh.delete(kind, metadata.namespace, metadata.name);
  }
});

test('a namespace with an asterisk in front reaches over the rest of the identity', async () => {
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'wide', namespace: 'shop' },
    spec: { rules: [{ from: [{ source: { namespaces: ['*a'] } }] }] },
  };
  await mesh.apply(yaml([policy]));
  const report = Snapshot.fromYaml(yaml([...APPLICATION, policy]), { complete: true }).accessReport();
  expect(`${report.mayCall(AccessCaller.serviceAccount('shop', 'b'), 'shop/c').verdict}`).toBe('allowed');
  expect(await mesh.outcome({ caller: 'shop/b', url: 'http://c.shop/' })).toBe(200);
  expect(await mesh.outcome({ caller: 'outside/client', url: 'http://c.shop/' })).toBe(403);
  await mesh.delete('AuthorizationPolicy', 'shop', 'wide');
});

test('both happened often', () => {
  expect([count.allowed > 100, count.refused > 100]).toEqual([true, true]);
});
