import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readFiles } from '../../src/manifest/from-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'from-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text = `apiVersion: v1\nkind: Service\nmetadata: {name: ${path}}\n`): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function read(...paths: string[]) {
  const { objects, problems } = readFiles(paths, { defaultNamespace: 'default' });
  return { files: objects.map(({ origin }) => relative(folder, origin.file!)), problems: problems.map(({ file, message }) => `${relative(folder, file!)}: ${message}`) };
}

test('all YAML and JSON files below a folder are read in the order of their names', () => {
  for (const path of ['b.yml', 'a/z.yaml', 'a.json', 'a/b/c.yaml', 'README.md', 'a/notes.txt']) write(path);
  expect(read(folder)).toEqual({ files: ['a/b/c.yaml', 'a/z.yaml', 'a.json', 'b.yml'], problems: [] });
});

test('what is not meant for a cluster is passed by in folders, unless it is named', () => {
  for (const path of ['a.yaml', '.github/workflows/b.yaml', 'node_modules/c/d.yaml', 'e/node_modules/f.yaml', '.g.yaml']) write(path);
  expect(read(folder)).toEqual({ files: ['a.yaml'], problems: [] });
  expect(read(join(folder, 'node_modules'), join(folder, '.g.yaml')).files).toEqual(['node_modules/c/d.yaml', '.g.yaml']);
});

test('a file of another program is no fault of a folder, but is one where it is named', () => {
  const foreign = (...paths: string[]) => readFiles(paths, { defaultNamespace: 'default' }).problems.map(({ isForeign = false, message }) => `${isForeign} ${message}`);
  const values = write('values.yaml', 'image: {tag: v1}\n');
  expect(foreign(folder)).toEqual(['true This is no Kubernetes object: it has no kind, no metadata and no spec.']);
  expect(foreign(values)).toEqual(['false The object has no kind.']);
  write('values.yaml', '// of a compiler\n{"a": 1}\n');
  expect(foreign(folder)).toEqual([expect.stringMatching(/^false /)]);
  rmSync(values);
  write('tsconfig.json', '// of a compiler\n{"a": 1}\n');
  expect(foreign(folder)).toEqual(['true This is no Kubernetes object, and JSON with comments at best.']);
  write('tsconfig.json', '// an object\n{"kind": "X"}\n');
  expect(foreign(folder)).toEqual([expect.stringMatching(/^false /)]);
  rmSync(join(folder, 'tsconfig.json'));
  write('values.yaml', 'apiVersion: v1\nmetadata: {name: a}\n');
  expect(foreign(folder)).toEqual(['false The object has no kind.']);
});

test('a file that is named is read whatever it is called, and once however often it is named', () => {
  const file = write('manifest.txt');
  expect(read(file, file)).toEqual({ files: ['manifest.txt'], problems: [] });
});

test('what is not there, and a folder with nothing to read, are told, and the rest is read', () => {
  write('empty/README.md');
  expect(read(join(folder, 'empty'), join(folder, 'gone.yaml'), write('a.yaml'))).toEqual({
    files: ['a.yaml'],
    problems: ['empty: There is no .yaml, .yml, .json file below this folder.', 'gone.yaml: There is no such file or folder.'],
  });
});

test('links that lead back are followed once', () => {
  write('a/x.yaml');
  symlinkSync(folder, join(folder, 'a', 'loop'));
  symlinkSync(join(folder, 'a', 'x.yaml'), join(folder, 'a', 'y.yaml'));
  symlinkSync(join(folder, 'self.yaml'), join(folder, 'self.yaml'));
  expect(read(folder)).toEqual({ files: ['a/x.yaml'], problems: ['self.yaml: This is a link that leads back to itself.'] });
});

test('a link to nowhere that looks like a manifest is told', () => {
  symlinkSync(join(folder, 'gone'), join(folder, 'a.yaml'));
  symlinkSync(join(folder, 'gone'), join(folder, 'b.txt'));
  expect(read(folder).problems).toEqual(['a.yaml: There is no such file or folder.']);
});

test('a folder called like a manifest is a folder', () => {
  write('a.yaml/b.yaml');
  expect(read(folder)).toEqual({ files: ['a.yaml/b.yaml'], problems: [] });
});

test('something that is neither a file nor a folder is told, and not waited for', () => {
  execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
  expect(read(folder).problems).toEqual(['pipe.yaml: This is neither a file nor a folder.']);
});

test('a broken file does not hide the others', () => {
  write('a.yaml', 'a: [');
  write('b.yaml');
  expect(read(folder)).toMatchObject({ files: ['b.yaml'], problems: [expect.stringContaining('a.yaml: ')] });
});

test('standard input is called -', () => {
  const script = 'const { readFiles } = require("./src/manifest/from-files"); const { objects: [{ origin }] } = readFiles(["-", "-"], { defaultNamespace: "x" }); console.log(origin.file, origin.line)';
  const output = execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], { input: '\nkind: X\napiVersion: v1\n', encoding: 'utf8' });
  expect(output).toBe('- 2\n');
});

test('progress never goes back and ends at the whole', () => {
  write('a.yaml', 'kind: X\n---\n'.repeat(50));
  write('b.yaml');
  const told: { done: number; total: number }[] = [];
  readFiles([folder], { defaultNamespace: 'default', progress: (done, total) => told.push({ done, total }) });
  expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((one, other) => one - other));
  expect(told.at(-1)!.done).toBe(told.at(-1)!.total);
});
