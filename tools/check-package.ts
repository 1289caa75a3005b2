/**
 * Packs the library and uses it as a stranger would: installed from the tarball into an empty
 * project, in CommonJS, in ESM, and type-checked under each module resolution of TypeScript.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, report, run, same } from './checks';

const SHIPPED = /^(lib\/.+\.(js|d\.ts)|lib\/\.\S+|bin\/cdk8s-istio|node_modules\/re2js\/.+|\.jsii|\.warnings\.jsii\.js|README\.md|LICENSE|API\.md|package\.json)$/;
const RESOLUTIONS = [
  { name: 'node16', module: 'node16', runs: true },
  { name: 'bundler', module: 'esnext', runs: false },
  { name: 'node10', module: 'commonjs', runs: true },
];

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const consumer = mkdtempSync(join(tmpdir(), 'cdk8s-istio-consumer-'));
try {
  checkPackage();
} finally {
  rmSync(consumer, { recursive: true, force: true });
}
report();

function checkPackage(): void {
  const pack = check('npm pack', () => JSON.parse(run('npm', ['pack', '--json', '--pack-destination', consumer]))[0],
    ({ size, unpackedSize, entryCount }) => `${entryCount} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`);
  if (!pack) return;
  check('the tarball holds the library and nothing else', () => contents(pack.files.map((file: { path: string }) => file.path)));

  const installed = check('it installs into an empty project, with the newest cdk8s', () => install(pack.filename), (version) => `cdk8s ${version}`);
  if (!installed) return;
  const commonJs = check('CommonJS synthesizes', () => synthesize('chart.cjs').yaml);
  check('ESM with named imports synthesizes the same', () => same(synthesize('chart.mjs').yaml, commonJs ?? '', 'the YAML'));
  for (const { name, module, runs } of RESOLUTIONS) {
    check(`TypeScript, moduleResolution ${name}${runs ? ', synthesizes the same' : ''}`, () => {
      compile(name, module);
      if (runs) same(synthesize(`out-${name}/chart.js`).yaml, commonJs ?? '', 'the YAML');
    });
  }
  check('the command runs, with its exit codes and the bundled RE2', () => command());
  check('require() loads no L1 class', () => l1OnlyOnUse('chart.cjs'));
  check('import loads no L1 class', () => l1OnlyOnUse('chart.mjs'));
}

/** A regular expression that JavaScript takes and RE2 does not. */
function command(): void {
  const virtualService = (regex: string) => JSON.stringify({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'reviews', namespace: 'shop' },
    spec: { hosts: ['reviews'], http: [{ match: [{ uri: { regex } }], route: [{ destination: { host: 'reviews' } }] }] },
  });
  writeFileSync(join(consumer, 'good.json'), virtualService('/api/v[0-9]+'));
  writeFileSync(join(consumer, 'bad.json'), virtualService('(?=/api)/.*'));
  const executable = join(consumer, 'node_modules', '.bin', 'cdk8s-istio');
  const exit = (...args: string[]) => spawnSync(executable, args, { cwd: consumer, encoding: 'utf8' });
  const good = exit('check', 'good.json');
  const bad = exit('check', 'bad.json');
  const wrong = exit('check');
  same([good.status, bad.status, wrong.status].join(' '), '0 1 2', 'the exit codes');
  if (!bad.stdout.includes('MESH2001') || !bad.stdout.includes('bad.json')) throw new Error(`It does not name code and file: ${bad.stdout}`);
}

function contents(files: string[]): void {
  const surplus = files.filter((file) => !SHIPPED.test(file));
  if (surplus.length > 0) throw new Error(`Not meant to be shipped (see npmignore in .projenrc.ts): ${surplus.join(', ')}`);
  const missing = ['lib/index.js', 'lib/index.d.ts', '.jsii', 'README.md', 'LICENSE', 'API.md'].filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`Missing: ${missing.join(', ')}`);
}

function install(tarball: string): string {
  cpSync(join(__dirname, 'consumer'), consumer, { recursive: true });
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true }));
  const cdk8s = devDependencies['cdk8s-newest'].replace('npm:', '');
  run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`, cdk8s, 'constructs@10'], { cwd: consumer });
  return JSON.parse(readFileSync(join(consumer, 'node_modules/cdk8s/package.json'), 'utf8')).version;
}

function synthesize(program: string): { yaml: string; onImport: number; afterConstructs: number; afterL1: number } {
  return JSON.parse(run(process.execPath, [program], { cwd: consumer }));
}

/** Without `skipLibCheck`, so that our own declarations are checked too. */
function compile(name: string, module: string): void {
  const outDir = `out-${name}`;
  const compilerOptions = {
    module, moduleResolution: name, outDir, strict: true, target: 'es2022', lib: ['es2022', 'dom'], types: [], ignoreDeprecations: '6.0',
  };
  writeFileSync(join(consumer, `${name}.json`), JSON.stringify({ compilerOptions, files: ['chart.ts'] }));
  run(process.execPath, [require.resolve('typescript/bin/tsc'), '--project', `${name}.json`], { cwd: consumer });
}

/** The last figure shows that the question can be answered with something else than "none". */
function l1OnlyOnUse(program: string): void {
  const { onImport, afterConstructs, afterL1 } = synthesize(program);
  if (onImport !== 0 || afterConstructs !== 0 || afterL1 !== 1) {
    throw new Error(`L1 modules loaded after the import: ${onImport} (expected 0), after our constructs: ${afterConstructs} (0), after the use of one: ${afterL1} (1)`);
  }
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
