import { Action, Entry, Literal, genericKey, headersMatch, queriesMatch } from './envoy-rate-limit';
import { Term } from './request-condition';

/** The key of the entry that says which limit a descriptor is for. */
export const LIMIT = 'limit';
/** The keys of further entries, where one action cannot say all of the conditions. */
const AND = 'and';
const NOT = 'not';
const MAX_CLAUSES = 32;

/** Actions that all add their entry where one of the terms holds. */
export function whereOneHolds(limit: string, terms: readonly Term[]): Action[] {
  const entries = new Entries(limit, AND);
  if (terms.some(isEmpty)) return [genericKey(entries.next())];
  if (terms.length === 1) {
    const [{ headers, queries }] = terms;
    return [
      ...headers.length > 0 ? [headersMatch(entries.next(), headers.map(({ holds }) => holds), true)] : [],
      ...queries.length > 0 ? [queriesMatch(entries.next(), queries, true)] : [],
    ];
  }
  if (terms.some(({ queries }) => queries.length > 0)) {
    throw new Error('query parameters stand among alternatives, and Envoy has no "or" for them. Give each alternative a limit of its own.');
  }
  const clauses = conjunctiveForm(terms.map(({ headers }) => headers));
  const alone = clauses.filter((clause) => clause.length === 1).map(([{ holds }]) => holds);
  return [
    ...alone.length > 0 ? [headersMatch(entries.next(), alone, true)] : [],
    // One of them holds where it is not so that all of them fail.
    ...clauses.filter((clause) => clause.length > 1).map((clause) => headersMatch(entries.next(), clause.map(({ fails }) => fails), false)),
  ];
}

/** Actions that all add their entry where none of the terms holds. */
export function whereNoneHolds(limit: string, terms: readonly Term[]): Action[] {
  const entries = new Entries(limit, NOT);
  return terms.map(({ headers, queries }) => {
    if (headers.length > 0 && queries.length > 0) {
      throw new Error('`otherwise` is for requests that no other limit is about, and Envoy cannot say that of a limit by a query parameter together with something else. '
        + 'Leave out `otherwise`, or match without the query parameter.');
    }
    return headers.length > 0
      ? headersMatch(entries.next(), headers.map(({ holds }) => holds), false)
      : queriesMatch(entries.next(), queries, false);
  });
}

export function isEmpty({ headers, queries }: Term): boolean {
  return headers.length + queries.length === 0;
}

/** The first entry names the limit, the others are told apart by their number. */
class Entries {
  private made = 0;

  constructor(private readonly limit: string, private readonly key: string) {}

  public next(): Required<Entry> {
    this.made++;
    return this.made === 1 ? { key: LIMIT, value: this.limit } : { key: `${this.key}-${this.made}`, value: this.limit };
  }
}

/** "Or" of "and"s as "and" of "or"s: each has one condition of every term; what another one says more strictly is left out. */
function conjunctiveForm(terms: readonly (readonly Literal[])[]): Literal[][] {
  let clauses: Literal[][] = [[]];
  for (const term of terms) {
    clauses = withoutWeaker(clauses.flatMap((clause) => term.map((literal) => (includes(clause, [literal]) ? clause : [...clause, literal]))));
    if (clauses.length > MAX_CLAUSES) {
      throw new Error(`the alternatives of one match would take more than ${MAX_CLAUSES} conditions, as Envoy has no "or". Give them limits of their own, or say the paths as one regex.`);
    }
  }
  return clauses;
}

function withoutWeaker(clauses: readonly Literal[][]): Literal[][] {
  return clauses.filter((clause, index) => !clauses.some((other, at) =>
    at !== index && includes(clause, other) && (clause.length > other.length || at < index)));
}

function includes(clause: readonly Literal[], part: readonly Literal[]): boolean {
  return part.every((literal) => clause.some((other) => same(other, literal)));
}

function same(a: Literal, b: Literal): boolean {
  return JSON.stringify(a.holds) === JSON.stringify(b.holds);
}
