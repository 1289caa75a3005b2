import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { runBlock, blocksOf } from './documentation';

const README = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

test('the code in the README writes the YAML below it', () => {
  const app = new App();
  const [code] = blocksOf(README, 'ts');
  const [yaml] = blocksOf(README, 'yaml');
  runBlock(code.replace('const app = new App();', '').replace('app.synth();', ''), { app });
  expect(app.synthYaml().trim()).toBe(yaml.trim());
});
