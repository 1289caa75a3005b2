import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckPreset, CheckSeverity, MeshValidation } from '../../src';

// The package exports nothing but its command.
const { ValidationContext } = require('../../node_modules/cdk8s-cli/lib/plugins/validation');

const RULE = 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: reviews, namespace: shop }\nspec:\n  host: reviews\n  trafficPolicy:\n';
const DOUBTFUL = `${RULE}    loadBalancer: { simple: LEAST_CONN }\n`;
const WRONG = `${DOUBTFUL}    outlierDetecton: {}\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mesh-validation-'));
  jest.spyOn(console, 'log').mockImplementation();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

/** What cdk8s-cli makes of it. */
async function validated(yaml: string, props?: ConstructorParameters<typeof MeshValidation>[0]) {
  const manifest = join(folder, 'shop.k8s.yaml');
  writeFileSync(manifest, yaml);
  const context = new ValidationContext([manifest], 'cdk8s-istio', '1.0.0', { reviews: { path: 'shop/reviews' } }, false);
  await new MeshValidation(props).validate(context);
  const { report } = context;
  return { success: report.success, rules: report.toJson().violations.map(({ ruleName }: any) => ruleName), text: report.toString() };
}

describe('the plugin of cdk8s-cli', () => {
  test('fails on an error, which comes first, with construct, file, line, field and fix', async () => {
    const { success, rules, text } = await validated(`${DOUBTFUL.replaceAll('reviews', 'ratings')}---\n${WRONG}`);
    expect({ success, rules }).toEqual({ success: false, rules: ['MESH1103 (error)', 'MESH4001 (warning)'] });
    expect(text).toMatch(/Construct Path: shop\/reviews\n\s+- Manifest Path: \S*shop\.k8s\.yaml:16\n/);
    expect(text).toContain('> DestinationRule shop/reviews spec.trafficPolicy.outlierDetecton: There is no field "outlierDetecton" in spec.trafficPolicy. Write outlierDetection.');
  });

  test('names the place in a manifest that cannot be read', async () => {
    const { success, text } = await validated('kind: [\n');
    expect(success).toBe(false);
    expect(text).toMatch(/Manifest Path: \S*shop\.k8s\.yaml:2\n[^]*> A value was expected here\. Give a value, or remove what announces one\./);
  });

  test('passes with warnings, unless told to fail on them', async () => {
    expect(await validated(DOUBTFUL)).toMatchObject({ success: true, rules: ['MESH4001 (warning)'] });
    expect(await validated(DOUBTFUL, { failOn: CheckSeverity.WARNING })).toMatchObject({ success: false });
    expect(await validated(DOUBTFUL, { preset: CheckPreset.ISTIO, failOn: CheckSeverity.WARNING })).toMatchObject({ success: true, rules: [] });
  });

  test('passes where a chart has nothing in it', async () => {
    expect(await validated('')).toMatchObject({ success: true, rules: [] });
  });

  test('refuses properties that mean nothing, with those that do', () => {
    expect(() => new MeshValidation({ preset: 'pedantic' as CheckPreset })).toThrow("There is no preset 'pedantic'. Use one of: istio, recommended, strict.");
    expect(() => new MeshValidation({ failOn: 'fatal' as CheckSeverity })).toThrow("failOn cannot be 'fatal'. Use one of: error, warning, info.");
  });
});
