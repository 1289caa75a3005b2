import { isCatchAll, matchesEverything } from './http-match';
import { covers } from './http-match-cover';
import { specOf } from './mesh-facts';
import { VirtualServiceHttpMatch, VirtualServiceSpec } from '../../manifest/generated/istio-specs';
import { MeshObject } from '../../manifest/mesh-object';
import { warnOfUnreachableHttpRoutes, warnOfUnreachableTcpRoutes, warnOfUnreachableTlsRoutes } from '../webhook/virtual-service/unreachable-routes';

/** What takes all requests before: a rule, or one match of it. */
interface Taker { readonly rule: number; readonly match?: number }

export interface UnreachableRule {
  readonly list: 'http' | 'tcp' | 'tls';
  readonly rule: number;
  /** The matches that are never reached. */
  readonly blocks: readonly { readonly match: number; readonly by: Taker }[];
  /** How many matches the rule has; one without any counts as one. */
  readonly total: number;
}

interface Unreachable {
  readonly rules: readonly UnreachableRule[];
  /** Paths of what istiod's webhook warns of by itself: that need not be said twice. */
  readonly said: ReadonlySet<string>;
}

const NOTHING: Unreachable = { rules: [], said: new Set() };
const cache = new WeakMap<MeshObject, Unreachable>();

/** The rules of a VirtualService of which something is never reached. */
export function unreachable(object: MeshObject): Unreachable {
  let found = cache.get(object);
  if (!found) {
    const { http, tcp, tls } = specOf<VirtualServiceSpec>(object);
    const rules: UnreachableRule[] = [];
    if (http !== undefined && http.length > 0) unreachableHttp(http, rules);
    if (tcp !== undefined && tcp.length > 0) unreachableBytes('tcp', tcp, rules);
    if (tls !== undefined && tls.length > 0) unreachableBytes('tls', tls, rules);
    cache.set(object, found = rules.length === 0 ? NOTHING : { rules, said: saidByWebhook({ http, tcp, tls }) });
  }
  return found;
}

function saidByWebhook({ http, tcp, tls }: VirtualServiceSpec): ReadonlySet<string> {
  const said = new Set<string>();
  const report = { error: () => undefined, warning: (path: string) => void said.add(path) };
  warnOfUnreachableHttpRoutes(http, report);
  warnOfUnreachableTcpRoutes(tcp, report);
  warnOfUnreachableTlsRoutes(tls, report);
  return said;
}

function unreachableHttp(rules: NonNullable<VirtualServiceSpec['http']>, found: UnreachableRule[]): void {
  const before: { readonly match: VirtualServiceHttpMatch; readonly taker: Taker }[] = [];
  let all: Taker | undefined;
  for (let i = 0; i < rules.length; i++) {
    const { match: matches = [], delegate } = rules[i];
    // It takes only what the other VirtualService matches, and nothing while that is not there.
    const takes = delegate === undefined;
    if (matches.length === 0) {
      if (all) found.push({ list: 'http', rule: i, blocks: [{ match: 0, by: all }], total: 1 });
      if (takes) all ??= { rule: i };
      continue;
    }
    const blocks: { match: number; by: Taker }[] = [];
    for (let j = 0; j < matches.length; j++) {
      const match = matches[j] ?? {};
      const by = all ?? before.find((one) => covers(one.match, match))?.taker;
      if (by) blocks.push({ match: j, by });
      else if (takes) before.push({ match, taker: { rule: i, match: j } });
    }
    if (blocks.length > 0) found.push({ list: 'http', rule: i, blocks, total: matches.length });
    if (takes && isCatchAll(rules[i])) {
      const everything = matches.findIndex((match) => matchesEverything(match ?? {}) && !match?.port && !match?.gateways?.length);
      if (everything >= 0) all ??= { rule: i };
    }
  }
}

/** Here only what is written twice counts. */
function unreachableBytes(list: 'tcp' | 'tls', rules: readonly { readonly match?: readonly object[] }[], found: UnreachableRule[]): void {
  const before = new Map<string, Taker>();
  let all: Taker | undefined;
  for (let i = 0; i < rules.length; i++) {
    const { match: matches = [] } = rules[i];
    if (matches.length === 0) {
      if (all) found.push({ list, rule: i, blocks: [{ match: 0, by: all }], total: 1 });
      all ??= { rule: i };
      continue;
    }
    const blocks: { match: number; by: Taker }[] = [];
    for (let j = 0; j < matches.length; j++) {
      const key = rules.length + matches.length > 2 ? JSON.stringify(sorted(matches[j])) : '';
      const by = all ?? before.get(key);
      if (by) blocks.push({ match: j, by });
      else before.set(key, { rule: i, match: j });
    }
    if (blocks.length > 0) found.push({ list, rule: i, blocks, total: matches.length });
  }
}

function sorted(match: object): unknown {
  return Object.entries(match).sort(([one], [other]) => one < other ? -1 : 1);
}
