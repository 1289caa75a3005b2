import { describeValue } from './describe-value';

/** Istio counts shares in millionths. */
const SMALLEST = 0.0001;

/** The percentage, which is above 0 and at most 100. Throws for others, and for shares finer than what Istio counts. */
export function checkPercentage(percentage: number, what: string, instead: string): number {
  if (typeof percentage !== 'number') {
    throw new Error(`${what} is ${describeValue(percentage)}. Give a number above 0 and up to 100, for example 10.`);
  }
  if (!(percentage > 0 && percentage <= 100)) {
    throw new Error(`${what} is ${percentage}; it is above 0 and at most 100.${percentage === 0 ? ` ${instead}` : ''}`);
  }
  const steps = percentage / SMALLEST;
  // 0.0007 is 6.999999999999999 steps in floating point, and meant as 7.
  if (Math.abs(steps - Math.round(steps)) > 1e-6) {
    const near = Math.max(1, Math.round(steps)) / 10_000;
    throw new Error(`${what} is ${percentage}; Istio counts in steps of ${SMALLEST}. Give for example ${near}.`);
  }
  return percentage;
}
