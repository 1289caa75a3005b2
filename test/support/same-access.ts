import * as fc from 'fast-check';
import { BlockList, isIPv4 } from 'node:net';

/** Where Istio looks for a token when nothing is said. */
const TOKEN_PLACES = { fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }], fromParams: ['access_token'] };

/** A call as the proxy in front of a pod sees it. */
export interface Call {
  readonly namespace: string;
  readonly labels: Record<string, string>;
  /** The pod's own port. */
  readonly port: number;
  /** `TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`; undefined for plaintext. */
  readonly principal?: string;
  readonly ip: string;
  readonly clientIp: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  /** Of a valid token; undefined without one. */
  readonly token?: { readonly principal: string; readonly audience: string; readonly claims: Record<string, string> };
}

const ROOT = 'istio-system';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** What policies of access mean, without the words they say it in: for whom calls come in, with which mTLS, and what goes out. */
export class AccessMeaning {
  /** Calls that tell their policies apart, to the pods that they name and to others. */
  public static calls(ports: readonly number[], ...meanings: AccessMeaning[]): fc.Arbitrary<Call> {
    const manifests = meanings.flatMap((meaning) => meaning.manifests);
    const policies = manifests.filter(({ kind }) => kind === 'AuthorizationPolicy');
    const rules = policies.flatMap(({ spec }) => spec.rules ?? []);
    const sources = rules.flatMap((rule) => rule.from ?? []).map(({ source }) => source);
    const operations = rules.flatMap((rule) => rule.to ?? []).map(({ operation }) => operation);
    const values = (key: RegExp) => rules.flatMap((rule) => rule.when ?? []).filter((condition) => key.test(condition.key));
    const among = (parts: readonly any[], ...fields: string[]) => fields.flatMap((field) => parts.flatMap((part) => part[field] ?? []));
    const accounts = among(sources, 'serviceAccounts', 'notServiceAccounts').map((account: string) => account.split('/'));
    const principals = [
      ...among(sources, 'principals', 'notPrincipals').filter((value: string) => !value.includes('*')),
      ...accounts.map(([namespace, name]) => `cluster.local/ns/${namespace}/sa/${name}`),
      ...among(sources, 'namespaces', 'notNamespaces').map((namespace: string) => `cluster.local/ns/${namespace}/sa/somebody`),
      'cluster.local/ns/elsewhere/sa/stranger',
    ];
    const addresses = ['192.0.2.7', '10.9.9.9', ...among(sources, 'ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks').map((block: string) => block.split('/')[0])];
    const claims = values(/^request\.auth\.claims/).map(({ key, values: wanted = [], notValues = [] }) => [claimOf(key), [...wanted, ...notValues, 'other']] as const);
    const headers = values(/^request\.headers/).map(({ key, values: wanted = [], notValues = [] }) => [key.slice(16, -1).toLowerCase(), [...wanted, ...notValues, 'other']] as const);
    const selected = manifests.map(({ metadata, spec }) => ({
      namespace: metadata.namespace as string, labels: spec?.selector?.matchLabels ?? spec?.workloadSelector?.labels ?? {},
    }));
    return fc.record({
      pod: fc.constantFrom(...selected, { namespace: 'shop', labels: { app: 'bystander' } }, { namespace: 'elsewhere', labels: { app: 'other' } }),
      port: fc.constantFrom(...ports),
      principal: fc.constantFrom(undefined, ...principals),
      ip: fc.constantFrom(...addresses),
      clientIp: fc.constantFrom(...addresses),
      method: fc.constantFrom(...METHODS),
      host: fc.constantFrom('elsewhere.example', ...among(operations, 'hosts', 'notHosts').map((host: string) => host.replace('*', 'any'))),
      path: fc.constantFrom('/elsewhere', ...among(operations, 'paths', 'notPaths').flatMap((path: string) => [path.replace(/\*|\{\*+\}/g, 'x'), `${path.replace(/\*/g, '')}more`])),
      headers: dictionary(headers),
      token: fc.option(fc.record({
        principal: fc.constantFrom('issuer/somebody', ...among(sources, 'requestPrincipals', 'notRequestPrincipals').map((value: string) => value.replace('*', 'x'))),
        audience: fc.constantFrom('somebody', ...values(/^request\.auth\.audiences$/).flatMap(({ values: wanted = [] }) => wanted)),
        claims: dictionary(claims),
      }), { nil: undefined }),
    }).map(({ pod, ...call }) => ({ ...call, ...pod, namespace: pod.namespace === ROOT ? 'shop' : pod.namespace }));
  }

  constructor(private readonly manifests: readonly any[]) {}

  /** Whether policies let the call in. */
  public allows(call: Call): boolean {
    const policies = this.holdingFor('AuthorizationPolicy', call);
    const of = (action: string) => policies.filter(({ spec }) => (spec.action ?? 'ALLOW') === action);
    const matches = ({ spec }: any) => (spec.rules ?? []).some((rule: any) => ruleMatches(rule, call));
    if (of('DENY').some(matches)) return false;
    const allows = of('ALLOW');
    return allows.length === 0 || allows.some(matches);
  }

  /** Which connections a port of these pods takes. */
  public mtls({ namespace, labels, port }: Pick<Call, 'namespace' | 'labels' | 'port'>): string {
    const all = this.manifests.filter(({ kind }) => kind === 'PeerAuthentication');
    const own = all.find(({ metadata, spec }) => metadata.namespace === namespace && spec.selector
      && hasLabels(labels, spec.selector.matchLabels));
    const wide = (of: string) => all.find(({ metadata, spec }) => metadata.namespace === of && !spec.selector);
    const modes = [
      own?.spec.portLevelMtls?.[String(port)]?.mode, own?.spec.mtls?.mode, wide(namespace)?.spec.mtls?.mode, wide(ROOT)?.spec.mtls?.mode,
    ];
    return modes.find((mode) => mode !== undefined && mode !== 'UNSET') ?? 'PERMISSIVE';
  }

  /** Which tokens are read, and what becomes of their claims. */
  public tokens(pod: Pick<Call, 'namespace' | 'labels'>): unknown {
    return sorted(this.holdingFor('RequestAuthentication', pod).flatMap(({ spec }) => spec.jwtRules)
      .map(({ jwks, outputClaimToHeaders, ...rule }: any) => ({
        ...isRead(rule) ? {} : TOKEN_PLACES, ...rule, jwks: jwks && JSON.parse(jwks), headers: sorted(outputClaimToHeaders ?? []),
      })));
  }

  /** What applications may call, and what their sidecars listen on. */
  public scope({ namespace, labels }: Pick<Call, 'namespace' | 'labels'>): unknown {
    const all = this.manifests.filter(({ kind }) => kind === 'Sidecar');
    const own = all.filter(({ metadata }) => metadata.namespace === namespace);
    const { spec } = own.find((sidecar) => sidecar.spec.workloadSelector && hasLabels(labels, sidecar.spec.workloadSelector.labels))
      ?? own.find((sidecar) => !sidecar.spec.workloadSelector)
      ?? all.find(({ metadata }) => metadata.namespace === ROOT) ?? { spec: {} };
    const full = (host: string) => host.replace(/^\.\//, `${namespace}/`);
    return {
      egress: spec.egress?.map(({ hosts, ...listener }: any) => ({ ...listener, hosts: [...new Set(hosts.map(full))].sort() })),
      ingress: spec.ingress,
      mode: spec.outboundTrafficPolicy?.mode ?? 'ALLOW_ANY',
    };
  }

  /** What gateways serve, host by host. */
  public get servers(): unknown {
    return sorted(this.manifests.filter(({ kind }) => kind === 'Gateway').flatMap(({ metadata, spec }) => spec.servers.flatMap(({ port, hosts, tls }: any) =>
      hosts.map((host: string) => ({
        gateway: `${metadata.namespace}/${metadata.name}`, selector: spec.selector, port: port.number, protocol: port.protocol, host, tls: tls && { minProtocolVersion: 'TLSV1_2', ...tls },
      })))));
  }

  /** What the mesh knows of hosts outside. */
  public get externalHosts(): unknown {
    return sorted(this.manifests.filter(({ kind }) => kind === 'ServiceEntry').flatMap(({ spec: { hosts, ports, ...rest } }) => hosts.map((host: string) => ({
      location: 'MESH_EXTERNAL', ...rest, host, ports: ports.map(({ number, protocol, targetPort }: any) => ({ number, protocol, targetPort: targetPort ?? number })),
    }))));
  }

  private holdingFor(kind: string, { namespace, labels }: Pick<Call, 'namespace' | 'labels'>): any[] {
    return this.manifests.filter((manifest) => manifest.kind === kind && [namespace, ROOT].includes(manifest.metadata.namespace)
      && hasLabels(labels, manifest.spec?.selector?.matchLabels ?? {}))
      .map((manifest) => ({ ...manifest, spec: manifest.spec ?? {} }));
  }
}

function isRead({ fromHeaders, fromParams, fromCookies }: any): boolean {
  return [fromHeaders, fromParams, fromCookies].some((places) => places !== undefined);
}

function ruleMatches(rule: any, call: Call): boolean {
  onlyKeys(rule, ['from', 'to', 'when']);
  return (rule.from === undefined || rule.from.some(({ source }: any) => fieldsMatch(source, SOURCE, call)))
    && (rule.to === undefined || rule.to.some(({ operation }: any) => fieldsMatch(operation, OPERATION, call)))
    && (rule.when ?? []).every(({ key, values, notValues }: any) => {
      const matches = (value: string) => conditionMatches(key, value, call);
      return (values === undefined || values.some(matches)) && !(notValues ?? []).some(matches);
    });
}

type Field = (value: string, call: Call) => boolean;

const SOURCE: Record<string, Field> = {
  principals: (value, { principal }) => principal !== undefined && textMatches(value, principal),
  serviceAccounts: (value, { principal }) => principal?.split('/').slice(2).join('/') === value.replace('/', '/sa/'),
  namespaces: (value, { principal }) => principal !== undefined && textMatches(value, principal.split('/')[2]),
  requestPrincipals: (value, { token }) => token !== undefined && textMatches(value, token.principal),
  ipBlocks: (value, { ip }) => isIn(value, ip),
  remoteIpBlocks: (value, { clientIp }) => isIn(value, clientIp),
};

const OPERATION: Record<string, Field> = {
  hosts: (value, { host }) => textMatches(value.toLowerCase(), host.toLowerCase()),
  ports: (value, { port }) => value === String(port),
  methods: (value, { method }) => textMatches(value, method),
  paths: (value, { path }) => pathMatches(value, path),
};

/** A `notX` holds where X does not, an absent identity included. */
function fieldsMatch(given: any, fields: Record<string, Field>, call: Call): boolean {
  return Object.entries(given as Record<string, string[]>).every(([name, values]) => {
    const negated = /^not([A-Z])(.*)$/.exec(name);
    const field = fields[negated ? negated[1].toLowerCase() + negated[2] : name];
    if (!field) throw new Error(`the evaluator does not know ${name}`);
    return values.some((value) => field(value, call)) !== (negated !== null);
  });
}

function conditionMatches(key: string, value: string, call: Call): boolean {
  if (key.startsWith('request.auth.claims')) return call.token !== undefined && textMatches(value, call.token.claims[claimOf(key)] ?? '\0');
  if (key.startsWith('request.headers')) return textMatches(value, call.headers[key.slice(16, -1).toLowerCase()] ?? '\0');
  if (key === 'request.auth.audiences') return call.token !== undefined && textMatches(value, call.token.audience);
  if (key === 'request.auth.principal') return SOURCE.requestPrincipals(value, call);
  if (key === 'source.principal') return SOURCE.principals(value, call);
  if (key === 'source.namespace') return SOURCE.namespaces(value, call);
  if (key === 'source.ip') return SOURCE.ipBlocks(value, call);
  if (key === 'remote.ip') return SOURCE.remoteIpBlocks(value, call);
  if (key === 'destination.port') return OPERATION.ports(value, call);
  throw new Error(`the evaluator does not know ${key}`);
}

function claimOf(key: string): string {
  return [...key.matchAll(/\[([^\]]*)\]/g)].map(([, part]) => part).join('.');
}

function textMatches(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function pathMatches(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) return textMatches(pattern, path);
  const expression = pattern.split('/').map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : part.replace(/[.$()+]/g, '\\$&'))).join('/');
  return new RegExp(`^${expression}$`).test(path);
}

function isIn(block: string, ip: string): boolean {
  const [address, bits] = block.split('/');
  const [family, length] = isIPv4(address) ? ['ipv4', 32] as const : ['ipv6', 128] as const;
  const list = new BlockList();
  list.addSubnet(address, bits === undefined ? length : Number(bits), family);
  return list.check(ip, isIPv4(ip) ? 'ipv4' : 'ipv6');
}

function hasLabels(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function dictionary(entries: readonly (readonly [string, readonly string[]])[]): fc.Arbitrary<Record<string, string>> {
  const names = [...new Set(entries.map(([name]) => name))];
  const valuesOf = (name: string) => entries.filter(([other]) => other === name).flatMap(([, some]) => some);
  const record = fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(undefined, ...valuesOf(name))])), { noNullPrototype: true });
  return record.map((all) => Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)));
}

/** Where the order says nothing. */
function sorted<T>(values: readonly T[]): T[] {
  const ordered = (_: string, part: unknown) => (isMap(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
  return [...values].sort((a, b) => (JSON.stringify(a, ordered) < JSON.stringify(b, ordered) ? -1 : 1));
}

function isMap(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What the evaluator does not know must not look as if it were not there. */
function onlyKeys(object: object, keys: string[]): void {
  const unknown = Object.keys(object).filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw new Error(`the evaluator does not know ${unknown.join(', ')}`);
}
