/** What importing costs, in a process of its own. node bench/import.mjs cjs|esm PACKAGE... */
import { createRequire } from 'node:module';

const [, , how, ...packages] = process.argv;
const require = createRequire(import.meta.url);

const start = performance.now();
for (const name of packages) {
  if (how === 'cjs') require(name);
  else await import(name);
}
console.log(JSON.stringify({ milliseconds: performance.now() - start }));
