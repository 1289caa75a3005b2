import { App, Chart } from 'cdk8s';
import { CanaryRollout, HttpMatch, MeshPort, MeshService, StringMatch } from 'cdk8s-istio';
import * as fc from 'fast-check';
import { KubernetesReader } from './kubernetes-reader';

const RUNS = 1500;
const seed = Number(process.env.CONFORMANCE_SEED ?? Date.now() % 2 ** 31);

/** Our refusals name the construct, so a crash never passes for one. */
const OUR_REFUSAL = /^(Validation failed[^[]*)?\[shop/;

/** Words that one YAML reader or another takes for something else than a string. */
const NASTY = [
  'on', 'off', 'yes', 'no', 'y', 'n', 'Y', 'N', 'On', 'OFF', 'Yes', 'NO', 'true', 'True', 'TRUE', 'false', 'False', 'FALSE',
  'null', 'Null', 'NULL', '~', '<<', '=', '.inf', '-.inf', '+.inf', '.Inf', '.INF', '.nan', '.NaN', '.NAN', 'inf', 'nan', 'NaN', 'Infinity',
  '0', '-0', '+0', '1', '-1', '+1', '007', '017', '08', '09', '0o17', '-0o7', '+0o7', '0O17', '0x1f', '0X1F', '-0x1', '+0xA', '0b1', '0B1', '-0b10', '0b2', '0o8', '0xg',
  '0o1_7', '0x1_f', '0b1_0', '1_000', '_1', '1_', '1__0', '0_', '0_7', '1e3', '1E3', '1e+3', '1e-3', '.5', '5.', '+.5', '-.5', '1.', '1.10', '1.0', '1.5e3', '.e3', '1e', 'e3',
  '1:20', '190:20:30', '190:20:30.15', '-1:20', '1:60', '2001-12-14', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.10 -5', '2026-01-01T00:00:00Z', '12:30:45',
  '9223372036854775807', '9223372036854775808', '18446744073709551616', '123456789012345678901234567890', '0.1', '1,000', '0x', '0o', '0b', '-', '+', '.', '..', '...',
  '---', '--- a', '- a', '-a', '? a', '?a', ': a', ':a', 'a: b', 'a :b', 'a:', '#a', 'a #b', 'a#b', '&a', '*a', '!a', '!!str a', '|', '>', '|-', '%a', '@a', '`a', '{a}', '[a]', '{', '}', '[', ']', ',',
  '"', "'", '""', "''", '"a', "'a", 'a"b', "a'b", '\\', '\\n', ' ', ' a', 'a ', '\t', 'a\tb', 'a\nb', 'a\n', '\na', 'a\n\nb', 'a\r\nb', '\r', '\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u00a0',
  '\u2028', '\u2029', '\ufeff', '\ufffe', '\ufffd', 'é', '日本語', '😀', '\u{10ffff}', 'ß', 'e\u0301', '\u200b',
];

const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF_+-.:eEoOxXbBinfINFTZ'), minLength: 1, maxLength: 12 });
const prefixed = fc.tuple(fc.constantFrom('', '-', '+'), fc.constantFrom('0o', '0O', '0x', '0X', '0b', '0B', '0', '1', '.'), fc.string({ unit: fc.constantFrom(...'0123456789abcdefAF_.:e+-'), maxLength: 10 }))
  .map((parts) => parts.join(''));
const anyString = fc.oneof(fc.constantFrom(...NASTY), digits, prefixed, fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }));

/** Texts that pods can carry as a label's value. */
const anyLabel = anyString.map((text) => text.replace(/[^-_.A-Za-z0-9]/g, '').slice(0, 63).replace(/^[-_.]+|[-_.]+$/g, '')).filter((text) => text !== '');

let reader: KubernetesReader;
beforeAll(() => {
  console.log(`seed ${seed} (CONFORMANCE_SEED=${seed} repeats this run)`);
  reader = new KubernetesReader();
});
afterAll(async () => reader?.end());

interface Written {
  readonly virtualService: string;
  readonly destinationRule: string;
}

/** The two documents of a canary that matches `value` and whose pods carry `label`; undefined when we refuse it. */
function write(value: string, label: string): Written | undefined {
  try {
    const app = new App();
    const chart = new Chart(app, 'shop', { namespace: 'shop' });
    const service = MeshService.fromName(chart, 'reviews', {
      name: 'reviews', namespace: 'shop', ports: [MeshPort.http(80)], metadata: { annotations: { note: value } },
    });
    new CanaryRollout(chart, 'canary', {
      service,
      stable: { version: 'stable-version' },
      canary: { labels: { version: label }, subset: 'canary' },
      weight: 10,
      alwaysCanary: HttpMatch.header('x-value', StringMatch.exact(value)),
    });
    const documents = app.synthYaml().split(/^---\n/m);
    const ofKind = (kind: string) => documents.find((document) => document.includes(`\nkind: ${kind}\n`))!;
    return { virtualService: ofKind('VirtualService'), destinationRule: ofKind('DestinationRule') };
  } catch (error) {
    if (OUR_REFUSAL.test((error as Error).message)) return undefined;
    throw error;
  }
}

const outcomes = { same: 0, refused: 0 };

/** Either we refuse the strings, or Kubernetes reads the very same ones: as a value, as an annotation and as a label. */
async function expectSameOrRefused(value: string, label: string): Promise<void> {
  const written = write(value, label);
  if (!written) {
    outcomes.refused++;
    return;
  }
  outcomes.same++;
  const virtualService = await reader.read(written.virtualService);
  expect(virtualService.spec.http[0].match[0].headers['x-value']).toEqual({ exact: value });
  expect(virtualService.metadata.annotations.note).toBe(value);
  const destinationRule = await reader.read(written.destinationRule);
  expect(destinationRule.spec.subsets.find(({ name }: { name: string }) => name === 'canary').labels).toEqual({ version: label });
}

test('Kubernetes reads every word with two meanings as the string that was meant, or we refuse it', async () => {
  for (const word of NASTY) await expectSameOrRefused(word, 'v2');
  for (const word of NASTY) await expectSameOrRefused('v2', word);
});

test('Kubernetes reads any string as the string that was meant, or we refuse it', async () => {
  outcomes.same = outcomes.refused = 0;
  await fc.assert(fc.asyncProperty(anyString, anyLabel, expectSameOrRefused), { seed, numRuns: RUNS });
  console.log(`${RUNS} pairs of strings: ${outcomes.same} read back as written, ${outcomes.refused} refused`);
  // A check that refused everything would prove nothing.
  expect(outcomes.same).toBeGreaterThan(RUNS / 2);
});

test('what we refuse, Kubernetes would indeed have misread', async () => {
  for (const word of ['0o17', '-0o7', '0X1F', '0B1']) {
    expect(write(word, 'v2')).toBeUndefined();
    const { a } = await reader.read(`a: ${word}\n`);
    expect(typeof a).toBe('number');
  }
});
