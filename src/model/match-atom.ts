import { StringCondition, acceptsEmpty, both, eitherOf, implies } from '../semantics/string-condition';

type Conditions = Readonly<Record<string, StringCondition>>;

/** One conjunction of conditions on a request: what Istio calls an HTTPMatchRequest. */
export interface MatchAtom {
  readonly uri?: StringCondition;
  readonly scheme?: StringCondition;
  /** The Host header, with the port where it names one. */
  readonly authority?: StringCondition;
  /** Any of these methods. */
  readonly methods?: readonly string[];
  readonly port?: number;
  /** By lower-case name. */
  readonly headers?: Conditions;
  /** By lower-case name; satisfied where the header is absent or has another value. */
  readonly withoutHeaders?: Conditions;
  readonly queryParams?: Conditions;
  /** Claims of the token at a gateway, by the header that stands for each: one of its values is so. */
  readonly claims?: Conditions;
  /** None of the claim's values is so; satisfied where there is no such claim. */
  readonly withoutClaims?: Conditions;
  /** Labels of the calling pod, all of them. */
  readonly sourceLabels?: Readonly<Record<string, string>>;
  /** The namespace of the calling pod. */
  readonly sourceNamespace?: string;
  /** Any of these gateways, as `NAMESPACE/NAME`. */
  readonly gateways?: readonly string[];
  /**
   * But none of these, which hold no exceptions themselves. Istio cannot say it: a rule for them is
   * written before the one for this.
   */
  readonly except?: MatchAtoms;
}

/** Any of these; `[{}]` is every request, `[]` none. */
export type MatchAtoms = readonly MatchAtom[];

export const EVERY_REQUEST: MatchAtoms = [{}];

/** Thrown where Istio has no way to say that two conditions hold at once. */
export class CannotCombine extends Error {}

/** Requests that satisfy both. */
export function intersect(a: MatchAtoms, b: MatchAtoms): MatchAtoms {
  if (a === EVERY_REQUEST) return b;
  if (b === EVERY_REQUEST) return a;
  return a.flatMap((x) => b.map((y) => intersectAtoms(x, y))).filter((atom) => atom !== undefined);
}

/** What Istio cannot say at once, as long as nothing else excludes it. */
type Unsayable = () => CannotCombine;

function intersectAtoms(a: MatchAtom, b: MatchAtom): MatchAtom | undefined {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  if (a.port !== undefined && b.port !== undefined && a.port !== b.port) return undefined;
  const unsayable: Unsayable[] = [];
  const uri = intersectField('path', a.uri, b.uri, unsayable);
  if (uri === 'never') return undefined;
  const scheme = intersectField('scheme', a.scheme, b.scheme, unsayable);
  const authority = intersectField('authority', a.authority, b.authority, unsayable);
  const headers = intersectMaps('header', a.headers, b.headers, unsayable);
  const queryParams = intersectMaps('query parameter', a.queryParams, b.queryParams, unsayable);
  const claims = intersectClaims(a.claims, b.claims, unsayable);
  const sourceLabels = intersectLabels(a.sourceLabels, b.sourceLabels);
  if (scheme === 'never' || authority === 'never' || headers === 'never' || queryParams === 'never' || sourceLabels === 'never') return undefined;
  const methods = inBoth(a.methods, b.methods);
  const gateways = inBoth(a.gateways, b.gateways);
  const namespacesDiffer = a.sourceNamespace !== undefined && b.sourceNamespace !== undefined && a.sourceNamespace !== b.sourceNamespace;
  if (methods?.length === 0 || gateways?.length === 0 || namespacesDiffer) return undefined;
  const withoutHeaders = unite(a.withoutHeaders, b.withoutHeaders);
  if (contradicts(headers, a.withoutHeaders) || contradicts(headers, b.withoutHeaders)) return undefined;
  const withoutClaims = unite(a.withoutClaims, b.withoutClaims);
  if (contradicts(claims, a.withoutClaims) || contradicts(claims, b.withoutClaims)) return undefined;
  const sourceNamespace = a.sourceNamespace ?? b.sourceNamespace;
  if (gateways && (sourceLabels || sourceNamespace !== undefined)) {
    unsayable.push(() => new CannotCombine('with a gateway named, Istio does not look at the labels and the namespace of the caller'));
  }
  const atom = defined({
    ...{ uri, scheme, authority, methods, port: a.port ?? b.port, headers, withoutHeaders, queryParams, claims, withoutClaims },
    ...{ sourceLabels, sourceNamespace, gateways },
  });
  const except = stillPossible([...a.except ?? [], ...b.except ?? []], atom);
  if (except === 'all') return undefined;
  if (unsayable.length > 0) throw unsayable[0]();
  return except.length > 0 ? { ...atom, except } : atom;
}

function intersectField(
  what: string, a: StringCondition | undefined, b: StringCondition | undefined, unsayable: Unsayable[],
): StringCondition | 'never' | undefined {
  if (!a || !b) return a ?? b;
  const result = both(a, b);
  if (result !== 'unknown') return result;
  unsayable.push(() => new CannotCombine(`the ${what} would have to match both ${describe(a)} and ${describe(b)}, and Istio takes one condition`));
  return a;
}

function intersectMaps(what: string, a: Conditions | undefined, b: Conditions | undefined, unsayable: Unsayable[]): Conditions | 'never' | undefined {
  if (!a || !b) return a ?? b;
  const result = new Map(Object.entries(a));
  for (const [name, condition] of Object.entries(b)) {
    const combined = intersectField(`${what} "${name}"`, result.get(name), condition, unsayable)!;
    if (combined === 'never') return 'never';
    result.set(name, combined);
  }
  return Object.fromEntries(result);
}

/** A claim may have several values: two conditions that no text meets may both be met. */
function intersectClaims(a: Conditions | undefined, b: Conditions | undefined, unsayable: Unsayable[]): Conditions | undefined {
  if (!a || !b) return a ?? b;
  const result = new Map(Object.entries(a));
  for (const [name, condition] of Object.entries(b)) {
    const other = result.get(name);
    if (other === undefined || implies(condition, other)) {result.set(name, condition);} else if (!implies(other, condition)) {
      unsayable.push(() => new CannotCombine(`values of the claim ${name.slice(name.indexOf('['))} would have to match both ${describe(other)} and ${describe(condition)}, and Istio takes one condition`));
    }
  }
  return Object.fromEntries(result);
}

function intersectLabels(a: MatchAtom['sourceLabels'], b: MatchAtom['sourceLabels']): MatchAtom['sourceLabels'] | 'never' {
  if (!a || !b) return a ?? b;
  return Object.entries(b).some(([key, value]) => Object.hasOwn(a, key) && a[key] !== value) ? 'never' : { ...a, ...b };
}

function inBoth<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): readonly T[] | undefined {
  return a && b ? a.filter((one) => b.includes(one)) : a ?? b;
}

/** Neither of two is neither in one condition: a header has one place in `withoutHeaders`. */
function unite(a: Conditions | undefined, b: Conditions | undefined): Conditions | undefined {
  if (!a || !b) return a ?? b;
  const result = new Map(Object.entries(a));
  for (const [name, condition] of Object.entries(b)) {
    const other = result.get(name);
    result.set(name, other ? eitherOf(other, condition) : condition);
  }
  return Object.fromEntries(result);
}

function contradicts(headers: Conditions | undefined, withoutHeaders: Conditions | undefined): boolean {
  return headers !== undefined && withoutHeaders !== undefined
    && Object.entries(withoutHeaders).some(([name, condition]) => Object.hasOwn(headers, name) && implies(headers[name], condition));
}

/** The exceptions that an atom without any can meet. */
function stillPossible(except: MatchAtoms, atom: MatchAtom): MatchAtoms | 'all' {
  if (except.some((one) => atomImplies(atom, one))) return 'all';
  return widest(except.filter((one) => !disjoint(one, atom)));
}

function disjoint(a: MatchAtom, b: MatchAtom): boolean {
  try {
    return intersectAtoms(a, b) === undefined;
  } catch (error) {
    if (error instanceof CannotCombine) return false;
    throw error;
  }
}

/** Far beyond what anybody reads, and soon after it beyond what any machine computes: each exception of an exception may double them. */
const MOST_ALTERNATIVES = 1000;

/** Thrown for exceptions of so many exceptions that nobody could say what is left. */
export class TooManyAlternatives extends Error {}

/** Requests that do not satisfy it. */
export function complement(atoms: MatchAtoms): MatchAtoms {
  return atoms.reduce<MatchAtoms>((rest, { except = [], ...atom }) => {
    const others = [...negation(atom), ...except];
    if (rest.length * others.length > MOST_ALTERNATIVES) {
      throw new TooManyAlternatives(`what ${atoms.length} matches leave out, with exceptions of their own, comes to more than ${MOST_ALTERNATIVES} alternatives`);
    }
    // What others include is left out at each step: carried along, it would multiply.
    return widest(intersect(rest, others));
  }, EVERY_REQUEST);
}

/** Without those that another one includes. */
function widest(atoms: MatchAtoms): MatchAtoms {
  return atoms.filter((one, index) => !atoms.some((other, at) =>
    at !== index && atomImplies(one, other) && (at < index || !atomImplies(other, one))));
}

/** One header or claim is turned into its opposite, everything else is said as an exception. */
function negation(atom: MatchAtom): MatchAtoms {
  if (isEmpty(atom)) return [];
  const { claims, withoutClaims, ...rest } = atom;
  if ((claims || withoutClaims) && isEmpty(rest) && Object.keys({ ...claims }).length + Object.keys({ ...withoutClaims }).length === 1) {
    return [claims && !isEmpty(claims) ? { withoutClaims: claims } : { claims: withoutClaims! }];
  }
  const { headers, withoutHeaders, ...others } = atom;
  const named = [...Object.entries(headers ?? {}), ...Object.entries(withoutHeaders ?? {})];
  if (named.length !== 1 || !isEmpty(others)) return [{ except: [atom] }];
  const [[name, condition]] = named;
  if (withoutHeaders && Object.keys(withoutHeaders).length > 0) return [{ headers: { [name]: condition } }];
  // Istio takes an absent header for an empty one.
  return acceptsEmpty(condition) ? [{ except: [atom] }] : [{ withoutHeaders: { [name]: condition } }];
}

/** Whether every request that satisfies `a` satisfies `b`. False where that cannot be told. */
export function covers(b: MatchAtoms, a: MatchAtoms): boolean {
  return a.every((x) => b.some((y) => atomImplies(x, y)));
}

function atomImplies(a: MatchAtom, b: MatchAtom): boolean {
  return (b.uri === undefined || (a.uri !== undefined && implies(a.uri, b.uri)))
    && (b.port === undefined || a.port === b.port)
    && (b.scheme === undefined || (a.scheme !== undefined && implies(a.scheme, b.scheme)))
    && (b.authority === undefined || (a.authority !== undefined && implies(a.authority, b.authority)))
    && (b.methods === undefined || (a.methods !== undefined && a.methods.every((method) => b.methods!.includes(method))))
    && (b.gateways === undefined || (a.gateways !== undefined && a.gateways.every((gateway) => b.gateways!.includes(gateway))))
    && (b.sourceNamespace === undefined || a.sourceNamespace === b.sourceNamespace)
    && labelsImply(a.sourceLabels, b.sourceLabels)
    && mapImplies(a.headers, b.headers)
    && mapImplies(a.queryParams, b.queryParams)
    && withoutImplies(a, b.withoutHeaders)
    && mapImplies(a.claims, b.claims)
    && withoutClaimsImply(a.withoutClaims, b.withoutClaims)
    && (b.except === undefined || b.except.every((one) => excludes(a, one)));
}

function mapImplies(a: Conditions | undefined, b: Conditions | undefined): boolean {
  if (b === undefined || a === b) return true;
  if (a === undefined) return Object.keys(b).length === 0;
  return Object.entries(b).every(([name, condition]) => Object.hasOwn(a, name) && implies(a[name], condition));
}

function labelsImply(a: MatchAtom['sourceLabels'], b: MatchAtom['sourceLabels']): boolean {
  return b === undefined || Object.entries(b).every(([key, value]) => a !== undefined && Object.hasOwn(a, key) && a[key] === value);
}

function withoutImplies({ headers, withoutHeaders }: MatchAtom, b: Conditions | undefined): boolean {
  return b === undefined || Object.entries(b).every(([name, condition]) =>
    (withoutHeaders !== undefined && Object.hasOwn(withoutHeaders, name) && implies(condition, withoutHeaders[name]))
    || (headers !== undefined && Object.hasOwn(headers, name) && both(headers[name], condition) === 'never'));
}

function withoutClaimsImply(a: Conditions | undefined, b: Conditions | undefined): boolean {
  return b === undefined || Object.entries(b).every(([name, condition]) => a !== undefined && Object.hasOwn(a, name) && implies(condition, a[name]));
}

/** Whether no request satisfies both. */
function excludes({ except = [], ...atom }: MatchAtom, one: MatchAtom): boolean {
  return except.some((other) => atomImplies(one, other)) || disjoint(atom, one);
}

function describe(condition: StringCondition): string {
  return condition.kind === 'present' ? 'any value' : `${condition.kind} "${condition.value}"`;
}

/** Whether it is every request. */
export function isEmpty(atom: MatchAtom): boolean {
  for (const _ in atom) return false;
  return true;
}

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

/** Whether it asks for claims of a token, which only gateways route by. */
export function readsClaims(atoms: MatchAtoms): boolean {
  return atoms.some(({ claims, withoutClaims, except = [] }) => claims !== undefined || withoutClaims !== undefined || readsClaims(except));
}
