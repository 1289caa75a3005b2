import { checkList } from '../model/given';
import { PathMatch } from '../model/path-match';
import { describeValue } from '../semantics/describe-value';

/** Paths as an AuthorizationPolicy says them, each once. */
export function pathValues(paths: readonly PathMatch[], field: string = 'paths'): string[] {
  checkList(field, paths, "[PathMatch.exact('/healthz')]");
  if (paths.length === 0) throw new Error(`\`${field}\` is empty, and an empty list means every path to Istio. Name at least one, or leave it out.`);
  const other: unknown = paths.find((path) => !(path instanceof PathMatch));
  if (other !== undefined || paths.includes(undefined as never)) {
    const text = typeof other === 'string' && other.startsWith('/') ? other : '/healthz';
    throw new Error(`\`${field}\` holds ${describeValue(other)}, and a path is a PathMatch. Write for example PathMatch.exact('${text}') or PathMatch.segment('${text}').`);
  }
  return [...new Set(paths.flatMap((path) => path._values))];
}
