import { describeValue } from '../semantics/describe-value';

/** The share of requests that is traced, wherever it is said. */
export function checkSampledShare(field: string, share: unknown): void {
  if (typeof share === 'number' && share >= 0 && share <= 100) return;
  throw new Error(`\`${field}\` is ${describeValue(share)}. It is a percentage, above 0 and at most 100: give for example 10 for one request in ten.`);
}

/** Where Istio takes nothing for what nobody said. */
export function checkSampledShareAboveZero(field: string, share: unknown): void {
  if (share === 0) throw new Error(`\`${field}\` is 0, which Istio takes for its own default of 1 %. Name no provider where nothing is to be traced, or give a share above 0.`);
  checkSampledShare(field, share);
}
