import * as fc from 'fast-check';
import { Request, decide } from './istio-match';

/** What Istio assumes where a manifest says nothing. */
const OUTLIER_DEFAULTS = {
  consecutive5xxErrors: 5, consecutiveGatewayErrors: 0, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 10, minHealthPercent: 0,
};
const BLOCKS = ['loadBalancer', 'connectionPool', 'outlierDetection'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * What traffic manifests mean, without the words they say it in: for every request what becomes of it, and for every
 * subset and port what its clients do. Two texts with equal meanings can be exchanged in a mesh.
 */
export class Meaning {
  /** Requests that tell its rules apart, and those of the others. */
  public static requests(...meanings: Meaning[]): fc.Arbitrary<Request> {
    const conditions = meanings.flatMap(({ rules }) => [...rules.values()].flat()).flatMap((rule) => rule.match ?? []);
    const maps = (field: string) => {
      const names = [...new Set<string>(conditions.flatMap((match) => Object.keys(match[field] ?? {})))];
      const values = Object.fromEntries(names.map((name) => [name, valueFor(conditions.map((match) => match[field]?.[name]))]));
      return fc.record(values, { noNullPrototype: true })
        .map((all) => Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)));
    };
    return fc.record({
      path: valueFor(conditions.map(({ uri }) => uri)).map((path) => path ?? '/elsewhere'),
      method: fc.constantFrom(...METHODS),
      port: fc.constantFrom(80, ...new Set<number>(conditions.flatMap(({ port }) => port ?? []))),
      headers: maps('headers'),
      query: maps('queryParams'),
    });
  }

  private readonly rules = new Map<string, any[]>();
  private readonly destinations = new Map<string, any>();

  constructor(manifests: readonly any[]) {
    for (const { kind, metadata, spec } of manifests) {
      const expand = (host: string) => (host.includes('.') ? host : `${host}.${metadata.namespace ?? 'default'}.svc.cluster.local`);
      const expanded = () => JSON.parse(JSON.stringify(spec.http), expanding(expand));
      if (kind === 'VirtualService') for (const host of spec.hosts) this.rules.set(expand(host), expanded());
      if (kind === 'DestinationRule') this.destinations.set(expand(spec.host), spec);
    }
  }

  public get hosts(): string[] {
    return [...new Set([...this.rules.keys(), ...this.destinations.keys()])].sort();
  }

  /** What becomes of a request to this host. */
  public outcome(host: string, request: Request): unknown {
    const rules = this.rules.get(host);
    if (!rules) return { route: [{ host, weight: 100 }] };
    const rule = decide(rules, request);
    // What no rule matches, Envoy answers itself.
    return effects(rule ?? { directResponse: { status: 404 } }, request);
  }

  /** What a client of this host, subset and port is told. */
  public policies(host: string): unknown {
    const { subsets = [], trafficPolicy = {} } = this.destinations.get(host) ?? {};
    const ports = [undefined, ...new Set<number>([trafficPolicy, ...subsets.map((subset: any) => subset.trafficPolicy ?? {})]
      .flatMap((policy: any) => (policy.portLevelSettings ?? []).map(({ port }: any) => port.number)))];
    const named = [{ name: undefined, labels: undefined, trafficPolicy: undefined }, ...[...subsets].sort((a, b) => (a.name < b.name ? -1 : 1))];
    return named.map((subset: any) => ({
      subset: subset.name, labels: subset.labels, ports: ports.map((port) => [port, effective(trafficPolicy, subset.trafficPolicy, port)]),
    }));
  }
}

function expanding(expand: (host: string) => string) {
  return (key: string, value: unknown) => (key === 'host' && typeof value === 'string' ? expand(value) : value);
}

/** Values on both sides of each condition, and none. */
function valueFor(conditions: readonly any[]): fc.Arbitrary<string | undefined> {
  const texts = conditions.filter((condition) => condition !== undefined).map((condition) => {
    if (condition.exact !== undefined) return fc.constantFrom(condition.exact, `${condition.exact}x`);
    if (condition.prefix !== undefined) return fc.constantFrom('', 'x', '/x', 'x/y').map((rest) => `${condition.prefix}${rest}`);
    if (condition.regex !== undefined) return fc.stringMatching(new RegExp(`^(?:${condition.regex})$`));
    return fc.constant('anything');
  });
  return fc.oneof(fc.constant(undefined), fc.constant('something else'), ...texts);
}

function effects(rule: any, { path }: Request): unknown {
  const single = (rule.route ?? []).length === 1;
  const route = (rule.route ?? [])
    .map(({ destination: { host, subset }, weight, headers }: any) => ({ host, subset, weight: single ? 100 : weight ?? 0, headers }))
    .filter(({ weight }: any) => weight > 0);
  return {
    route,
    path: rewritten(rule, path),
    authority: rule.rewrite?.authority,
    redirect: rule.redirect,
    directResponse: rule.directResponse,
    timeout: rule.timeout && milliseconds(rule.timeout),
    retries: rule.retries && durations({ ...rule.retries, retryOn: rule.retries.retryOn?.split(',').sort() }),
    fault: rule.fault && durations(rule.fault),
    mirrors: rule.mirrors ?? (rule.mirror && [{ destination: rule.mirror, percentage: rule.mirrorPercentage }]),
    headers: rule.headers,
    corsPolicy: rule.corsPolicy,
  };
}

/** What Envoy makes of the path, as it was measured: a prefix is replaced without doubling a slash, an exact path whole. */
function rewritten({ rewrite, match }: any, path: string): string {
  if (rewrite?.uriRegexRewrite) {
    const { match: regex, rewrite: substitution } = rewrite.uriRegexRewrite;
    return path.replace(new RegExp(regex, 'g'), substitution.replace(/\\(\d)/g, '$$$1'));
  }
  if (rewrite?.uri === undefined) return path;
  const matched = match?.map(({ uri }: any) => uri)
    .find((uri: any) => uri?.exact === path || (uri?.prefix !== undefined && path.startsWith(uri.prefix)));
  if (matched?.prefix === undefined) return rewrite.uri;
  const rest = path.slice(matched.prefix.length);
  return rewrite.uri.endsWith('/') && rest.startsWith('/') ? rewrite.uri + rest.slice(1) : rewrite.uri + rest;
}

/** A subset replaces whole blocks of the service, and what is said for a port inherits nothing. */
function effective(top: any, subset: any, port: number | undefined): unknown {
  const ofPort = (policy: any) => (policy?.portLevelSettings ?? []).find((setting: any) => setting.port.number === port);
  const base = ofPort(top) ?? top;
  const own = ofPort(subset) ?? subset ?? {};
  return Object.fromEntries(BLOCKS.map((block) => [block, own[block] ?? base[block]]).map(([block, value]) => [block, complete(block, value)]));
}

function complete(block: string, value: any): unknown {
  if (block === 'loadBalancer') {
    const { localityLbSetting, ...choice } = value ?? {};
    return { ...(Object.keys(choice).length === 0 ? { simple: 'LEAST_REQUEST' } : choice), localityLbSetting };
  }
  if (block === 'outlierDetection') return value && durations({ ...OUTLIER_DEFAULTS, ...value });
  return value && durations(value);
}

function durations(value: any): any {
  return JSON.parse(JSON.stringify(value), (_, text) => (typeof text === 'string' && /^[\d.]+(ms|s|m|h)+/.test(text) ? milliseconds(text) : text));
}

function milliseconds(text: string): number {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  return [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * units[unit], 0);
}
