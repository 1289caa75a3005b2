import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { describeValue } from '../semantics/describe-value';

/** Says which files a plan wrote, as `sha256sum --check` reads it: what is not in it belongs to somebody else. */
const SUMS = 'files.sha256';

/** A folder of a plan: a complete state, and what to know of it. */
export interface PlanStep {
  readonly name: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly readme: string;
}

/** A directory that holds a plan and nothing else. */
export class PlanFolder {
  private readonly directory: string;

  /** @param owner for messages */
  constructor(private readonly owner: string, directory: string) {
    if (typeof directory !== 'string' || directory.trim() === '') {
      throw new Error(`[${owner}] the plan's directory is ${describeValue(directory)}. Give a path, for example 'rollout/reviews'.`);
    }
    const path = resolve(directory);
    this.directory = existsSync(path) ? realpathSync(path) : path;
  }

  /** A folder a step, each with its README, and one README about all. */
  public writeSteps(readme: string, steps: readonly PlanStep[]): void {
    const files = steps.flatMap(({ name, files: own, readme: about }) => [
      ...own.map((file): [string, string] => [`${name}/${file.name}`, file.content]),
      [`${name}/README.md`, about] as [string, string],
    ]);
    this.write(new Map([['README.md', readme], ...files]));
  }

  /** Puts these files in the place of those of an earlier plan: all of them or none. */
  public write(files: ReadonlyMap<string, string>): void {
    const names = [...files.keys()].sort();
    const sums = names.map((name) => `${sumOf(files.get(name)!)}  ${name}\n`).join('');
    const present = this.present();
    this.refuseForeign(present);
    if (present.get(SUMS) === sums && names.every((name) => present.get(name) === files.get(name))) return;

    const parent = dirname(this.directory);
    mkdirSync(parent, { recursive: true });
    // Beside it, so that moving it there is one step.
    const made = mkdtempSync(join(parent, `.${basename(this.directory)}-`));
    try {
      for (const [name, content] of [...files, [SUMS, sums]]) {
        const path = join(made, 'new', ...name.split('/'));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
      this.exchange(join(made, 'new'), join(made, 'old'));
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  }

  private exchange(made: string, old: string): void {
    if (!existsSync(this.directory)) {
      renameSync(made, this.directory);
      return;
    }
    renameSync(this.directory, old);
    try {
      renameSync(made, this.directory);
    } catch (error) {
      renameSync(old, this.directory);
      throw error;
    }
  }

  /** The files that are there, with what they hold; undefined for what is no file. */
  private present(): Map<string, string | undefined> {
    if (!existsSync(this.directory)) return new Map();
    if (!lstatSync(this.directory).isDirectory()) {
      throw new Error(`[${this.owner}] ${this.directory} is a file. Give a directory for the plan, for example 'rollout/reviews'.`);
    }
    const entries = readdirSync(this.directory, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
    return new Map(entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(this.directory.length + 1).split(sep).join('/'), entry.isFile() ? readFileSync(path, 'utf8') : undefined];
    }));
  }

  private refuseForeign(present: ReadonlyMap<string, string | undefined>): void {
    const lines = (present.get(SUMS) ?? '').split('\n').filter(Boolean);
    const written = new Map(lines.map((line): [string, string] => [line.slice(66), line.slice(0, 64)]));
    const others = [...present.keys()].filter((name) => name !== SUMS && !written.has(name)).sort();
    if (others.length > 0) {
      throw new Error(`[${this.owner}] ${this.directory} holds what no plan wrote (${listOf(others)}), and a plan replaces the whole directory. `
        + 'Give the plan a directory of its own, or move these files.');
    }
    const isChanged = (content: string | undefined, sum: string) => content !== undefined && sumOf(content) !== sum;
    const changed = [...written].filter(([name, sum]) => isChanged(present.get(name), sum)).map(([name]) => name).sort();
    if (changed.length > 0) {
      throw new Error(`[${this.owner}] ${this.directory} has files that were changed since the plan was written (${listOf(changed)}), and they would be overwritten. `
        + 'Make the change in the code, then remove the directory or restore these files.');
    }
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function listOf(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
