import { Duration } from 'cdk8s';
import { milliSecondsOf } from '../semantics/duration';

/** A condition of a selector: this label has exactly this value. */
export function labelIs(label: string, value: string): string {
  return `${label}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** `metric{conditions}`. */
export function series(metric: string, conditions: readonly string[]): string {
  return conditions.length === 0 ? metric : `${metric}{${conditions.join(', ')}}`;
}

/** Minutes as Prometheus writes them: `3d`, `16h48m`. */
export function minutesText(count: number): string {
  const units: [number, string][] = [[Math.floor(count / 1440), 'd'], [Math.floor(count / 60) % 24, 'h'], [count % 60, 'm']];
  return units.filter(([number]) => number > 0).map(([number, unit]) => `${number}${unit}`).join('');
}

/** Prometheus writes no fractions. */
export function rangeOf(window: Duration): string {
  const milliseconds = milliSecondsOf(window, 'window');
  const [suffix, size] = ([['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const).find(([, unit]) => milliseconds % unit === 0)!;
  return `${milliseconds / size}${suffix}`;
}
