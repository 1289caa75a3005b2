/**
 * Shows that the conformance suite can fail: breaks the constructs in a copy of the repository, one fault
 * at a time, runs the whole suite on each, and says which tests caught it. A fault that passes is an error.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTATIONS, Mutation } from './conformance-mutations';

/** Neither needed in the copy nor small; what is needed of them is linked. */
const NOT_COPIED = ['.git', 'node_modules', 'lib', 'dist', 'coverage', 'conformance/.build', 'conformance/judge'];
const LINKED = ['node_modules', 'conformance/.build'];

const chosen = MUTATIONS.filter(({ fault }) => fault.includes(process.argv[2] ?? ''));
chosen.forEach(checkItFits);
const copy = mkdtempSync(join(tmpdir(), 'cdk8s-istio-broken-'));
let missed = 0;
try {
  for (const entry of readdirSync('.').filter((name) => !NOT_COPIED.includes(name))) {
    cpSync(entry, join(copy, entry), { recursive: true, filter: (path) => !NOT_COPIED.includes(path) });
  }
  for (const link of LINKED) symlinkSync(resolve(link), join(copy, link));
  const healthy = failures();
  if (healthy.length > 0) throw new Error(`The suite fails already without a fault:\n${healthy.join('\n')}`);
  for (const mutation of chosen) {
    const caught = tryOut(mutation);
    if (caught.length === 0) missed++;
    console.log(`\n${caught.length === 0 ? 'MISSED' : `caught by ${caught.length}`}: ${mutation.fault}`);
    for (const failure of caught.slice(0, 4)) console.log(`    ${failure}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`\n${chosen.length - missed} of ${chosen.length} faults caught`);
process.exitCode = missed === 0 ? 0 : 1;

/** What the suite says with this one fault. */
function tryOut({ edits }: Mutation): string[] {
  const originals = edits.map(({ file }) => readFileSync(join(copy, file), 'utf8'));
  edits.forEach(({ file, find, replace }, index) => writeFileSync(join(copy, file), originals[index].replace(find, () => replace)));
  try {
    return failures();
  } finally {
    edits.forEach(({ file }, index) => writeFileSync(join(copy, file), originals[index]));
  }
}

/** Said at once, not when its turn comes. */
function checkItFits({ fault, edits }: Mutation): void {
  for (const { file, find } of edits) {
    const times = readFileSync(file, 'utf8').split(find).length - 1;
    if (times !== 1) throw new Error(`"${fault}": ${file} holds "${find}" ${times} times. Adapt tools/conformance-mutations.ts.`);
  }
}

/** Compiles the copy and runs the suite there; the full names of the tests that fail. */
function failures(): string[] {
  const compiled = run('npx', 'projen', 'compile');
  if (compiled.status !== 0) throw new Error(`The fault does not compile:\n${compiled.stdout}${compiled.stderr}`);
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  run('npx', 'jest', '--ci', '--runInBand', '--config', 'jest.conformance.json', '--json', '--outputFile', report);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  return testResults.flatMap(({ name, message, assertionResults }: any) => {
    const failed = assertionResults.filter(({ status }: any) => status === 'failed').map(({ fullName }: any) => fullName);
    const file = name.slice(name.lastIndexOf('/') + 1);
    // A file that fails before its first test has a message only.
    return (failed.length > 0 || assertionResults.length > 0 ? failed : [message.split('\n')[0]]).map((failure: string) => `${file}: ${failure}`);
  });
}

function run(command: string, ...args: string[]) {
  return spawnSync(command, args, { cwd: copy, encoding: 'utf8', timeout: 300_000, maxBuffer: 64 * 1024 * 1024 });
}
