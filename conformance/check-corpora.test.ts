import { check } from '../src/check/check';
import { MeshObject } from '../src/manifest/mesh-object';
import { MeshSnapshot } from '../src/manifest/mesh-snapshot';
import { documentsOf } from '../src/manifest/yaml-documents';
import { YamlFault } from '../src/manifest/yaml-fault';
import { YamlReader } from '../src/manifest/yaml-reader';
import { readYaml } from '../src/manifest/yaml-text';
import { CORPORA, CorpusFile, filesOf } from './corpora';
import { Judge, JudgeVerdict } from './fuzz/judge';
import { KubernetesReader } from './kubernetes-reader';

/** What the validation corpus expects of a document stands in it as a field, which would be refused as unknown. */
const EXPECTATION = /^_err:.*\n(?:[ \t]+.*\n)*/gm;

const ISTIO_GROUP = /^(?:networking|security|telemetry|extensions)\.istio\.io$/;

let judge: Judge;
let kubernetes: KubernetesReader;
beforeAll(() => {
  judge = new Judge();
  kubernetes = new KubernetesReader();
});
afterAll(async () => {
  await judge?.end();
  await kubernetes?.end();
});

interface Said {
  readonly read: boolean;
  readonly schema: boolean;
  readonly webhook: boolean;
  readonly silent: boolean;
}

interface Asked {
  documents: number;
  istios: number;
  refused: number;
  warned: number;
}

/** One document as both see it; undefined where only one sees any. */
interface Seen {
  readonly line: number;
  readonly istio?: JudgeVerdict;
  readonly object?: MeshObject;
}

function pair(verdicts: readonly JudgeVerdict[], objects: readonly MeshObject[], unread: readonly number[]): Seen[] {
  const ours: { line: number; object?: MeshObject }[] = [
    ...objects.map((object) => ({ line: object.origin.line ?? 0, object })),
    ...unread.map((line) => ({ line })),
  ].sort((a, b) => a.line - b.line);
  return Array.from({ length: Math.max(verdicts.length, ours.length) }, (_, at) => ({
    line: verdicts[at]?.line ?? ours[at].line, istio: verdicts[at], object: ours[at]?.object,
  }));
}

function weSay(object: MeshObject | undefined): Said {
  if (!object) return { read: false, schema: false, webhook: true, silent: true };
  const { findings } = check(new MeshSnapshot([object]), { preset: 'istio' });
  const about = (layer: string, severity: string) => findings.some((finding) => finding.layer === layer && finding.severity === severity);
  return { read: true, schema: !about('schema', 'error'), webhook: !about('webhook', 'error'), silent: !about('webhook', 'warning') };
}

/** Where we and Istio differ about one file, in words; counts what was asked. */
async function differences({ name, text }: CorpusFile, asked: Asked): Promise<string[]> {
  const verdicts = await judge.yaml(text);
  const { objects, problems } = readYaml(Buffer.from(text), name, { defaultNamespace: 'default' });
  const unread = problems.filter(({ message }) => !message.includes('ignores the rest')).map(({ line = 0 }) => line);
  return pair(verdicts, objects, unread).flatMap(({ line, istio, object }) => {
    const at = `${name}:${line}`;
    if (!istio) return [`${at}: we read a document (${object?.kind}) that Istio does not`];
    asked.documents++;
    const { apiServer, webhook } = istio;
    if (apiServer.checked !== 'strict create') {
      // No kind of Istio's, or nothing that can be read: then we must not take it for one of Istio's kinds.
      const ours = weSay(object);
      return apiServer.accepted || !ours.read || !ours.schema || !ISTIO_GROUP.test(object!.group) ? [] : [`${at}: ${object!.apiVersion} ${object!.kind}: Istio refuses it (${apiServer.errors[0]}), we take it`];
    }
    asked.istios++;
    if (!object) return [`${at}: Istio reads ${istio.kind} ${istio.name}, we cannot`];
    if (object.kind !== istio.kind || object.name !== istio.name) return [`${at}: Istio reads ${istio.kind} ${istio.name}, we ${object.kind} ${object.name}`];
    const ours = weSay(object);
    if (!apiServer.accepted || !webhook.accepted) asked.refused++;
    if (ours.schema !== apiServer.accepted) return [`${at}: ${istio.kind} ${istio.name}: the API server says ${apiServer.errors[0] ?? 'yes'}; we say the opposite`];
    if (!apiServer.accepted) return [];
    if (ours.webhook !== webhook.accepted) return [`${at}: ${istio.kind} ${istio.name}: the webhook says ${webhook.errors[0] ?? 'yes'}; we say the opposite`];
    if (!webhook.accepted) return [];
    if (webhook.warnings.length > 0) asked.warned++;
    if (ours.silent !== (webhook.warnings.length === 0)) return [`${at}: ${istio.kind} ${istio.name}: the webhook warns ${webhook.warnings[0] ?? 'of nothing'}; we do not agree`];
    return [];
  });
}

describe.each(Object.entries(CORPORA))('Istio\'s %s corpus (%s)', (corpus) => {
  test('every document gets the verdicts of the API server and of the webhook', async () => {
    const files = filesOf(corpus as keyof typeof CORPORA);
    const asked: Asked = { documents: 0, istios: 0, refused: 0, warned: 0 };
    const found: string[] = [];
    for (const file of files) {
      found.push(...await differences(file, asked));
      const bare = file.text.replace(EXPECTATION, '');
      if (bare !== file.text) found.push(...await differences({ ...file, name: `${file.name} without expectations`, text: bare }, asked));
    }
    console.log(`${corpus}: ${files.length} files, ${asked.documents} documents, ${asked.istios} of Istio's kinds, ${asked.refused} refused, ${asked.warned} warned about`);
    expect(asked.istios).toBeGreaterThan(20);
    expect(found).toEqual([]);
  });

  test('every document is read as Kubernetes reads it, value by value', async () => {
    let read = 0;
    for (const { name, text } of filesOf(corpus as keyof typeof CORPORA)) {
      for (const document of documentsOf(text)) {
        const at = `${name}:${document.line}`;
        const theirs = await kubernetes.read(document.text).catch(() => 'unreadable');
        expect({ at, value: valueOf(document.text) }).toEqual({ at, value: theirs });
        if (theirs !== 'unreadable') read++;
      }
    }
    expect(read).toBeGreaterThan(20);
  });
});

function valueOf(text: string): unknown {
  try {
    return JSON.parse(JSON.stringify(new YamlReader(text).read() ?? null));
  } catch (error) {
    if (error instanceof YamlFault) return 'unreadable';
    throw error;
  }
}
