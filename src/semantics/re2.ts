import { withKnownClasses } from './re2-classes';

/**
 * Whether a regular expression is one for RE2, read as Go's `regexp/syntax` reads it: istiod's webhook compiles
 * every pattern with it before Envoy sees it.
 */
export function isRe2(pattern: string): boolean {
  return re2Problem(pattern) === undefined;
}

/** What RE2 has against a pattern, such as "missing closing ): `(a`"; nothing if it is valid. */
export function re2Problem(pattern: string): string | undefined {
  // Text longer than this may still nest or repeat too much, which only a parser can tell.
  if (pattern.length <= MAX_PLAIN && PLAIN.test(pattern)) return undefined;
  if (pattern.length > MAX_READ) return undefined;
  let problem = seen.get(pattern);
  if (problem === undefined) {
    problem = parse(pattern);
    if (seen.size >= MAX_KNOWN) seen.clear();
    seen.set(pattern, problem);
  }
  return problem === VALID ? undefined : problem;
}

const MAX_PLAIN = 1000;
/** Beyond, reading could take minutes, and nobody writes such; a VirtualService takes 1024 bytes at most. */
const MAX_READ = 50_000;

/**
 * A sequence of plain characters, dots, simple escapes and simple classes, each repeated at most once, with an anchor
 * at either end, or several such with bars between them: never wrong, and most of what people write.
 */
const PLAIN = /^\^?(?:\||(?:[^\\[\](){}|*+?.^$]|\.|\\[dDsSwW.\/\\+*?-]|\[\^?(?:a-z|A-Z|0-9|[\w\/.])+\])(?:[*+?]\??)?)*\$?$/;

const VALID = '';
const MAX_KNOWN = 10_000;
const seen = new Map<string, string>();

interface Re2js {
  readonly RE2JS: { compile(pattern: string): unknown };
}

/** Loaded when the first pattern needs it: most meshes have none that does. */
let re2js: Re2js | undefined;

function parse(pattern: string): string {
  const known = withKnownClasses(pattern);
  if ('unknown' in known) return `there is no class of characters ${known.unknown}`;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  re2js ??= require('re2js') as Re2js;
  const problem = compileProblem(re2js, known.pattern);
  return problem.startsWith(DUPLICATE) ? compileProblem(re2js, withDistinctNames(known.pattern)) : problem;
}

function compileProblem({ RE2JS }: Re2js, pattern: string): string {
  try {
    RE2JS.compile(pattern);
    return VALID;
  } catch (error) {
    return ((error as Error).message || 'invalid').replace(/^error parsing regexp: /, '');
  }
}

/** Go, other than RE2 itself, takes two groups of one name. */
const DUPLICATE = 'duplicate capture group name';

function withDistinctNames(pattern: string): string {
  let number = 0;
  return pattern.replace(/\\[^]|\(\?P?<\w+>/g, (text) => text.startsWith('(') ? `${text.slice(0, -1)}_${number++}>` : text);
}
