import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describeValue } from '../semantics/describe-value';

/**
 * Writes a file whole or not at all: who reads it meanwhile sees the old one or the new one. A file that is the same
 * already is left alone.
 *
 * @param owner for messages
 * @param example a path as it might have been meant
 */
export function writeWholeFile(owner: string, path: string, text: string, example: string): void {
  if (typeof path !== 'string' || path.trim() === '') {
    throw new Error(`[${owner}] the file's path is ${describeValue(path)}. Give for example '${example}'.`);
  }
  const file = resolve(path);
  if (existsSync(file)) {
    if (!lstatSync(file).isFile()) throw new Error(`[${owner}] ${file} is no file. Give the path of a file, for example '${example}'.`);
    if (readFileSync(file, 'utf8') === text) return;
  }
  mkdirSync(dirname(file), { recursive: true });
  // Beside it, so that moving it there is one step.
  const made = join(dirname(file), `.${basename(file)}.${process.pid}`);
  try {
    writeFileSync(made, text);
    renameSync(made, file);
  } finally {
    rmSync(made, { force: true });
  }
}
