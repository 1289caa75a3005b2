/** A request as a proxy sees it. */
export interface Request {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly authority?: string;
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The service account of the caller, as `NAMESPACE/NAME`. */
  readonly caller?: string;
  readonly ip?: string;
}

/** Which limits of a filter count a request, by the names in its descriptors, each as often as it counts. */
export function limitsOf(filter: any, request: Request): string[] {
  return filter.rate_limits
    .map(({ actions }: any) => descriptor(actions, request))
    .filter((entries: Entry[] | undefined) => entries !== undefined && filter.descriptors.some((known: any) => fits(known.entries, entries)))
    .map((entries: Entry[]) => entries[0].value);
}

/** What a limit counts apart: equal for two requests that are counted together. */
export function countsOf(filter: any, request: Request): string[] {
  return filter.rate_limits.map(({ actions }: any) => descriptor(actions, request)).filter(Boolean)
    .map((entries: Entry[]) => JSON.stringify(entries));
}

interface Entry {
  readonly key: string;
  readonly value: string;
}

function fits(known: { key: string; value?: string }[], made: Entry[]): boolean {
  return known.length === made.length
    && known.every(({ key, value }, index) => key === made[index].key && (value === undefined || value === made[index].value));
}

/** Every action adds an entry, or there is no descriptor. */
function descriptor(actions: any[], request: Request): Entry[] | undefined {
  const entries = actions.map((action) => entry(action, request));
  return entries.includes(undefined) ? undefined : entries as Entry[];
}

function entry(action: any, request: Request): Entry | undefined {
  const [[kind, fields]] = Object.entries<any>(action);
  switch (kind) {
    case 'generic_key': return { key: fields.descriptor_key, value: fields.descriptor_value };
    case 'header_value_match': {
      const all = fields.headers.every((matcher: any) => headerMatches(matcher, headerOf(request, matcher.name)));
      return all === fields.expect_match ? { key: fields.descriptor_key, value: fields.descriptor_value } : undefined;
    }
    case 'query_parameter_value_match': {
      const all = fields.query_parameters.every((matcher: any) => queryMatches(matcher, request.query?.[matcher.name]));
      return all === fields.expect_match ? { key: fields.descriptor_key, value: fields.descriptor_value } : undefined;
    }
    case 'request_headers': return valued(fields.descriptor_key, headerOf(request, fields.header_name));
    case 'query_parameters': return valued(fields.descriptor_key, request.query?.[fields.query_parameter_name]);
    case 'masked_remote_address': return valued('masked_remote_address', request.ip);
    case 'extension': return { key: fields.typed_config.descriptor_key, value: request.caller ?? '(none)' };
    default: throw new Error(`no action ${kind}`);
  }
}

function valued(key: string, value: string | undefined): Entry | undefined {
  return value === undefined ? undefined : { key, value };
}

function headerOf({ path, query = {}, method = 'GET', authority = 'reviews', headers = {}, caller }: Request, name: string): string | undefined {
  const search = Object.entries(query).map(([key, value]) => `${key}=${value}`).join('&');
  const xfcc = caller === undefined ? undefined
    : `By=spiffe://cluster.local/ns/shop/sa/reviews;Hash=ab;URI=spiffe://cluster.local/ns/${caller.replace('/', '/sa/')}`;
  const uri = search === '' ? path : `${path}?${search}`;
  return { ':path': uri, ':method': method, ':authority': authority, 'x-forwarded-client-cert': xfcc, ...headers }[name];
}

/** Envoy's HeaderMatcher: of a header that is not there, only presence can be turned around, or a text where it counts as empty. */
function headerMatches(matcher: any, value: string | undefined): boolean {
  const { string_match, present_match, invert_match = false, treat_missing_header_as_empty } = matcher;
  if (present_match) return (value !== undefined) !== invert_match;
  if (value === undefined && !treat_missing_header_as_empty) return false;
  return textMatches(string_match, value ?? '') !== invert_match;
}

function queryMatches({ string_match, present_match }: any, value: string | undefined): boolean {
  return value !== undefined && (present_match === true || textMatches(string_match, value));
}

function textMatches({ exact, prefix, safe_regex, ignore_case }: any, value: string): boolean {
  const fold = (text: string) => (ignore_case ? text.toLowerCase() : text);
  if (exact !== undefined) return fold(value) === fold(exact);
  if (prefix !== undefined) return fold(value).startsWith(fold(prefix));
  const [, flags] = /^\(\?(i):/.exec(safe_regex.regex) ?? [];
  return new RegExp(`^(?:${safe_regex.regex.replace(/^\(\?i:/, '(?:')})$`, `s${flags ?? ''}`).test(value);
}
