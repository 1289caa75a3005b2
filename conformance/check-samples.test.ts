/**
 * Quality before number: what the checker says about Istio's own samples and about our examples, in the preset that users get.
 * Each finding is listed with why it is right; the list may be neither too short nor too long.
 */
import { filesOf } from './corpora';
import { exampleNames, SynthesizedExample } from './examples';
import { inTheCluster } from './in-the-cluster';
import { check } from '../src/check/check';
import { Finding } from '../src/check/finding';
import { readFiles } from '../src/manifest/from-files';
import { MeshSnapshot } from '../src/manifest/mesh-snapshot';
import { readYaml } from '../src/manifest/yaml-text';

/** Code, object, and why it is right. */
const JUDGED: Readonly<Record<string, string>> = {
  'MESH2101 VirtualService details': 'Istio itself warns: an abort of every request',
  'MESH3139 VirtualService details': 'it answers 555 to everybody, with nothing to switch it off by',
  'MESH3144 DestinationRule originate-tls-for-googleapis': 'port 443 has settings of its own and loses the load balancer of the top',
  'MESH2108 EnvoyFilter filter-ratelimit': 'Istio itself warns of every EnvoyFilter',
  'MESH2108 EnvoyFilter filter-ratelimit-svc': 'Istio itself warns of every EnvoyFilter',
  'MESH2108 EnvoyFilter filter-local-ratelimit-svc': 'Istio itself warns of every EnvoyFilter',
};

function heavy(texts: readonly { readonly name: string; readonly text: string }[]): Finding[] {
  const read = texts.map(({ name, text }) => readYaml(text, name, { defaultNamespace: 'default' }));
  const snapshot = new MeshSnapshot(read.flatMap(({ objects }) => objects), read.flatMap(({ problems }) => problems));
  return check(snapshot).findings.filter(({ severity }) => severity !== 'info');
}

/** Charts with their templates and values, an OpenAPI description, and data of the applications. */
const isOfAnotherProgram = ({ name, text }: { name: string; text: string }) => text.includes('{{') || /(?:Chart|values[^/]*|swagger|spire-(?:east|west))\.yaml$|\.json$/.test(name);
const samples = filesOf('samples').filter((file) => !isOfAnotherProgram(file));
const found = new Map<string, Finding[]>();
for (const file of samples) {
  for (const finding of heavy([file])) {
    const key = `${finding.code} ${finding.kind} ${finding.name}`;
    found.set(key, [...found.get(key) ?? [], finding]);
  }
}

test('there are samples to look at', () => {
  expect(samples.length).toBeGreaterThan(100);
});

test('every finding in the samples of Istio is one that was judged right, each file seen alone', () => {
  expect([...found].filter(([key]) => !(key in JUDGED)).map(([key, [{ file, message }]]) => `${key} in ${file}: ${message}`)).toEqual([]);
});

test('no judged finding is gone', () => {
  expect(Object.keys(JUDGED).filter((key) => !found.has(key))).toEqual([]);
});

/** Findings of examples, complete with what the cluster has, and why each is right and meant. */
const MEANT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  egress: {
    'MESH3508 ServiceEntry warehouse.partner.example': 'it is the only TCP host at its port; a second one without addresses is an error of ours',
  },
};

test.each(exampleNames())('of %s, complete with what the cluster has, there is nothing to say but what is meant', (name) => {
  const example = new SynthesizedExample(name);
  try {
    const { objects, problems } = readFiles([...example.files, example.addFile('cluster.yaml', inTheCluster(name))], { defaultNamespace: 'default' });
    const { findings } = check(new MeshSnapshot(objects, problems, { complete: true }));
    expect(objects.length).toBeGreaterThan(0);
    expect(findings.filter(({ severity }) => severity !== 'info').map(({ code, kind, name: of }) => `${code} ${kind} ${of}`)).toEqual(Object.keys(MEANT[name] ?? {}));
  } finally {
    example.remove();
  }
});
