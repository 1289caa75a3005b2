import { HeaderMatch, Literal, QueryMatch, TextMatch } from './envoy-rate-limit';
import { MatchAtom, MatchAtoms } from '../../model/match-atom';
import { withQuery } from '../../semantics/path-regex';
import { StringCondition, escapeRegex, implies } from '../../semantics/string-condition';

/** Conditions that hold together; those on headers can be turned around one by one. */
export interface Term {
  readonly headers: readonly Literal[];
  readonly queries: readonly QueryMatch[];
}

/**
 * What a match says, as conditions on headers and query parameters of a request, which is all that Envoy's rate limits look at.
 *
 * @throws for what they cannot see
 */
export function termsOf(atoms: MatchAtoms): Term[] {
  return atoms.map((atom) => {
    const { uri, scheme, authority, methods, port, headers, withoutHeaders, queryParams, sourceLabels, sourceNamespace, gateways, ...unknown } = atom;
    refuse(scheme, 'by scheme', 'A gateway counts each of its ports apart: give `ports`.');
    refuse(port, 'by port', 'Give `ports` of the RateLimit, and another RateLimit for other ports.');
    refuse(sourceLabels, 'by labels of the caller', 'A proxy sees who calls, not its labels: give `callers`.');
    refuse(sourceNamespace, 'by sourceNamespace', `Give callerNamespaces: ['${sourceNamespace}'].`);
    refuse(gateways, 'by gateway', 'Give the RateLimit the `gateway` whose pods are meant.');
    for (const field of Object.keys(unknown)) refuse(unknown[field as keyof typeof unknown], `by ${field}`, 'Match by path, header, method, host or query parameter.');
    return {
      headers: [
        ...uri ? [pathLiteral(uri)] : [],
        ...methods ? [literal({ name: ':method', string_match: methods.length === 1 ? { exact: methods[0] } : { safe_regex: { regex: methods.map(escapeRegex).join('|') } } })] : [],
        ...authority ? [literal({ name: ':authority', string_match: authorityMatch(authority) })] : [],
        ...named(headers, (name, condition) => literal(headerMatch(name, condition))),
        ...named(withoutHeaders, (name, condition) => inverse(literal(headerMatch(name, condition)))),
      ],
      queries: named(queryParams, queryMatch),
    };
  });
}

/** Callers by their service accounts or namespaces, as the proxy of the called pod finds them in the certificate. */
export function callerLiteral(patterns: readonly string[]): Literal {
  // What the caller claims of itself stands in front of what our own proxy adds: only the end can be believed.
  return literal({ name: 'x-forwarded-client-cert', string_match: { safe_regex: { regex: `(?:.*;)?URI=spiffe://(?:${patterns.join('|')})` } } });
}

/** The condition turned around: what holds is what failed. */
function inverse({ holds, fails }: Literal): Literal {
  return { holds: fails, fails: holds };
}

function literal(match: HeaderMatch): Literal {
  // Of a header that is not there, Envoy would say that no text matches, and turned around that none matches either.
  const absent = match.string_match ? { treat_missing_header_as_empty: true } : {};
  return {
    holds: match,
    get fails() {
      const regex = match.string_match?.safe_regex?.regex;
      if (regex !== undefined && !match.name.startsWith(':') && implies({ kind: 'exact', value: '' }, { kind: 'regex', value: regex })) {
        throw new Error(`the regex "${regex}" of the header ${match.name} matches an empty text, too, and Envoy would take a header that is absent for one. `
          + 'Use StringMatch.present(), a regex that needs a character, or no alternatives.');
      }
      return { ...match, invert_match: true, ...absent };
    },
  };
}

function pathLiteral(condition: StringCondition): Literal {
  return literal({ name: ':path', string_match: pathMatch(condition) });
}

/** Envoy's `:path` has the query in it. */
function pathMatch({ kind, value }: StringCondition): TextMatch {
  switch (kind) {
    case 'exact': return { safe_regex: { regex: `${escapeRegex(value)}(?:\\?.*)?` } };
    case 'prefix': return { prefix: value };
    case 'regex': return { safe_regex: { regex: withQuery(value) } };
    case 'present': return { prefix: '/' };
  }
}

/** Hosts are looked up without regard to case and port, so a limit must not be avoided by them. */
function authorityMatch({ kind, value }: StringCondition): TextMatch {
  switch (kind) {
    case 'prefix': return { prefix: value, ignore_case: true };
    case 'exact': return { safe_regex: { regex: `(?i:${escapeRegex(value.replace(/:\d+$/, ''))})${/:\d+$/.exec(value)?.[0] ?? '(?::[0-9]+)?'}` } };
    case 'regex': return { safe_regex: { regex: `(?i:${value})(?::[0-9]+)?` } };
    case 'present': return { safe_regex: { regex: '.+' } };
  }
}

function headerMatch(name: string, condition: StringCondition): HeaderMatch {
  if (name.startsWith('@')) refuse(name, `by ${name}`, 'Only routes see claims of a token. Count by a header that the gateway sets from the claim.');
  if (condition.kind === 'present') return { name, present_match: true };
  return { name, string_match: textMatch(condition) };
}

function queryMatch(name: string, condition: StringCondition): QueryMatch {
  return condition.kind === 'present' ? { name, present_match: true } : { name, string_match: textMatch(condition) };
}

function textMatch({ kind, value }: StringCondition): TextMatch {
  switch (kind) {
    case 'regex': return { safe_regex: { regex: value } };
    case 'prefix': return { prefix: value };
    default: return { exact: value };
  }
}

function named<T>(conditions: MatchAtom['headers'], make: (name: string, condition: StringCondition) => T): T[] {
  return Object.entries(conditions ?? {}).map(([name, condition]) => make(name, condition));
}

function refuse(value: unknown, what: string, fix: string): void {
  if (value !== undefined) throw new Error(`a rate limit cannot match ${what}. ${fix}`);
}
