import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { digestOfInputs, RECORD } from './inputs';
import { readSeen } from './seen';

/**
 * Keeps the record of the last complete run, so that CI need not build half of Kubernetes where nothing changed.
 *
 *     proved.ts check    exit code 0 and why where the inputs are those of the record, else 1
 *     proved.ts record   after a complete run: writes the record if ENGINES_RECORD is set, else says whether it is stale
 */
const ENGINES = ['Argo Rollouts', 'Flagger'];

function main(command: string | undefined): number {
  if (command === 'check') return check();
  if (command === 'record') return record();
  console.error('usage: proved.ts check|record');
  return 2;
}

function check(): number {
  const recorded = recordedRun();
  const unchanged = recorded?.inputs === digestOfInputs();
  console.log(unchanged
    ? `inputs unchanged since the recorded run of ${recorded!.date}: not run`
    : recorded === undefined ? 'no run is recorded' : `inputs changed since the recorded run of ${recorded.date}`);
  return unchanged ? 0 : 1;
}

function record(): number {
  const seen = readSeen();
  const missing = ENGINES.filter((engine) => !seen.some((each) => each.engine === engine));
  if (missing.length > 0) {
    console.log(`not a complete run, nothing to record: without ${missing.join(' and ')}`);
    return 0;
  }
  if (!process.env.ENGINES_RECORD) {
    if (check() !== 0) console.log('the record is stale: ENGINES_RECORD=1 npm run conformance:engines writes it; commit conformance/engines/proved.json');
    return 0;
  }
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(RECORD, `${JSON.stringify({ date, inputs: digestOfInputs(), seen }, undefined, 2)}\n`);
  console.log(`recorded in ${RECORD}`);
  return 0;
}

function recordedRun(): { readonly date: string; readonly inputs: string } | undefined {
  return existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : undefined;
}

process.exitCode = main(process.argv[2]);
