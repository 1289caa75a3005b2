/** Writes docs/rules: one page a finding, the index, and the coverage of the field's list. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulePages } from './pages';

const FOLDER = 'docs/rules';

mkdirSync(FOLDER, { recursive: true });
const pages = rulePages();
for (const file of readdirSync(FOLDER)) {
  if (!pages.has(file)) rmSync(join(FOLDER, file));
}
for (const [file, text] of pages) writeFileSync(join(FOLDER, file), text);
console.log(`docs/rules: ${pages.size} pages`);
