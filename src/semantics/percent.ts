/** A percentage in whole numbers, such as `maxEjectionPercent`: 0 to 100. */
export function isWholePercent(value: number): boolean {
  return value >= 0 && value <= 100;
}

/** A percentage with a fraction, such as that of a fault: 0, or 0.0001 to 100. Envoy counts in millionths. */
export function isFractionalPercent(value: number): boolean {
  return value === 0 || (value >= 0.0001 && value <= 100);
}
