import { VirtualServiceHttpMatch as HttpMatch, VirtualServiceHttpRedirect as Redirect } from '../../../manifest/generated/istio-specs';
import { isPortNumber } from '../../../semantics/port-number';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

/** An answer that sends the client elsewhere. */
export function checkRedirect(redirect: Redirect, matches: readonly HttpMatch[] | undefined, at: FieldPath, report: WebhookReport): void {
  const { uri, prefixRewrite, authority, scheme, port, derivePort, redirectCode } = redirect;
  if (uri && prefixRewrite) {
    report.error(`${at}`, 'The redirect has both uri and prefixRewrite.', 'Keep uri to replace the whole path, or prefixRewrite to replace the prefix that matched.');
  }
  if (prefixRewrite) checkPrefixMatches(matches, at, report);
  if (!uri && !prefixRewrite && !authority && !scheme && port === undefined && derivePort === undefined) {
    report.error(`${at}`, 'The redirect changes nothing, so the client would be sent where it came from.', 'Give uri, prefixRewrite, authority, scheme, port or derivePort.');
  }
  if (redirectCode && (redirectCode < 300 || redirectCode > 399)) {
    report.error(`${at}.redirectCode`, `${redirectCode} is not the status of a redirect.`, 'Write 301, 302, 303, 307 or 308; without it, 301 is answered.');
  }
  if (scheme && scheme !== 'http' && scheme !== 'https') {
    report.error(`${at}.scheme`, `The scheme is ${quoted(scheme)}.`, 'Write http or https, in lower case.');
  }
  if (port && !isPortNumber(port)) report.error(`${at}.port`, `The port ${port} does not exist.`, 'Write a number from 1 to 65535.');
}

function checkPrefixMatches(matches: readonly HttpMatch[] | undefined, at: FieldPath, report: WebhookReport): void {
  const other = matches?.findIndex(({ uri }) => uri !== undefined && uri.prefix === undefined) ?? -1;
  if (other < 0) return;
  report.error(`${at}.prefixRewrite`, `The redirect replaces the prefix that matched, and match[${other}] matches no prefix.`,
    `Write match[${other}].uri with prefix, or use uri instead of prefixRewrite.`);
}
