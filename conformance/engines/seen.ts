import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DIRECTORY = join(__dirname, '..', '.build', 'engines', 'seen');

/** One rollout, as a run saw it. */
interface SeenTrial {
  readonly title: string;
  /** Of every rule that shares requests out: stable/canary, in their order. */
  readonly weights: Record<string, string>;
  /** From the release to the end. */
  readonly seconds: number;
}

/** What a run saw of one engine. */
export interface Seen {
  readonly engine: string;
  readonly versions: Record<string, string>;
  /** From nothing to everything ready. */
  readonly readyAfterSeconds: number;
  /** The most that the daemons held, together. */
  readonly memoryMiB: number;
  readonly trials: SeenTrial[];
}

export function writeSeen(seen: Seen): void {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(join(DIRECTORY, `${seen.engine}.json`), JSON.stringify(seen));
}

export function readSeen(): Seen[] {
  if (!existsSync(DIRECTORY)) return [];
  return readdirSync(DIRECTORY).sort().map((name) => JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8')));
}
