import * as fc from 'fast-check';

/** A request, as far as the rules of a VirtualService look at it. */
export interface Request {
  readonly path: string;
  readonly method: string;
  readonly port: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
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

function own(object: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** HTTPMatchRequests are ORed, their fields ANDed; none is every request. */
export function accepts(match: any[] | undefined, request: Request): boolean {
  return match === undefined || match.some((one) =>
    matches(one.uri, request.path)
    && matches(one.method, request.method)
    && (one.port === undefined || one.port === request.port)
    && Object.entries(one.headers ?? {}).every(([name, condition]) => matches(condition, own(request.headers, name)))
    && Object.entries(one.queryParams ?? {}).every(([name, condition]) => matches(condition, own(request.query, name))));
}

/** The first rule that matches decides. */
export function decide(http: readonly any[], request: Request): any | undefined {
  return http.find((rule) => accepts(rule.match, request));
}

export const requests: fc.Arbitrary<Request> = fc.record({
  path: fc.constantFrom('/', '/a', '/a/b', '/ab', '/c', '/a/b/c'),
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH'),
  port: fc.constantFrom(80, 81),
  headers: fc.dictionary(fc.constantFrom('x-a', 'x-b'), fc.constantFrom('1', '2', '12'), { maxKeys: 2, noNullPrototype: true }),
  query: fc.dictionary(fc.constant('q'), fc.constantFrom('1', '2'), { maxKeys: 1, noNullPrototype: true }),
});
