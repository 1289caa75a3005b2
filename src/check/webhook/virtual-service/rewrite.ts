import { VirtualServiceHttpRewrite as Rewrite } from '../../../manifest/generated/istio-specs';
import { FieldPath } from '../field-path';
import { WebhookReport } from '../webhook-check';
import { checkRegex } from './string-match';

/** What of a request is changed before it is sent on. */
export function checkRewrite({ uri, uriRegexRewrite, authority }: Rewrite, at: FieldPath, report: WebhookReport): void {
  if (uri && uriRegexRewrite) {
    report.error(`${at}`, 'The rewrite has both uri and uriRegexRewrite.', 'Keep uri to replace the path or the prefix that matched, or uriRegexRewrite.');
  }
  if (!uri && !uriRegexRewrite && !authority) report.error(`${at}`, 'The rewrite changes nothing.', 'Give uri, uriRegexRewrite or authority, or remove it.');
  if (!uriRegexRewrite) return;
  const { match, rewrite } = uriRegexRewrite;
  if (match && rewrite) {checkRegex(match, `${at}.uriRegexRewrite.match`, report);} else {
    report.error(`${at}.uriRegexRewrite`, `The regular expression has no ${match ? 'rewrite' : 'match'}.`,
      'Give both, for example match: "^/old/(.*)$" and rewrite: "/new/\\1".');
  }
}
