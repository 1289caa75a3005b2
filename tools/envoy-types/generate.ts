/**
 * Writes what the build derives from the facts about Envoy's messages: a module that the checker loads with the first
 * EnvoyFilter. Does nothing when nothing changed.
 *
 *     generate crds/envoy-types.txt
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const OUTPUT = 'src/check/webhook/envoy-filter/generated/envoy-types-text.ts';

const facts = process.argv[2];
if (!facts || !existsSync(facts)) {
  console.error(`envoy-types: no file of facts '${facts ?? ''}'. Usage: generate crds/envoy-types.txt`);
  process.exit(2);
}
const lines = readFileSync(facts, 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const text = `// Made by tools/envoy-types from ${facts}, which tells the notation; do not edit.\n`
  + `export const ENVOY_TYPES_TEXT = ${JSON.stringify(lines.join('\n'))};\n`;
if (!existsSync(OUTPUT) || readFileSync(OUTPUT, 'utf8') !== text) {
  mkdirSync(dirname(OUTPUT), { recursive: true });
  writeFileSync(`${OUTPUT}.new`, text);
  renameSync(`${OUTPUT}.new`, OUTPUT);
  console.log(`envoy-types: ${OUTPUT} from ${facts}`);
}
