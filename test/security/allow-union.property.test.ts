import * as fc from 'fast-check';
import { Request, isAllowed } from './policy-evaluator';
import { Shop } from './shop';
import { MeshPort, MeshWorkload, PathMatch } from '../../src';

/** Services by their ports: number, pods' port, and whether it carries requests. */
const SERVICES = {
  reviews: [{ number: 80, target: 9080, http: true }, { number: 81, target: 9081, http: true }, { number: 3306, target: 3306, http: false }],
  ratings: [{ number: 80, target: 9080, http: true }],
  ledger: [{ number: 9000, target: 9000, http: false }],
} as const;
type Service = keyof typeof SERVICES;

const ACCOUNTS = ['shop/frontend', 'shop/reviews', 'edge/gateway', 'edge/frontend'];
const METHODS = ['GET', 'HEAD', 'POST'];

/** What a path may be said to be, and what that means, told apart from how the library says it. */
const PATHS: { match: PathMatch; means: (path: string) => boolean }[] = [
  { match: PathMatch.exact('/a'), means: (path) => path === '/a' },
  { match: PathMatch.exact('/b/'), means: (path) => path === '/b/' },
  { match: PathMatch.prefix('/a/'), means: (path) => path.startsWith('/a/') },
  { match: PathMatch.prefix('/b'), means: (path) => path.startsWith('/b') },
  { match: PathMatch.suffix('.css'), means: (path) => path.endsWith('.css') },
  { match: PathMatch.segment('/c'), means: (path) => path === '/c' || path.startsWith('/c/') },
  { match: PathMatch.template('/d/{*}/x'), means: (path) => /^\/d\/[^/]+\/x$/.test(path) },
  { match: PathMatch.template('/e/{**}'), means: (path) => path.startsWith('/e/') },
];
const REQUEST_PATHS = ['/', '/a', '/a/', '/a/1', '/ab', '/b', '/b/', '/bc', '/x.css', '/c', '/c/', '/cc', '/c/1', '/d/1/x', '/d/1/2/x', '/d//x', '/e/', '/e/1/2', '/e', '/A'];

interface Allow {
  readonly account: string;
  readonly service: Service;
  readonly methods?: string[];
  readonly paths?: number[];
  readonly ports?: number[];
  /** As a MeshWorkload, whose ports are the pods' own. */
  readonly asWorkload: boolean;
}

const some = <T>(values: readonly T[]) => fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 }), { nil: undefined, freq: 2 });

const allowOf = fc.constantFrom<Service>('reviews', 'ratings', 'ledger').chain((service) => fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  service: fc.constant(service),
  methods: some(METHODS),
  paths: some(PATHS.map((_, index) => index)),
  ports: some(SERVICES[service].map(({ number }) => number)),
  asWorkload: fc.boolean(),
})).filter(isMeant) as fc.Arbitrary<Allow>;

/** Requests on a port without requests are refused, and tested elsewhere. */
function isMeant(allow: Omit<Allow, 'service'> & { service: Service }): boolean {
  if (allow.methods === undefined && allow.paths === undefined) return true;
  const ports = SERVICES[allow.service].filter(({ number }) => allow.ports?.includes(number) ?? true);
  return allow.ports ? ports.every(({ http }) => http) : ports.some(({ http }) => http);
}

const requestOf: fc.Arbitrary<Request & { service: Service }> = fc.constantFrom<Service>('reviews', 'ratings', 'ledger').chain((service) => fc.record({
  service: fc.constant(service),
  labels: fc.constant({ 'app': service, 'pod-template-hash': 'x' }),
  port: fc.constantFrom(...SERVICES[service].map(({ target }) => target), 15020, 80),
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...REQUEST_PATHS),
  account: fc.option(fc.constantFrom(...ACCOUNTS, 'shop/default'), { nil: undefined, freq: 8 }),
}));

/** What one allow says, read from the allow itself. */
function isSaid(allow: Allow, request: Request & { service: Service }): boolean {
  const requests = allow.methods !== undefined || allow.paths !== undefined;
  const ports = SERVICES[allow.service]
    .filter(({ number, http }) => allow.ports?.includes(number) ?? (http || !requests))
    .map(({ target }) => target as number);
  return allow.service === request.service
    && allow.account === request.account
    && (allow.methods?.includes(request.method) ?? true)
    && (allow.paths?.some((index) => PATHS[index].means(request.path)) ?? true)
    && ((allow.asWorkload && allow.ports === undefined) || ports.includes(request.port));
}

function synthesize(allows: readonly Allow[]): any[] {
  const shop = new Shop();
  const zeroTrust = shop.zeroTrust();
  const callers = Object.fromEntries(ACCOUNTS.map((account) => {
    const [namespace, name] = account.split('/');
    return [account, MeshWorkload.fromLabels(shop.chart, `${namespace}-${name}-caller`, { name, namespace, labels: { app: name }, serviceAccount: name })];
  }));
  const portOf = ({ number, target, http }: { number: number; target: number; http: boolean }) => (
    http ? MeshPort.http(number, { targetPort: target }) : MeshPort.tcp(number, { targetPort: target }));
  const services = Object.fromEntries(Object.entries(SERVICES).map(([name, ports]) => [name, shop.service(name, ports.map(portOf))]));
  for (const { account, service, methods, paths, ports, asWorkload } of allows) {
    const targets = ports?.map((number) => SERVICES[service].find((port) => port.number === number)!.target as number);
    zeroTrust.allow({
      caller: callers[account],
      target: asWorkload ? services[service].workloads[0] : services[service],
      methods,
      paths: paths?.map((index) => PATHS[index].match),
      ports: asWorkload ? targets : ports,
    });
  }
  return shop.manifests();
}

test('what is allowed equals the union of the allows, no more', () => {
  let allowed = 0;
  fc.assert(fc.property(fc.array(allowOf, { maxLength: 6 }), fc.array(requestOf, { minLength: 40, maxLength: 40 }), (allows, requests) => {
    const manifests = synthesize(allows);
    for (const request of requests) {
      const said = allows.some((allow) => isSaid(allow, request));
      if (said) allowed++;
      expect({ request, allowed: isAllowed(manifests, request) }).toEqual({ request, allowed: said });
    }
  }), { numRuns: 300 });
  expect(allowed).toBeGreaterThan(300); // else the property would say nothing
});

test('the order of the allows makes no difference to what is allowed', () => {
  fc.assert(fc.property(fc.array(allowOf, { maxLength: 6 }), fc.array(requestOf, { minLength: 20, maxLength: 20 }), (allows, requests) => {
    const [forwards, backwards] = [synthesize(allows), synthesize([...allows].reverse())];
    for (const request of requests) expect(isAllowed(backwards, request)).toBe(isAllowed(forwards, request));
  }), { numRuns: 60 });
});

test('no rule is without an identity', () => {
  fc.assert(fc.property(fc.array(allowOf, { minLength: 1, maxLength: 6 }), (allows) => {
    const rules = synthesize(allows).filter(({ kind }) => kind === 'AuthorizationPolicy').flatMap(({ spec }) => spec.rules ?? []);
    expect(new Set(rules.flatMap(({ from }) => from[0].source.serviceAccounts))).toEqual(new Set(allows.map(({ account }) => account)));
    for (const rule of rules) expect(rule.from[0].source.serviceAccounts).toHaveLength(1);
  }), { numRuns: 60 });
});
