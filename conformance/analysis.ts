import { spawnSync } from 'node:child_process';
import { JUDGE, requireJudge } from './machine';

/** What one analyzer of `istioctl analyze` says. */
export interface Finding {
  readonly code: string;
  readonly level: 'Error' | 'Warning' | 'Info';
  readonly message: string;
  readonly resource: string;
}

/** Runs Istio's analyzers over files, taken to be the whole cluster. */
export function analyze(...files: string[]): Finding[] {
  requireJudge();
  const { status, stdout, stderr, error } = spawnSync(JUDGE, ['analyze', '--format', 'json', ...files], { encoding: 'utf8', timeout: 60_000 });
  // 0 and 1 are answers (no error, some errors); anything else is a question that could not be asked.
  if (error || (status !== 0 && status !== 1)) throw error ?? new Error(`judge analyze: ${stderr}`);
  return JSON.parse(stdout);
}
