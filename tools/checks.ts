/** Named checks: each prints a line, none stops the next, and the last line counts them. */
import { spawnSync, SpawnSyncOptions } from 'node:child_process';
import { styleOf } from './table';

const style = styleOf(process.stdout);
let passed = 0;
const failed: string[] = [];

/** Runs one check. What it returns is shown beside its name; what it throws is why it failed. */
export function check<T>(name: string, body: () => T, detail: (result: T) => string = () => ''): T | undefined {
  try {
    const result = body();
    passed++;
    console.log(`  ok    ${name}${style.dim(suffix(detail(result)))}`);
    return result;
  } catch (error) {
    failed.push(name);
    console.log(style.bold(`  FAIL  ${name}`));
    console.log(String((error as Error).message).replace(/^/gm, '        '));
    return undefined;
  }
}

/** Prints `N passed, N failed`, and makes the process fail if any check did. */
export function report(): void {
  console.log(`\n${passed} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Runs a program to its end and returns its standard output; throws all its output when it fails. */
export function run(program: string, args: string[], options: SpawnSyncOptions = {}): string {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, { maxBuffer: 256 * 1024 * 1024, ...options, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (error || status !== 0) {
    const how = error?.message ?? (signal ? `killed by ${signal}` : `exit code ${status}`);
    throw new Error(`${program} ${args.join(' ')}\n${how}\n${stdout}${stderr}`.trim());
  }
  return stdout;
}

export function same(actual: string, expected: string, what: string): void {
  if (actual !== expected) throw new Error(`${what} differs.\n--- expected\n${expected}\n--- got\n${actual}`);
}

function suffix(detail: string): string {
  return detail && `  ${detail}`;
}
