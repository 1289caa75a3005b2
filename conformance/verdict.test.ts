import { Finding, analyze } from './analysis';
import { podsOf } from './cluster-pods';
import { SynthesizedExample, exampleNames } from './examples';
import { ApiServer } from './verdict';

interface Explained {
  readonly warning: string;
  readonly because: string;
}

/** What is said of the gateway that examples bring with them. */
const INGRESS: Explained[] = [
  {
    warning: 'IST0146 Deployment istio-ingress/ingress: Deployment ingress contains `image: auto` but does not match any Istio injection webhook selectors.',
    because: 'the injector\'s webhook belongs to the installation of Istio, not to the example; the namespace is labelled for it',
  },
  {
    warning: 'IST0162 Gateway istio-ingress/public: The gateway is listening on a target port (port 80) that is not defined in the Service associated with its workload '
      + 'instances (Pod selector istio=ingress). If you need to access the gateway port through the gateway Service, it will not be available.',
    because: 'istiod listens on the target port (8080) of the Service\'s port 80, which an unprivileged proxy may open; bookinfo.test.ts sends requests that way',
  },
];

/** Every warning of an analyzer that we write on purpose, with the reason. An unlisted one fails, and so does one that no longer occurs. */
const EXPLAINED: Record<string, Explained[]> = { bookinfo: INGRESS, canary: INGRESS };

/** Objects of the rollout engines: their own API servers take them in conformance/engines. */
const OF_AN_ENGINE = /^apiVersion: (argoproj\.io|flagger\.app)\//m;

let apiServer: ApiServer;
beforeAll(() => {
  apiServer = new ApiServer();
});
afterAll(async () => apiServer?.end());

test('there are examples to judge', () => {
  expect(exampleNames()).toContain('bookinfo');
});

describe.each(exampleNames())('examples/%s', (name) => {
  let example: SynthesizedExample;
  beforeAll(() => {
    example = new SynthesizedExample(name);
  });
  afterAll(() => example?.remove());

  test('every document is accepted by the API server and the webhook, without a warning', async () => {
    const verdicts = await apiServer.verdicts(example.yaml);
    console.log(`examples/${name}: ${verdicts.length} documents in ${example.files.length} files`);
    expect(verdicts.length).toBeGreaterThan(0);
    const judged = example.yaml.split(/^---$/m).filter((document) => !OF_AN_ENGINE.test(document)).join('---\n');
    expect(await apiServer.complaints(judged)).toEqual([]);
  });

  test('the analyzers find no error, and every warning is explained', () => {
    const findings = analyze(...example.files, example.addFile('pods-of-the-cluster.yaml', podsOf(example.yaml))).filter(({ level }) => level !== 'Info');
    expect(findings.filter(({ level }) => level === 'Error').map(describeFinding)).toEqual([]);
    expect(findings.map(describeFinding).sort()).toEqual((EXPLAINED[name] ?? []).map(({ warning }) => warning).sort());
  });
});

function describeFinding({ code, resource, message }: Finding): string {
  return `${code} ${resource}: ${message}`;
}
