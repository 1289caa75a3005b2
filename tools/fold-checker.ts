/**
 * Folds the checker, hundreds of small modules, into one file of the compiled library: to find, open and read them one
 * by one takes longer than to run them, and a synth pays for it every time.
 *
 * Each folded module stays where it was, as a line that hands out what the one file holds, so that whoever requires
 * it gets the same one as everybody else. What `index.js` loads anyway is left alone, and so is what is loaded on
 * demand only.
 *
 * node -r ts-node/register/transpile-only tools/fold-checker.ts LIB ENTRY…
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const REQUIRE = /\brequire\((["'])(\.[^"'\n]*)\1\)/g;
/** As the compiler writes what is loaded at once. */
const EAGER = /^(?:(?:const|var) \w+ = |__exportStar\(|exports\.\w+ = )?[\w.]*\(?require\((["'])(\.[^"'\n]*)\1\)/gm;
/** What depends on the file that it stands in. */
const PLACE = /\b(?:__dirname|__filename|require\.)/;
const FOLDED = 'checker.js';

const [, , library, ...entries] = process.argv;
if (!library || entries.length === 0) throw new Error('fold-checker: usage: fold-checker.ts LIB ENTRY…');
const lib = resolve(library);
const output = join(lib, FOLDED);

const authoring = loadedBy([join(lib, 'index.js')]);
const modules = [...loadedBy(entries.map((entry) => join(lib, entry)))]
  .filter((file) => !authoring.has(file) && !PLACE.test(readFileSync(file, 'utf8')));
if (modules.length === 0) throw new Error('fold-checker: nothing to fold. Has the shape of the compiler\'s output changed?');
const index = new Map(modules.map((file, i) => [file, i]));

// Functions in parentheses are compiled when they are read, and not read twice.
writeFileSync(output, `"use strict";
const loaded = [];
function load(i) {
  let module = loaded[i];
  if (module === undefined) {
    module = loaded[i] = { exports: {} };
    modules[i](module, module.exports);
  }
  return module.exports;
}
module.exports = load;
const modules = [
${modules.map((file) => `// ${relative(lib, file)}\n(function (module, exports) {\n${folded(file)}\n}),`).join('\n')}
];
`);
for (const [file, i] of index) writeFileSync(file, `"use strict";\nmodule.exports = require("${pathFrom(file, output)}")(${i});\n`);

/** A module with its requires as they are in the one file. */
function folded(file: string): string {
  return readFileSync(file, 'utf8').replace(/^"use strict";\n/, '').replace(REQUIRE, (_, _quote, path: string) => {
    const target = fileOf(file, path);
    const i = index.get(target);
    return i === undefined ? `require("${pathFrom(output, target)}")` : `load(${i})`;
  });
}

/** What is loaded at once with some files, themselves among it: the order in which it is first asked for. */
function loadedBy(files: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    for (const [, , path] of readFileSync(file, 'utf8').matchAll(EAGER)) visit(fileOf(file, path));
  };
  files.forEach(visit);
  return found;
}

function fileOf(from: string, path: string): string {
  const target = resolve(dirname(from), path);
  const file = [target, `${target}.js`, join(target, 'index.js')].find((candidate) => candidate.endsWith('.js') && existsSync(candidate));
  if (file === undefined) throw new Error(`fold-checker: ${from} requires ${path}, which is not there.`);
  return file;
}

function pathFrom(from: string, to: string): string {
  const path = relative(dirname(from), to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}
