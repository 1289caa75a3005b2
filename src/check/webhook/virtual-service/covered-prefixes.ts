import { VirtualServiceHttpMatch as HttpMatch, VirtualServiceHttpMatchUri as StringMatch } from '../../../manifest/generated/istio-specs';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

type Conditions = ReadonlyMap<string, string>;

/** A match by a prefix of the path, as Istio compares it with others. */
export interface PrefixMatch {
  readonly rule: number;
  readonly index: number;
  readonly prefix: string;
  readonly port: number;
  readonly method: string;
  readonly authority: string;
  readonly headers: Conditions;
  readonly queryParams: Conditions;
  readonly withoutHeaders: Conditions;
}

/** Undefined if the match is not by a prefix. */
export function prefixMatch(match: HttpMatch, rule: number, index: number): PrefixMatch | undefined {
  const prefix = match.uri?.prefix;
  if (!prefix) return undefined;
  return {
    rule,
    index,
    prefix,
    port: match.port ?? 0,
    method: condition(match.method) || 'exact:GET',
    authority: condition(match.authority),
    headers: conditions(match.headers),
    queryParams: conditions(match.queryParams),
    withoutHeaders: conditions(match.withoutHeaders),
  };
}

/** A VirtualService that fits into a cluster (1.5 MB) stays far below; beyond, a warning less is better than a hang. */
const MOST_COMPARISONS = 50_000_000;

/** Warns of a prefix behind a shorter one whose other conditions are the same or, as Istio sees it, wider. */
export function warnOfCoveredPrefixes(matches: readonly PrefixMatch[], report: WebhookReport): void {
  let left = MOST_COMPARISONS;
  for (let i = 0; i < matches.length && left > 0; i++) {
    const earlier = matches[i];
    left -= matches.length - i;
    for (let j = i + 1; j < matches.length; j++) {
      const later = matches[j];
      if (!covers(earlier, later)) continue;
      report.warning(`spec.http[${later.rule}].match[${later.index}]`,
        `The prefix ${quoted(later.prefix)} is never reached: match[${earlier.index}] of http[${earlier.rule}] takes ${quoted(earlier.prefix)} before.`,
        'Move the longer prefix before the shorter one: the first match wins, not the longest.');
    }
  }
}

function covers(earlier: PrefixMatch, later: PrefixMatch): boolean {
  return later.prefix.length > earlier.prefix.length && later.prefix.startsWith(earlier.prefix)
    && later.port === earlier.port
    && earlier.method.startsWith(later.method)
    && earlier.authority.startsWith(later.authority)
    && allStartWith(earlier.headers, later.headers)
    && allStartWith(earlier.queryParams, later.queryParams)
    && allStartWith(earlier.withoutHeaders, later.withoutHeaders);
}

function allStartWith(earlier: Conditions, later: Conditions): boolean {
  if (earlier.size !== later.size) return false;
  for (const [name, value] of earlier) {
    const other = later.get(name);
    if (other === undefined || !value.startsWith(other)) return false;
  }
  return true;
}

/** Istio leaves regular expressions out of this comparison. */
function condition(match: StringMatch | undefined): string {
  if (match?.exact) return `exact:${match.exact}`;
  return match?.prefix ? `prefix:${match.prefix}` : '';
}

const NONE: Conditions = new Map();

function conditions(matches: Readonly<Record<string, StringMatch>> | undefined): Conditions {
  if (matches === undefined) return NONE;
  return new Map(Object.keys(matches).map((name) => [name, condition(matches[name])]));
}
