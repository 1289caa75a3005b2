interface StringMatch { readonly exact?: string; readonly prefix?: string; readonly regex?: string }

type StringMatches = { readonly [name: string]: StringMatch };

/** What Istio compares of an HTTPMatchRequest of a delegate and of the rule that delegates. */
export interface DelegatedMatch {
  readonly uri?: StringMatch;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: StringMatches;
  readonly withoutHeaders?: StringMatches;
  readonly queryParams?: StringMatches;
  readonly ignoreUriCase?: boolean;
  readonly port?: number;
  readonly sourceLabels?: { readonly [label: string]: string };
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
}

/**
 * Why a match of a delegate cannot be joined with one of the rule that delegates; undefined if it can. Istio does not
 * intersect conditions: it only sees whether the delegate's is plainly within the other.
 */
export function delegationConflict(root: DelegatedMatch, leaf: DelegatedMatch): string | undefined {
  for (const field of ['uri', 'scheme', 'method', 'authority'] as const) {
    if (conflict(root[field], leaf[field])) return field;
  }
  for (const field of ['headers', 'withoutHeaders', 'queryParams'] as const) {
    for (const name of Object.keys(leaf[field] ?? {})) {
      if (conflict(own(root[field], name), leaf[field]![name])) return `${field}.${name}`;
    }
  }
  if ((root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false)) return 'ignoreUriCase';
  if (root.port && leaf.port && root.port !== leaf.port) return 'port';
  if (root.sourceNamespace && leaf.sourceNamespace !== root.sourceNamespace) return 'sourceNamespace';
  for (const [name, value] of Object.entries(leaf.sourceLabels ?? {})) {
    const other = own(root.sourceLabels, name);
    if (other !== undefined && other !== value) return `sourceLabels.${name}`;
  }
  if (root.gateways?.length && leaf.gateways?.length && leaf.gateways.some((gateway) => !root.gateways!.includes(gateway))) return 'gateways';
  return undefined;
}

function conflict(root: StringMatch | undefined, leaf: StringMatch | undefined): boolean {
  if (root === undefined || leaf === undefined) return false;
  if ((root.regex || leaf.regex) && isSet(root) && isSet(leaf)) return true;
  if (root.exact) return Boolean(leaf.prefix) || leaf.exact !== root.exact;
  if (root.prefix) {
    if (leaf.prefix) return !leaf.prefix.startsWith(root.prefix);
    if (leaf.exact) return !leaf.exact.startsWith(root.prefix);
  }
  return true;
}

function isSet({ exact, prefix, regex }: StringMatch): boolean {
  return Boolean(exact || prefix || regex);
}

function own<T>(map: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
