import { Request } from './istio-match';

/** As the Gateway API says that an HTTPRoute is read: of all matches of all rules the most specific one decides, in whatever order they stand. */
export function decideByHttpRoute(rules: readonly any[], request: Request): any {
  const fitting = rules.flatMap((rule) => rule.matches.filter((match: any) => fits(match, request)).map((match: any) => ({ rule, match })));
  return fitting.reduce((best, one) => (best === undefined || beats(one.match, best.match) ? one : best), undefined)?.rule;
}

/** Whether one comes before another that stands before it. */
function beats(one: any, other: any): boolean {
  const order = [
    (match: any) => (match.path.type === 'Exact' ? 1 : 0),
    (match: any) => match.path.value.length,
    (match: any) => (match.method ? 1 : 0),
    (match: any) => match.headers?.length ?? 0,
    (match: any) => match.queryParams?.length ?? 0,
  ];
  for (const by of order) {
    if (by(one) !== by(other)) return by(one) > by(other);
  }
  return false;
}

function fits({ path, method, headers = [], queryParams = [] }: any, request: Request): boolean {
  const all = (list: any[], values: Readonly<Record<string, string>>) => list.every(({ name, value }) => values[name] === value);
  const ofMethod = method === undefined || method === request.method;
  return ofMethod && pathFits(path, request.path) && all(headers, request.headers) && all(queryParams, request.query);
}

/** A prefix is one of whole segments. */
function pathFits({ type, value }: any, path: string): boolean {
  if (type === 'Exact') return path === value;
  const segments = (text: string) => text.split('/').filter((part) => part !== '');
  return segments(value).every((part, index) => segments(path)[index] === part);
}

/** The path that is sent on. */
export function rewrittenByHttpRoute(rule: any, path: string): string {
  const rewrite = rule.filters?.find((filter: any) => filter.type === 'URLRewrite')?.urlRewrite.path;
  if (rewrite?.type === 'ReplaceFullPath') return rewrite.replaceFullPath;
  if (rewrite?.type !== 'ReplacePrefixMatch') return path;
  const prefix = rule.matches[0].path.value;
  const rest = path.slice(prefix === '/' ? 0 : prefix.length).replace(/^\//, '');
  const to = rewrite.replacePrefixMatch.replace(/\/$/, '');
  return rest === '' && !path.endsWith('/') ? to || '/' : `${to}/${rest}`;
}
