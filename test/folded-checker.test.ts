import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const TOOL = join(__dirname, '../tools/fold-checker.ts');

/** A compiled library: what loads what, and in which order. */
const MODULES = {
  'index.js': 'exports.shared = require("./shared");',
  'shared.js': 'log("shared"); exports.name = "shared";',
  'check/check.js': 'const shared_1 = require("../shared");\nconst one_1 = require("./one");\nconst two_1 = require("./rules");\nlog("check"); exports.all = () => [shared_1, one_1, two_1];\nexports.later = () => require("./later");',
  'check/one.js': 'Object.defineProperty(exports, "__esModule", { value: true });\nconst two_1 = require("./rules");\nlog("one"); exports.two = () => two_1.name;',
  'check/rules/index.js': 'const one_1 = require("../one");\nlog("two"); exports.name = "two"; exports.one = () => one_1;',
  'check/later.js': 'const one_1 = require("./one");\nlog("later"); exports.one = one_1;',
  'check/placed.js': 'exports.folder = __dirname;',
  'check/entry.js': 'const check_1 = require("./check");\nconst placed_1 = require("./placed");\nexports.all = check_1.all; exports.later = check_1.later; exports.folder = placed_1.folder;',
};

let lib: string;
beforeEach(() => {
  lib = mkdtempSync(join(tmpdir(), 'cdk8s-istio-fold-'));
  for (const [file, text] of Object.entries(MODULES)) {
    mkdirSync(dirname(join(lib, file)), { recursive: true });
    writeFileSync(join(lib, file), `"use strict";\n${text}\n`);
  }
});
afterEach(() => rmSync(lib, { recursive: true }));

function fold(...entries: string[]): void {
  execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', TOOL, lib, ...entries], { cwd: join(__dirname, '..'), stdio: 'pipe' });
}

/** What a program prints in whose modules `log` notes their loading. */
function run(program: string): unknown {
  const script = `const loaded = []; globalThis.log = (name) => loaded.push(name); ${program}`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: lib, encoding: 'utf8' }));
}

const LOADED = 'const entry = require("./check/entry"); entry.all(); console.log(JSON.stringify(loaded));';

test('folded, modules run once, in the order they ran before, and circles hold', () => {
  const before = run(LOADED);
  fold('check/entry.js');
  expect(run(LOADED)).toEqual(before);
  expect(before).toEqual(['shared', 'two', 'one', 'check']);
  expect(run('console.log(JSON.stringify(require("./check/check").all()[1].two()))')).toBe('two');
});

test('of what is folded one file is read', () => {
  fold('check/entry.js');
  expect(run(`require("./check/entry").all(); console.log(JSON.stringify(
    Object.keys(require.cache).map((file) => file.slice(process.cwd().length + 1).replaceAll("\\\\", "/")).sort()));`))
    .toEqual(['check/entry.js', 'check/placed.js', 'checker.js', 'shared.js']);
});

test('whoever asks for a folded module gets the one that all have, and so does what is loaded later', () => {
  fold('check/entry.js');
  expect(run(`
    const { all, later } = require("./check/entry");
    const early = loaded.includes("later");
    console.log(JSON.stringify([early, require("./check/one") === all()[1], later().one === all()[1], require("./index").shared === all()[0]]));
  `)).toEqual([false, true, true, true]);
});

test('one that asks where it stands, stays there', () => {
  fold('check/entry.js');
  expect(run('console.log(JSON.stringify(require("./check/entry").folder))')).toMatch(/check$/);
});

test('when there is nothing to fold, or a module is not there, the build fails', () => {
  expect(() => fold('index.js')).toThrow(/nothing to fold/);
  writeFileSync(join(lib, 'check/one.js'), 'const gone_1 = require("./gone");\n');
  expect(() => fold('check/entry.js')).toThrow(/requires \.\/gone, which is not there/);
});
