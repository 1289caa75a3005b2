import * as fc from 'fast-check';
import { AllowPolicy, DenyPolicy, MeshPort, PathMatch, PolicyOperation, PolicyRule, PolicyScope, PolicySource } from '../../../src';
import { Shop } from '../shop';

/** Who may come, told apart from how the library says it. */
interface Visitor {
  /** `namespace/account` of our own trust domain; undefined in plaintext. */
  readonly account?: string;
  readonly address: string;
  readonly subject?: string;
  readonly method: string;
  readonly path: string;
  readonly port: number;
}

/** One thing that is said of a source, and what it means. */
interface Said {
  readonly source: PolicySource;
  readonly sort: 'identity' | 'address' | 'token';
  readonly means: (visitor: Visitor) => boolean;
}

const SAID: Said[] = [
  ...['shop/a', 'shop/b', 'data/a'].map((account): Said => ({
    source: PolicySource.serviceAccount(account.split('/')[0], account.split('/')[1]), sort: 'identity', means: (visitor) => visitor.account === account,
  })),
  ...['shop', 'data'].map((namespace): Said => ({
    source: PolicySource.namespace(namespace), sort: 'identity', means: ({ account }) => account?.startsWith(`${namespace}/`) ?? false,
  })),
  { source: PolicySource.anyIdentity(), sort: 'identity', means: ({ account }) => account !== undefined },
  { source: PolicySource.withoutIdentity(), sort: 'identity', means: ({ account }) => account === undefined },
  { source: PolicySource.ipBlocks('10.0.0.1'), sort: 'address', means: ({ address }) => address === '10.0.0.1' },
  { source: PolicySource.requestPrincipal('https://id', 'alice'), sort: 'token', means: ({ subject }) => subject === 'alice' },
  { source: PolicySource.anyToken(), sort: 'token', means: ({ subject }) => subject !== undefined },
  { source: PolicySource.withoutToken(), sort: 'token', means: ({ subject }) => subject === undefined },
];

interface Meaning<T> {
  readonly said: T;
  readonly means: (visitor: Visitor) => boolean;
}

const source: fc.Arbitrary<Meaning<() => PolicySource>> = fc.record({
  all: fc.uniqueArray(fc.constantFrom(...SAID), { maxLength: 2 }), none: fc.uniqueArray(fc.constantFrom(...SAID), { maxLength: 2 }),
}).map(({ all, none }) => ({
  said: () => {
    const wanted = all.length === 0 ? PolicySource.anyone() : PolicySource.allOf(...all.map((one) => one.source));
    return none.length === 0 ? wanted : wanted.butNot(...none.map((one) => one.source));
  },
  means: (visitor) => all.every((one) => one.means(visitor)) && !none.some((one) => one.means(visitor)),
}));

const PATHS: Meaning<PathMatch>[] = [
  { said: PathMatch.exact('/a'), means: ({ path }) => path === '/a' }, { said: PathMatch.segment('/b'), means: ({ path }) => path === '/b' || path.startsWith('/b/') },
];
const PORTS = [{ number: 80, pods: 9080, http: true }, { number: 81, pods: 9081, http: true }, { number: 5432, pods: 5432, http: false }];
const listOf = <T>(...values: T[]) => fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }), { nil: undefined });

const operation: fc.Arbitrary<Meaning<PolicyOperation>> = fc.record({
  methods: listOf('GET', 'POST'), notMethods: listOf('DELETE'), paths: listOf(...PATHS), ports: listOf(80, 81), notPorts: listOf(81),
}).filter((fields) => Object.values(fields).some((field) => field !== undefined)).map(({ paths, ...said }) => ({
  said: { ...said, paths: paths?.map((path) => path.said) },
  means: (visitor) => {
    const port = PORTS.find(({ pods }) => pods === visitor.port)!;
    return (said.methods?.includes(visitor.method) ?? true) && !said.notMethods?.includes(visitor.method)
      && (paths?.some((path) => path.means(visitor)) ?? true)
      && (said.ports?.includes(port.number) ?? true) && !said.notPorts?.includes(port.number)
      && (port.http || (said.methods ?? said.notMethods ?? paths) === undefined);
  },
}));

const rule = fc.record({ sources: fc.array(source, { minLength: 1, maxLength: 2 }), operations: fc.array(operation, { maxLength: 2 }) });

const visitor: fc.Arbitrary<Visitor> = fc.record({
  account: fc.option(fc.constantFrom('shop/a', 'shop/b', 'data/a', 'edge/x'), { nil: undefined, freq: 3 }),
  address: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  subject: fc.option(fc.constantFrom('alice', 'bob'), { nil: undefined, freq: 2 }),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom('/a', '/b', '/b/1', '/bc', '/x'),
  port: fc.constantFrom(...PORTS.map(({ pods }) => pods)),
});

/** What Istio makes of a rule as it is written, from its documentation: what is absent fulfils every negation. */
function matches({ from, to }: any, who: Visitor): boolean {
  const { account } = who;
  const attributes: Record<string, string | undefined> = {
    principals: account && `cluster.local/ns/${account.replace('/', '/sa/')}`,
    namespaces: account?.split('/')[0],
    ipBlocks: who.address,
    requestPrincipals: who.subject && `https://id/${who.subject}`,
    methods: who.method,
    paths: who.path,
    ports: String(who.port),
  };
  const known = new Set(Object.keys(attributes).flatMap((field) => [field, notOf(field)]));
  const fulfils = (fields: Record<string, string[] | undefined>) => Object.entries(fields).every(([field, values]) => {
    if (values === undefined) return true;
    if (!known.has(field)) throw new Error(`the evaluator does not know ${field}`);
    const negated = field.startsWith('not');
    const value = attributes[negated ? field[3].toLowerCase() + field.slice(4) : field];
    return negated !== (value !== undefined && values.some((pattern) => (pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : pattern === value)));
  });
  // A port without requests drops an allow that asks for one; denies never have both (tested elsewhere).
  return (from?.some((one: any) => fulfils(one.source)) ?? true) && (to?.some((one: any) => fulfils(one.operation)) ?? true);
}

function notOf(field: string): string {
  return `not${field[0].toUpperCase()}${field.slice(1)}`;
}

/** The rules as written, or nothing where the library refuses them. */
function written(action: 'allow' | 'deny', rules: PolicyRule[]): any[] | undefined {
  const shop = new Shop();
  const ports = PORTS.map(({ number, pods, http }) => (http ? MeshPort.http(number, { targetPort: pods }) : MeshPort.tcp(number)));
  const scope = PolicyScope.workload(shop.service('reviews', ports));
  try {
    const policy = action === 'allow' ? new AllowPolicy(shop.chart, 'policy', { scope, rules }) : new DenyPolicy(shop.chart, 'policy', { scope, rules });
    return policy.authorizationPolicy.toJson().spec.rules;
  } catch {
    return undefined;
  }
}

type Random = { sources: Meaning<() => PolicySource>[]; operations: Meaning<PolicyOperation>[] };

/** What a rule says. Where there are no requests, one about tokens says nothing. */
function isSaid({ sources, operations }: Random, who: Visitor): boolean {
  const isOfTokens = sources.some(({ said }) => said()._terms.some(({ attribute }) => attribute === 'requestPrincipals'));
  if (isOfTokens && !PORTS.find(({ pods }) => pods === who.port)!.http) return false;
  return sources.some(({ means }) => means(who)) && (operations.length === 0 || operations.some(({ means }) => means(who)));
}

/** The rule as it is given, or nothing where a source can never be. */
function given({ sources, operations }: Random): PolicyRule | undefined {
  try {
    return { sources: sources.map(({ said }) => said()), operations: operations.length === 0 ? undefined : operations.map(({ said }) => said) };
  } catch {
    return undefined;
  }
}

test.each(['allow', 'deny'] as const)('%s: a visitor is meant exactly where the words say so', (action) => {
  let compared = 0;
  fc.assert(fc.property(fc.array(rule, { minLength: 1, maxLength: 2 }), fc.array(visitor, { minLength: 30, maxLength: 30 }), (random, visitors) => {
    const rules = random.map(given);
    if (rules.includes(undefined)) return;
    const spec = written(action, rules as PolicyRule[]);
    if (spec === undefined) return;
    for (const who of visitors) {
      const said = random.some((one) => isSaid(one, who));
      expect({ who, rules: spec, matches: spec.some((one) => matches(one, who)) }).toEqual({ who, rules: spec, matches: said });
    }
    compared++;
  }), { numRuns: 300 });
  expect(compared).toBeGreaterThan(30);
});

test('an exception of an allow cannot be walked around: who comes in plaintext gets in only where that is said', () => {
  const plaintext = { address: '10.0.0.1', subject: 'alice', method: 'GET', path: '/a', port: 9080 };
  const identities = SAID.filter(({ sort, means }) => sort === 'identity' && !means(plaintext));
  fc.assert(fc.property(fc.constantFrom(...identities), fc.constantFrom(...SAID), (excepted, wanted) => {
    let exceptional: PolicySource;
    try {
      exceptional = PolicySource.allOf(wanted.source).butNot(excepted.source);
    } catch {
      return;
    }
    const spec = written('allow', [{ sources: [exceptional] }]);
    const saidSo = exceptional._terms.some(({ attribute, negated, presence }) => attribute === 'principals' && negated && presence);
    if (spec !== undefined && !saidSo) expect(spec.some((one) => matches(one, plaintext))).toBe(false);
  }), { numRuns: 200 });
});
