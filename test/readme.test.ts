import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { runBlock, blocksOf } from './documentation';
import { check } from '../src/check/check';
import { textReport } from '../src/check/report/text';
import { MeshSnapshot } from '../src/manifest/mesh-snapshot';
import { readYaml } from '../src/manifest/yaml-text';

const README = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');

test('the code in the README writes the YAML below it', () => {
  const app = new App();
  const [code] = blocksOf(README, 'ts');
  const [yaml] = blocksOf(README, 'yaml');
  runBlock(code.replace('const app = new App();', '').replace('app.synth();', ''), { app });
  expect(app.synthYaml().trim()).toBe(yaml.trim());
});

test('the report in the README is what the checker writes', () => {
  const { objects } = readYaml(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ratings, namespace: shop }
spec:
  host: ratings
  trafficPolicy:
    outlierDetection:
      consecutiveErrors: 5
`, 'ratings.yaml', { defaultNamespace: 'default' });
  expect(README).toContain(textReport(check(new MeshSnapshot(objects))));
});
