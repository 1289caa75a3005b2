import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { argoRollouts } from './argo-rollouts';
import { flagger } from './flagger';
import { VERSIONS } from './reviews';

/** The record of a run is what came of the inputs, not one of them. */
export const RECORD = join(__dirname, 'proved.json');

/** What decides how a run of the engines ends: everything in this folder, and the manifests that the constructs write now. */
export function digestOfInputs(): string {
  const hash = createHash('sha256');
  for (const path of filesOf(__dirname)) hash.update(`${relative(__dirname, path)}\n`).update(readFileSync(path)).update('\n');
  for (const { manifests, plans } of [argoRollouts, flagger]) {
    for (const plan of plans) for (const version of VERSIONS) hash.update(manifests(plan, version));
  }
  return hash.digest('hex');
}

function filesOf(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesOf(join(directory, entry.name)) : [join(directory, entry.name)]))
    .filter((path) => path !== RECORD)
    .sort();
}
