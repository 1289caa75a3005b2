import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

test('docs/conformance.md says of each file what it proves', () => {
  const page = readFileSync(join(root, 'docs', 'conformance.md'), 'utf8');
  const named = [...page.matchAll(/`([\w-]+)(\*?)\.test\.ts`/g)].map(([, name, any]) => ({ name, isPattern: any !== '' }));
  const files = readdirSync(join(root, 'conformance')).filter((file) => file.endsWith('.test.ts')).map((file) => file.replace('.test.ts', ''));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !named.some(({ name, isPattern }) => isPattern ? file.startsWith(name) : file === name))).toEqual([]);
  expect(named.filter(({ name, isPattern }) => !isPattern && !files.includes(name) && !readdirSync(join(root, 'conformance', 'engines')).includes(`${name}.test.ts`))).toEqual([]);
});
