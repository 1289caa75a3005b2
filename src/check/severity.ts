/** How much a finding weighs, heaviest first. */
export type Severity = 'error' | 'warning' | 'info';

export type Preset = 'istio' | 'recommended' | 'strict';

export const PRESETS: readonly Preset[] = ['istio', 'recommended', 'strict'];

const WEIGHT: Record<Severity, number> = { error: 3, warning: 2, info: 1 };

/** Whether a severity is a given one or heavier. */
export function isAtLeast(severity: Severity, other: Severity): boolean {
  return WEIGHT[severity] >= WEIGHT[other];
}

/** Heavier first. */
export function bySeverity(a: Severity, b: Severity): number {
  return WEIGHT[b] - WEIGHT[a];
}
