import type { Spec } from './istio-object';
import type { VirtualServiceSpecHttpRewrite } from '../imports/networking.istio.io';
import { StringCondition, escapeRegex } from '../semantics/string-condition';

/** What becomes of the path: a prefix of it, all of it, or what a regular expression finds in it. */
export type PathChange =
  | { readonly kind: 'prefix'; readonly of: string; readonly to: string }
  | { readonly kind: 'path'; readonly to: string }
  | { readonly kind: 'regex'; readonly match: string; readonly rewrite: string };

/** How a request is changed before it is sent on, whatever the rule that it is sent by matches. */
export interface RouteRewrite {
  readonly path?: PathChange;
  /** The Host header. */
  readonly authority?: string;
}

type Rewrite = Spec<VirtualServiceSpecHttpRewrite>;

/**
 * As Istio writes it for a rule with this path. Istio's `uri` replaces what the rule matches, which may be more than
 * what the rewrite is about: where another layer made the rule narrower, the longer prefix is replaced by a longer one.
 * @param delegated whether rules of a delegate may be narrower still, which then have this rewrite as it stands
 */
export function renderRewrite({ path, authority }: RouteRewrite, uri: StringCondition | undefined, delegated = false): Rewrite {
  return { ...path && renderPath(path, uri, delegated), authority };
}

function renderPath(path: PathChange, uri: StringCondition | undefined, delegated: boolean): Rewrite {
  switch (path.kind) {
    case 'regex': return regexRewrite(path.match, path.rewrite);
    case 'path': return uri?.kind === 'exact' ? { uri: path.to } : regexRewrite('^/.*$', literal(path.to));
    case 'prefix': {
      const [of, to] = [withoutSlash(path.of), withoutSlash(path.to)];
      // No path at all is the prefix "/".
      const matched = uri === undefined ? '/' : uri.value;
      if (uri?.kind === 'regex' || !matched.startsWith(of)) return regexRewrite(`^${escapeRegex(of)}/`, literal(`${to}/`));
      const replaced = `${to}${matched.slice(of.length)}`;
      // What follows a prefix that ends in the middle of a segment may begin with a slash, or not.
      if (replaced === '' && uri?.kind === 'prefix' && !matched.endsWith('/')) return regexRewrite(`^${escapeRegex(matched)}/?`, '/');
      const absolute = replaced.replace(/^(?!\/)/, '/');
      return delegated && uri?.kind !== 'exact' ? regexRewrite(`^${escapeRegex(matched)}`, literal(absolute)) : { uri: absolute };
    }
  }
}

function regexRewrite(match: string, rewrite: string): Rewrite {
  return { uriRegexRewrite: { match, rewrite } };
}

/** Where `\1` stands for a group, a backslash stands double. */
function literal(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

/** Without the slash at the end. */
export function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
