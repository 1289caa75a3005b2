import * as fc from 'fast-check';
import { Interview } from './interview';
import { documentTexts, streamTexts } from './yaml-texts';
import { FORBIDDEN } from '../src/manifest/yaml-characters';
import { YamlFault } from '../src/manifest/yaml-fault';
import { YamlReader } from '../src/manifest/yaml-reader';
import { readYaml } from '../src/manifest/yaml-text';

/*
 * Kubernetes' reader (sigs.k8s.io/yaml, strict) and ours are given the same texts: the same JSON, or both refuse.
 * What is left, each a text that no manifest has:
 * - Kubernetes' reader stops where the first document ends and never looks at the rest; we say that there is a rest,
 *   and refuse what is broken there (`{a: 1}\n@`).
 * - It reads a `%YAML 1.1` directive. kubectl cuts files at `---`, so the directive is a document without content to it,
 *   and it fails; we say so.
 * - `1` and `"1"` are two keys to it until it writes JSON; which of the two values then wins changes from run to run.
 *   To us that is a repeated key.
 * - It takes an empty list or object that starts a document's first key (`{}: a`, `{}b: c`), or an object of one key
 *   that `?` marks and no value (`{? a}: b`), for the whole document.
 * - A second byte order mark makes it swallow the first character of every line.
 * - It nests 10,000 levels deep, we 1,000.
 * - Of integers beyond 2^53 we keep only on which side of int64's limit they are.
 */

const DOCUMENTS = Number(process.env.CONFORMANCE_TEXTS ?? 40_000);
const STREAMS = 400;
const BATCH = 500;
const seed = Number(process.env.CONFORMANCE_SEED ?? Date.now() % 2 ** 31);

interface Reading {
  readonly json?: unknown;
  readonly error?: string;
  readonly position?: number;
}

function read(text: string): Reading {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) return { error: 'a forbidden character', position: forbidden.index };
  try {
    return { json: new YamlReader(text.replace(/^\ufeff/, '')).read() ?? null };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    return { error: error.message, position: error.position };
  }
}

/** Keys have no order; of the largest integers within int64, JavaScript has only one. */
function comparable(value: unknown): unknown {
  if (value === 9_223_372_036_854_774_784) return 2 ** 63;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([one], [other]) => one < other ? -1 : 1).map(([key, member]) => [key, comparable(member)]);
}

function isSame(ours: Reading, theirs: Reading): boolean {
  if (ours.error !== undefined || theirs.error !== undefined) return ours.error !== undefined && theirs.error !== undefined;
  return JSON.stringify(comparable(ours.json)) === JSON.stringify(comparable(theirs.json));
}

/** Quoted, or with more text after it, `<<` is a key as any. */
const MERGE_KEY = /<<(?::?(?:\s|$)|[,}\]])/;

const endsOfCollections = (text: string): number[] => [...text.matchAll(/[\]}]/g)].map(({ index }) => index + 1);

/** Which of the differences above it is; undefined for one that is not explained. */
function explanation(text: string, ours: Reading, theirs: Reading): string | undefined {
  if (ours.error === undefined || theirs.error !== undefined) return undefined;
  if (ours.error.includes('directive') && /(?:^|[\x85\r])\ufeff?%YAML/m.test(text)) return 'directive';
  if (ours.error.includes('is given twice') && !MERGE_KEY.test(text)) return 'one key after conversion';
  const before = text.slice(0, ours.position);
  if (ours.error.includes('cannot be a list or an object') && endsOfCollections(text).some((end) => isSame(read(text.slice(0, end)), theirs))) return 'collection as key';
  if (isSame(read(before), theirs)) return 'after the end';
  // A difference of its own may hide behind the one that comes first.
  return before.length < text.length ? explanation(before, read(before), theirs) : undefined;
}

/** The shortest text that we disagree about. */
async function shrunk(text: string, disagrees: (text: string) => Promise<boolean>): Promise<string> {
  let shortest = [...text];
  for (let length = shortest.length; length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at + length <= shortest.length;) {
      const shorter = [...shortest.slice(0, at), ...shortest.slice(at + length)];
      if (await disagrees(shorter.join(''))) shortest = shorter;
      else at += length;
    }
  }
  return shortest.join('');
}

let reader: Interview;
let judge: Interview;
beforeAll(() => {
  console.log(`seed ${seed} (CONFORMANCE_SEED=${seed} repeats this run)`);
  reader = new Interview('scalars');
  judge = new Interview('verdict', '--serve');
});
afterAll(async () => {
  await reader?.end();
  await judge?.end();
});

test('any text is read as Kubernetes reads it, or refused by both', async () => {
  const texts = [...new Set(fc.sample(documentTexts, { seed, numRuns: DOCUMENTS }))].filter((text) => !text.startsWith('\ufeff\ufeff'));
  const explained = new Map<string, number>();
  const unexplained: string[] = [];
  let refused = 0;
  const disagrees = async (text: string) => {
    const theirs = await reader.ask(text);
    return !isSame(read(text), theirs) && explanation(text, read(text), theirs) === undefined;
  };
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH);
    const answers: Reading[] = await Promise.all(batch.map(async (text) => reader.ask(text)));
    for (const [index, text] of batch.entries()) {
      const ours = read(text);
      const theirs = answers[index];
      if (theirs.error !== undefined) refused++;
      if (isSame(ours, theirs)) continue;
      const why = explanation(text, ours, theirs);
      if (why === undefined) unexplained.push(text);
      else explained.set(why, (explained.get(why) ?? 0) + 1);
    }
  }
  console.log(`${texts.length} texts, ${texts.length - refused} of them read by Kubernetes; differences that are explained: ${JSON.stringify([...explained])}`);
  const shortest = await Promise.all(unexplained.slice(0, 5).map(async (text) => shrunk(text, disagrees)));
  expect(shortest).toEqual([]);
  // Texts that nobody can read would prove nothing.
  expect(texts.length - refused).toBeGreaterThan(texts.length / 5);
});

test('a file is cut into the same documents as the judge cuts it, on the same lines, whatever else is broken in it', async () => {
  const texts = fc.sample(streamTexts, { seed, numRuns: STREAMS });
  let documents = 0;
  for (const text of texts) {
    const verdicts: { line: number; kind: string; name: string }[] = await judge.ask(text);
    const theirs = verdicts.filter(({ kind, name }) => kind === 'Service' && name !== '').map(({ line, name }) => `${line}: ${name}`);
    const ours = readYaml(text, '-', { defaultNamespace: 'default' });
    documents += theirs.length;
    expect({ text, objects: ours.objects.map(({ origin, name }) => `${origin.line}: ${name}`) }).toEqual({ text, objects: theirs });
    if (verdicts.length > theirs.length) expect(ours.problems).not.toEqual([]);
  }
  expect(documents).toBeGreaterThan(STREAMS);
});
