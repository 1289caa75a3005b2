import { asksForSource, isAnyPath } from './http-match';
import { VirtualServiceHttpMatch } from '../../manifest/generated/istio-specs';
import { implies, StringCondition } from '../../semantics/string-condition';

interface StringMatch { readonly exact?: string; readonly prefix?: string; readonly regex?: string }
type StringMatches = { readonly [name: string]: StringMatch } | undefined;

/** Whether every request that `later` matches is also one for `earlier`. False where that cannot be told. */
export function covers(earlier: VirtualServiceHttpMatch, later: VirtualServiceHttpMatch): boolean {
  return pathCovers(earlier, later)
    && (!earlier.port || earlier.port === later.port)
    && sourceCovers(earlier, later)
    && stringCovers(earlier.method, later.method)
    && stringCovers(earlier.scheme, later.scheme)
    && stringCovers(earlier.authority, later.authority)
    && mapCovers(earlier.headers, later.headers)
    && mapCovers(earlier.queryParams, later.queryParams)
    && absenceCovers(earlier.withoutHeaders, later.withoutHeaders);
}

function pathCovers(earlier: VirtualServiceHttpMatch, later: VirtualServiceHttpMatch): boolean {
  if (isAnyPath(earlier.uri)) return true;
  if (later.uri === undefined) return false;
  // Most matches are for other paths: seen without making anything.
  const { exact } = earlier.uri!;
  if (exact !== undefined && !earlier.ignoreUriCase) return later.uri.exact === exact && !later.ignoreUriCase;
  if ((earlier.ignoreUriCase ?? false) !== (later.ignoreUriCase ?? false)) return false;
  return earlier.ignoreUriCase
    ? stringCovers(lowered(earlier.uri!), lowered(later.uri))
    : stringCovers(earlier.uri, later.uri);
}

function lowered({ exact, prefix, regex }: StringMatch): StringMatch {
  return { exact: exact?.toLowerCase(), prefix: prefix?.toLowerCase(), regex };
}

/** Who sends: not looked at where gateways are named. */
function sourceCovers(earlier: VirtualServiceHttpMatch, later: VirtualServiceHttpMatch): boolean {
  if (earlier.gateways !== undefined && earlier.gateways.length > 0) {
    return later.gateways !== undefined && later.gateways.length > 0 && later.gateways.every((gateway) => earlier.gateways!.includes(gateway));
  }
  if (!asksForSource(earlier)) return true;
  if (later.gateways !== undefined && later.gateways.length > 0) return false;
  if (earlier.sourceNamespace && earlier.sourceNamespace !== later.sourceNamespace) return false;
  for (const [name, value] of Object.entries(earlier.sourceLabels ?? {})) if (later.sourceLabels?.[name] !== value) return false;
  return true;
}

function stringCovers(earlier: StringMatch | undefined, later: StringMatch | undefined): boolean {
  if (earlier === undefined) return true;
  const condition = conditionOf(earlier);
  if (later === undefined) return false;
  return implies(conditionOf(later), condition);
}

function mapCovers(earlier: StringMatches, later: StringMatches): boolean {
  if (earlier === undefined) return true;
  for (const name of Object.keys(earlier)) {
    if (later === undefined || !Object.hasOwn(later, name)) return false;
    if (!implies(conditionOf(later[name]), conditionOf(earlier[name]))) return false;
  }
  return true;
}

/** Not having what is wider is more than not having what is narrower. */
function absenceCovers(earlier: StringMatches, later: StringMatches): boolean {
  if (earlier === undefined) return true;
  for (const name of Object.keys(earlier)) {
    if (later === undefined || !Object.hasOwn(later, name)) return false;
    if (!implies(conditionOf(earlier[name]), conditionOf(later[name]))) return false;
  }
  return true;
}

function conditionOf(match: StringMatch | null): StringCondition {
  if (match?.exact !== undefined) return { kind: 'exact', value: match.exact };
  if (match?.prefix !== undefined) return { kind: 'prefix', value: match.prefix };
  if (match?.regex !== undefined) return { kind: 'regex', value: match.regex };
  return { kind: 'present', value: '' };
}
