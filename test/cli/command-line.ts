import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main';

let current: string;
beforeEach(() => {
  current = mkdtempSync(join(tmpdir(), 'cdk8s-istio-cli-'));
});
afterEach(() => {
  rmSync(current, { recursive: true });
  process.exitCode = undefined;
  jest.restoreAllMocks();
});

/** The path of a file in the folder of the test that runs, whether it is there or not; the folder itself without a name. */
export function inFolder(name = ''): string {
  return join(current, name);
}

/** Writes a file there. */
export function file(name: string, text: string): string {
  writeFileSync(inFolder(name), text);
  return inFolder(name);
}

/** Runs a command as a shell would, only without a terminal. */
export function run(...args: string[]): { code: number; out: string; err: string } {
  const out: string[] = [];
  const err: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  main(args);
  const code = Number(process.exitCode ?? 0);
  jest.restoreAllMocks();
  return { code, out: out.join(''), err: err.join('') };
}
