import { CheckResult } from '../check';

/** How many there are of each severity. */
export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Objects that were looked at. */
  readonly resources: number;
}

export function summarize({ findings, resources }: CheckResult): Summary {
  const count = (severity: string) => findings.reduce((sum, finding) => sum + (finding.severity === severity ? 1 : 0), 0);
  return { errors: count('error'), warnings: count('warning'), infos: count('info'), resources };
}

/** `2 errors`, `1 warning`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
