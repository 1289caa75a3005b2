import { VirtualServiceHttpMatchUri as StringMatch } from '../../../manifest/generated/istio-specs';
import { byteLength } from '../../../semantics/byte-length';
import { re2Problem } from '../../../semantics/re2';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

const LONGEST_REGEX = 1024;

/** A condition on a header, a method, a scheme, an authority or a parameter. */
export function checkStringMatch(match: StringMatch | undefined, path: { toString(): string }, report: WebhookReport): void {
  if (match === undefined) return;
  if (match.prefix === '') {
    report.error(`${path}.prefix`, 'The prefix is empty.', 'Write how the value begins. {} takes any value of a header; leave the condition out to take requests without it, too.');
  }
  checkRegexMatch(match, path, report);
}

/** A condition of which an empty prefix is fine, such as that on a URI: every URI begins with nothing. */
export function checkRegexMatch(match: StringMatch | undefined, path: { toString(): string }, report: WebhookReport): void {
  if (match?.regex === undefined) return;
  if (match.regex === '') report.error(`${path}.regex`, 'The regular expression is empty.', 'Write one, or ".*" for anything.');
  else checkRegex(match.regex, `${path}.regex`, report);
}

export function checkRegex(regex: string, path: string, report: WebhookReport): void {
  // A code unit of UTF-16 takes at most 3 bytes.
  if (regex.length * 3 > LONGEST_REGEX && byteLength(regex) > LONGEST_REGEX) {
    report.error(path, `The regular expression takes ${byteLength(regex)} bytes; Istio takes at most ${LONGEST_REGEX}.`,
      'Shorten it, or divide it between several matches: one that applies is enough.');
    return;
  }
  const problem = re2Problem(regex);
  if (problem === undefined) return;
  report.error(path, `RE2 cannot read the regular expression ${quoted(regex)}: ${problem}.`,
    'Write it in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax): no look-around, no back references, no possessive repetition.');
}
