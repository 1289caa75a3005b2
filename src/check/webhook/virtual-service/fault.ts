import { VirtualServiceHttpFault as Fault } from '../../../manifest/generated/istio-specs';
import { isFractionalPercent } from '../../../semantics/percent';
import { checkDuration } from '../duration';
import { FieldPath } from '../field-path';
import { quoted } from '../quoted';
import { WebhookReport } from '../webhook-check';

const GRPC_STATUS = new Set([
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS',
  'UNAUTHENTICATED',
]);

/** Errors and delays for tests. */
export function checkFault({ abort, delay }: Fault, at: FieldPath, report: WebhookReport): void {
  if (!abort && !delay) report.error(`${at}`, 'The fault is empty.', 'Give it an abort, a delay or both, or remove it.');
  if (abort) {
    checkPercentage(abort.percentage, at.field('abort'), report);
    if (abort.httpStatus !== undefined) checkHttpStatus(abort.httpStatus, `${at}.abort.httpStatus`, report);
    if (abort.grpcStatus !== undefined && !GRPC_STATUS.has(abort.grpcStatus)) {
      report.error(`${at}.abort.grpcStatus`, `${quoted(abort.grpcStatus)} is not a gRPC status.`, `Allowed are ${[...GRPC_STATUS].join(', ')}.`);
    }
    if (abort.http2Error !== undefined) {
      report.error(`${at}.abort.http2Error`, 'Istio cannot abort with an HTTP/2 error.', 'Use httpStatus, for example 503, or grpcStatus, for example UNAVAILABLE.');
    }
  }
  if (delay) {
    checkPercentage(delay.percentage, at.field('delay'), report);
    checkDuration(delay.fixedDelay, `${at}.delay.fixedDelay`, report);
    if (delay.exponentialDelay !== undefined) {
      report.error(`${at}.delay.exponentialDelay`, 'Istio does not make exponential delays.', 'Use fixedDelay, for example 2s.');
    }
  }
}

/** A status that is answered without asking a service. Istio takes 600, too. */
export function checkHttpStatus(status: number, path: string, report: WebhookReport): void {
  if (status >= 200 && status <= 600) return;
  report.error(path, `${status} is not an HTTP status that can be answered.`, 'Write one from 200 to 599, such as 503.');
}

function checkPercentage(percentage: { readonly value?: number } | undefined, at: FieldPath, report: WebhookReport): void {
  const value = percentage?.value ?? 0;
  if (isFractionalPercent(value)) return;
  report.error(`${at}.percentage.value`, `${value} is not a percentage that Envoy can count.`, 'Write 0, or a number from 0.0001 to 100.');
}
