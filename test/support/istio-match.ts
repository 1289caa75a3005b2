import * as fc from 'fast-check';

/** A request, as far as the rules of a VirtualService look at it. */
export interface Request {
  readonly path: string;
  readonly scheme?: string;
  /** The Host header. */
  readonly authority?: string;
  readonly method: string;
  readonly port: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The values of each claim of the token, by the header that stands for it. */
  readonly claims?: Readonly<Record<string, readonly string[]>>;
  /** Labels of the caller, or of the gateway that it comes through. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  /** The gateway that it comes through, or `mesh`. */
  readonly gateway?: string;
}

/** Istio's StringMatch, on something that may not be there. `{}` is presence. */
function matches(condition: any, value: string | undefined): boolean {
  if (condition === undefined) return true;
  if (value === undefined) return false;
  if (condition.exact !== undefined) return value === condition.exact;
  if (condition.prefix !== undefined) return value.startsWith(condition.prefix);
  if (condition.regex !== undefined) return new RegExp(`^(?:${condition.regex})$`, 's').test(value);
  return true;
}

/** An absent header counts as an empty one, unless it is asked for presence. */
function matchesWithout(condition: any, value: string | undefined): boolean {
  if (Object.keys(condition).length === 0) return value === undefined;
  return !matches(condition, value ?? '');
}

/** A claim matches by one of its values; an absent one is no empty one. */
function matchesHeader(name: string, condition: any, { headers, claims = {} }: Request, isWithout: boolean): boolean {
  if (!name.startsWith('@')) return (isWithout ? matchesWithout : matches)(condition, own(headers, name));
  if (Object.keys(condition).length === 0) throw new Error(`${name}: Envoy refuses a claim without a value`);
  return (own(claims, name) ?? []).some((value) => matches(condition, value)) !== isWithout;
}

/** With gateways named, Istio does not look at labels and namespace. */
function matchesSource(one: any, { labels = {}, namespace, gateway = 'mesh' }: Request): boolean {
  if (one.gateways?.length > 0) return one.gateways.includes(gateway);
  return Object.entries(one.sourceLabels ?? {}).every(([key, value]) => own(labels, key) === value)
    && (one.sourceNamespace === undefined || one.sourceNamespace === namespace);
}

function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** HTTPMatchRequests are ORed, their fields ANDed; none is every request. */
export function accepts(match: any[] | undefined, request: Request): boolean {
  return match === undefined || match.some((one) =>
    matches(one.uri, request.path)
    && matches(one.scheme, request.scheme)
    && matches(one.authority, request.authority)
    && matches(one.method, request.method)
    && (one.port === undefined || one.port === request.port)
    && matchesSource(one, request)
    && Object.entries(one.headers ?? {}).every(([name, condition]) => matchesHeader(name, condition, request, false))
    && Object.entries(one.withoutHeaders ?? {}).every(([name, condition]) => matchesHeader(name, condition, request, true))
    && Object.entries(one.queryParams ?? {}).every(([name, condition]) => matches(condition, own(request.query, name))));
}

/** The first rule that matches decides. */
export function decide(http: readonly any[], request: Request): any | undefined {
  return http.find((rule) => accepts(rule.match, request));
}

/** The path that the application sees, query and all left out. */
export function rewritten(rule: any, request: Request): string {
  const { uri, uriRegexRewrite } = rule.rewrite ?? {};
  if (uriRegexRewrite) {
    return request.path.replace(new RegExp(uriRegexRewrite.match, 'g'), (...groups) =>
      uriRegexRewrite.rewrite.replace(/\\(\\|\d)/g, (_: string, what: string) => (what === '\\' ? what : groups[Number(what)])));
  }
  if (uri === undefined) return request.path;
  const one = (rule.match ?? [{}]).find((each: any) => accepts([each], request));
  // What is matched is replaced: all of an exact path or of a regex, of a prefix just that.
  const matched = one.uri === undefined ? '/' : one.uri.prefix ?? request.path;
  return uri + request.path.slice(matched.length);
}

const dictionary = (keys: string[], values: string[], maxKeys: number) =>
  fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { maxKeys, noNullPrototype: true });

export const requests: fc.Arbitrary<Request> = fc.record({
  path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/c', '/a/b/c'),
  scheme: fc.constantFrom('http', 'https'),
  authority: fc.constantFrom('a.example', 'a.example:80', 'b.example'),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH'),
  port: fc.constantFrom(80, 81),
  headers: dictionary(['x-a', 'x-b', 'x-c'], ['', '1', '2', '12'], 2),
  query: dictionary(['q'], ['1', '2'], 1),
  claims: fc.dictionary(fc.constantFrom('@request.auth.claims[role]', '@request.auth.claims[a][b]'), fc.subarray(['', '1', '2', '12']), { maxKeys: 2, noNullPrototype: true }),
  labels: dictionary(['app', 'version'], ['1', '2'], 2),
  namespace: fc.constantFrom('a', 'b'),
  gateway: fc.constantFrom('mesh', 'i/public', 'i/private'),
});
