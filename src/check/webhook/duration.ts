import { quoted } from './quoted';
import { WebhookReport } from './webhook-check';
import { DURATION_FIX, durationProblem, goDurationNanoseconds } from '../../semantics/go-duration';

/** A duration of whole milliseconds, at least 1. */
export function checkDuration(text: string | undefined, path: { toString(): string }, report: WebhookReport): void {
  if (text === undefined) return;
  const problem = durationProblem(text);
  if (problem !== undefined) report.error(`${path}`, `The duration ${quoted(text)} ${problem}.`, DURATION_FIX);
}

/** A duration that Istio only has to be able to read. */
export function checkReadableDuration(text: string | undefined, path: { toString(): string }, report: WebhookReport): void {
  if (text === undefined || goDurationNanoseconds(text) !== undefined) return;
  report.error(`${path}`, `${quoted(text)} is not a duration.`, 'Write a number with a unit, such as 500ms, 1.5s or 1h30m; 0s is possible here.');
}
