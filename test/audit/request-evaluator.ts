/**
 * What Istio decides about one request, from the objects as they are written: independent of the report, and of
 * everything it is made of.
 */
export interface CallerRequest {
  readonly namespace: string;
  /** Of the pod that is called. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of the pod that is called. */
  readonly port: number;
  /** Whether the proxy reads requests. */
  readonly isHttp: boolean;
  /** `namespace/account`; undefined for plaintext. */
  readonly account?: string;
  readonly ip: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token?: 'invalid' | { readonly issuer: string; readonly subject: string; readonly claims: Readonly<Record<string, string>> };
}

export type Outcome = 'allowed' | 'refused' | `asked ${string}`;

const ROOT = 'istio-system';

export function outcomeOf(objects: readonly any[], request: CallerRequest): Outcome {
  const mine = (kind: string) => objects.filter((object) => object.kind === kind
    && [ROOT, request.namespace].includes(object.metadata.namespace) && hasLabels(request.labels, object.spec?.selector?.matchLabels));
  const mode = mtlsMode(objects, request);
  if (mode === 'STRICT' && request.account === undefined) return 'refused';
  const seen: CallerRequest = mode === 'DISABLE' ? { ...request, account: undefined } : request;
  const tokens = request.isHttp && mine('RequestAuthentication').length > 0;
  if (tokens && request.token === 'invalid') return 'refused';
  const policies = mine('AuthorizationPolicy').filter((policy) => policy.metadata.annotations?.['istio.io/dry-run'] !== 'true');
  const acting = (action: string) => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
  const matches = (policy: any) => (policy.spec.rules ?? []).some((rule: any) => ruleMatches(rule, seen, policy, tokens));
  if (acting('DENY').some(matches)) return 'refused';
  const allows = acting('ALLOW');
  if (allows.length > 0 && !allows.some(matches)) return 'refused';
  const asking = acting('CUSTOM').find(matches);
  return asking ? `asked ${asking.spec.provider.name}` : 'allowed';
}

function mtlsMode(objects: readonly any[], { namespace, labels, port }: CallerRequest): string {
  const all = objects.filter(({ kind }) => kind === 'PeerAuthentication');
  const wide = (where: string) => all.find(({ metadata, spec }) => metadata.namespace === where && spec.selector === undefined)?.spec.mtls?.mode;
  const isOwn = ({ metadata, spec }: any) => metadata.namespace === namespace && spec.selector && hasLabels(labels, spec.selector.matchLabels);
  const own = all.find(isOwn)?.spec;
  return own?.portLevelMtls?.[port]?.mode ?? own?.mtls?.mode ?? wide(namespace) ?? wide(ROOT) ?? 'PERMISSIVE';
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: Record<string, string> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

type Test = (value: string) => boolean;

function ruleMatches(rule: any, request: CallerRequest, { spec, metadata }: any, tokens: boolean): boolean {
  const isAllow = (spec.action ?? 'ALLOW') === 'ALLOW';
  let needsHttp = false;
  const field = (isHttpField: boolean, values: string[] | undefined, not: string[] | undefined, test: Test): boolean => {
    if (!values?.length && !not?.length) return true;
    if (isHttpField && !request.isHttp) {
      needsHttp = true;
      return true;
    }
    return (!values?.length || values.some(test)) && !not?.some(test);
  };
  const { account, token } = request;
  const identity = account === undefined ? undefined : `cluster.local/ns/${account.replace('/', '/sa/')}`;
  const [ns] = account?.split('/') ?? [];
  const known = tokens && token !== undefined && token !== 'invalid' ? token : undefined;
  const tests: Record<string, { readonly http: boolean; readonly test: Test }> = {
    principal: { http: false, test: (value) => identity !== undefined && glob(value, identity) },
    namespace: { http: false, test: (value) => ns !== undefined && glob(value, ns) },
    serviceAccount: { http: false, test: (value) => account === (value.includes('/') ? value : `${metadata.namespace}/${value}`) },
    ip: { http: false, test: (value) => inBlock(value, request.ip) },
    requestPrincipal: { http: true, test: (value) => known !== undefined && glob(value, `${known.issuer}/${known.subject}`) },
    port: { http: false, test: (value) => value === String(request.port) },
    method: { http: true, test: (value) => glob(value, request.method) },
    path: { http: true, test: (value) => pathTakes(value, request.path) },
    host: { http: true, test: (value) => glob(value.toLowerCase(), request.host.toLowerCase()) },
  };
  const asked = (name: string, values?: string[], not?: string[]) => field(tests[name].http, values, not, tests[name].test);
  // Every field is looked at, as one of requests makes Istio leave out a whole ALLOW rule on a port without them.
  const every = (answers: boolean[]) => answers.every((answer) => answer);
  const some = (answers: boolean[] | undefined) => answers === undefined || answers.some((answer) => answer);
  const from = some(rule.from?.map(({ source: s }: any) => every([
    asked('principal', s.principals, s.notPrincipals), asked('namespace', s.namespaces, s.notNamespaces), asked('serviceAccount', s.serviceAccounts, s.notServiceAccounts),
    asked('ip', s.ipBlocks, s.notIpBlocks), asked('requestPrincipal', s.requestPrincipals, s.notRequestPrincipals),
  ])));
  const to = some(rule.to?.map(({ operation: o }: any) => every([
    asked('port', o.ports, o.notPorts), asked('method', o.methods, o.notMethods), asked('path', o.paths, o.notPaths), asked('host', o.hosts, o.notHosts),
  ])));
  const when = every((rule.when ?? []).map(({ key, values, notValues }: any) => {
    const header = /^request\.headers\[(.*)\]$/.exec(key);
    if (header) return field(true, values, notValues, (value) => request.headers[header[1]] !== undefined && glob(value, request.headers[header[1]]));
    const claim = /^request\.auth\.claims\[(.*)\]$/.exec(key);
    if (claim) return field(true, values, notValues, (value) => known?.claims[claim[1]] !== undefined && glob(value, known.claims[claim[1]]));
    if (key === 'source.namespace') return asked('namespace', values, notValues);
    if (key === 'destination.port') return asked('port', values, notValues);
    throw new Error(`the evaluator does not know ${key}`);
  }));
  return from && to && when && !(needsHttp && isAllow);
}

function glob(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;
}

function pathTakes(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) return glob(pattern, path);
  const parts = pattern.split('/').map((part) => part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : part);
  return new RegExp(`^${parts.join('/')}$`).test(path);
}

/** Blocks of /8, /16, /24 and /32. */
function inBlock(block: string, ip: string): boolean {
  const [address, bits = '32'] = block.split('/');
  const bytes = Number(bits) / 8;
  return address.split('.').slice(0, bytes).join('.') === ip.split('.').slice(0, bytes).join('.');
}
