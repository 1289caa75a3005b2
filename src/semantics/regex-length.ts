import { byteLength } from './byte-length';

/** What Istio's webhook takes of a regular expression. */
const LONGEST_REGEX = 1024;

/** What is wrong with the length of an expression; nothing if it is fine. */
export function regexLengthProblem(regex: string): string | undefined {
  const length = byteLength(regex);
  return length > LONGEST_REGEX ? `the expression has ${length} bytes; Istio takes ${LONGEST_REGEX} at most` : undefined;
}
