import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ReadProblem } from './read-problem';
import { ReadObjects, ReadOptions, readYaml } from './yaml-text';

const EXTENSIONS = ['.yaml', '.yml', '.json'];
const STDIN = '-';

/**
 * Reads Kubernetes objects from files, from all YAML and JSON files below folders, in order of their names, and from
 * standard input (`-`). In folders, names that begin with a dot and node_modules are passed by: what lies there is
 * not meant for a cluster. A file is read once, by however many ways it is named. What cannot be read is a problem.
 */
export function readFiles(paths: readonly string[], options: ReadOptions): ReadObjects {
  const found = new FoundFiles();
  for (const path of paths) found.add(path);
  const objects: ReadObjects['objects'] = [];
  const problems = found.problems;
  const total = found.files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const { name, size, isComeAcross } of found.files) {
    const before = done;
    const read = readFile(name, {
      ...options,
      isComeAcross,
      progress: (part, whole) => options.progress?.(before + Math.round(size * part / Math.max(whole, 1)), total),
    });
    for (const object of read.objects) objects.push(object);
    for (const problem of read.problems) problems.push(problem);
    done += size;
    options.progress?.(done, total);
  }
  return { objects, problems };
}

function readFile(name: string, options: ReadOptions): ReadObjects {
  let text: Buffer;
  try {
    text = readFileSync(name === STDIN ? 0 : name);
  } catch (error) {
    return { objects: [], problems: [unreadable(name, error)] };
  }
  return readYaml(text, name, options);
}

class FoundFiles {
  public readonly files: { readonly name: string; readonly size: number; readonly isComeAcross: boolean }[] = [];
  public readonly problems: ReadProblem[] = [];
  /** Real paths: a folder that is linked into itself is looked into once. */
  private readonly seen = new Set<string>();

  public add(path: string): void {
    if (path === STDIN) {
      if (!this.isNew(STDIN)) return;
      this.files.push({ name: STDIN, size: 0, isComeAcross: false });
      return;
    }
    const before = this.files.length + this.problems.length;
    const isNewFolder = this.visit(path, true);
    if (isNewFolder && before === this.files.length + this.problems.length) {
      this.problems.push({
        file: path,
        message: `There is no ${EXTENSIONS.join(', ')} file below this folder.`,
        fix: 'Name another folder, or run cdk8s synth first.',
      });
    }
  }

  /** Returns whether it is a folder that was not visited before. */
  private visit(path: string, isNamed: boolean): boolean {
    try {
      const stats = statSync(path);
      if (stats.isDirectory()) {
        if (!this.isNew(realpathSync(path))) return false;
        for (const name of readdirSync(path).sort()) this.visitEntry(path, name);
        return true;
      }
      if (isNamed || stats.isFile()) {
        if (this.isNew(isNamed && !stats.isFile() ? path : realpathSync(path))) {
          this.files.push({ name: path, size: stats.size, isComeAcross: !isNamed });
        }
      } else {
        this.problems.push({ file: path, message: 'This is neither a file nor a folder.', fix: 'Remove it from the folder, or name it by itself.' });
      }
    } catch (error) {
      this.problems.push(unreadable(path, error));
    }
    return false;
  }

  private visitEntry(folder: string, name: string): void {
    if (name.startsWith('.') || name === 'node_modules') return;
    const path = join(folder, name);
    if (EXTENSIONS.some((extension) => name.endsWith(extension)) || isFolder(path)) this.visit(path, false);
  }

  private isNew(path: string): boolean {
    if (this.seen.has(path)) return false;
    this.seen.add(path);
    return true;
  }
}

/** A link to nowhere is no folder. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const REASONS: Readonly<Record<string, readonly [message: string, fix: string]>> = {
  ENOENT: ['There is no such file or folder.', 'Check the path.'],
  EACCES: ['This may not be read.', 'Change its permissions, or run as a user who may read it.'],
  EPERM: ['This may not be read.', 'Change its permissions, or run as a user who may read it.'],
  ELOOP: ['This is a link that leads back to itself.', 'Remove the link.'],
  EISDIR: ['This is a folder.', 'Name the files in it.'],
  ERR_STRING_TOO_LONG: ['This is too large to be read at once.', 'Split it into several files.'],
  ERR_FS_FILE_TOO_LARGE: ['This is too large to be read at once.', 'Split it into several files.'],
};

function unreadable(file: string, error: unknown): ReadProblem {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const [why, fix] = REASONS[code] ?? [`This cannot be read: ${message}.`, 'Check the path and its permissions.'];
  return { file, message: why, fix };
}
