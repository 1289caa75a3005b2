import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { KubernetesObject } from './kubernetes-object';

/** A module that one of the Go modules here depends on, where Go keeps it: CRDs and the like are read there. */
export class GoModule {
  public readonly version: string;

  private readonly directory: string;

  /**
   * @param folder the folder of conformance/engines whose go.mod names the module
   * @param path the module's path
   */
  constructor(folder: string, path: string) {
    const cwd = join(__dirname, folder);
    const text = execFileSync('go', ['list', '-mod=readonly', '-m', '-f', '{{.Version}} {{.Dir}}', path], { cwd, encoding: 'utf8' });
    [this.version, this.directory] = text.trim().split(' ');
    if (!this.directory) throw new Error(`${path} is not in the Go module cache: conformance/engines/setup.sh fetches it`);
  }

  /** The documents of a file, or of all YAML files of a folder. */
  public documents(path: string): KubernetesObject[] {
    const full = join(this.directory, path);
    if (!statSync(full).isDirectory()) return read(full);
    return readdirSync(full).filter((name) => name.endsWith('.yaml')).sort().flatMap((name) => read(join(full, name)));
  }

  /** The CRDs among them. */
  public crds(path: string): KubernetesObject[] {
    return this.documents(path).filter(({ kind }) => kind === 'CustomResourceDefinition');
  }

  /** The path of a file in it. */
  public file(path: string): string {
    return join(this.directory, path);
  }
}

function read(path: string): KubernetesObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS()).filter((document) => document !== null);
}
