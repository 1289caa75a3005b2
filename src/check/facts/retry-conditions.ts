/**
 * Conditions of `retryOn` under which the first try may have been carried out before it is repeated: the request had
 * been sent. The others (a refused connection or stream, a 409) say that nothing was done.
 */
const AFTER_THE_WORK: ReadonlySet<string> = new Set([
  '5xx', 'gateway-error', 'reset', 'retriable-status-codes', 'deadline-exceeded', 'internal', 'cancelled', 'http3-post-connect-failure',
]);

/** Conditions under which a try that took too long is repeated. */
const AFTER_A_TIMEOUT: ReadonlySet<string> = new Set(['5xx', 'gateway-error', 'retriable-status-codes', '504', 'deadline-exceeded']);

/** A mesh has few lists of conditions, and many routes. */
const READ = new Map<string, readonly string[]>();
const MOST_READ = 1000;

function conditions(retryOn = ''): readonly string[] {
  const known = READ.get(retryOn);
  if (known) return known;
  const found = retryOn.split(',').map((condition) => condition.trim()).filter((condition) => condition !== '');
  if (READ.size < MOST_READ) READ.set(retryOn, found);
  return found;
}

/** The conditions that may repeat what was done already. A number is a status code. */
export function conditionsAfterTheWork(retryOn: string | undefined): string[] {
  return conditions(retryOn).filter((condition) => AFTER_THE_WORK.has(condition) || /^5\d\d$/.test(condition));
}

/** Whether a try that took longer than `perTryTimeout` is repeated. Left out, Istio's own conditions do not. */
export function retriesTimeouts(retryOn: string | undefined): boolean {
  return conditions(retryOn).some((condition) => AFTER_A_TIMEOUT.has(condition));
}
