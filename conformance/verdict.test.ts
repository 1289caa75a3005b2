import { Finding, analyze } from './analysis';
import { podsOf } from './cluster-pods';
import { SynthesizedExample, exampleNames } from './examples';
import { inTheCluster } from './in-the-cluster';
import { ApiServer } from './verdict';

interface Explained {
  readonly warning: string;
  readonly because: string;
}

const notOfTheService = (gateway: string, port: number, selector: string) => `IST0162 Gateway ${gateway}: The gateway is listening on a target port (port ${port}) that is not defined in the `
  + `Service associated with its workload instances (Pod selector ${selector}). If you need to access the gateway port through the gateway Service, it will not be available.`;

/** What is said of the gateway that examples bring with them. */
const INGRESS: Explained[] = [
  {
    warning: 'IST0146 Deployment istio-ingress/ingress: Deployment ingress contains `image: auto` but does not match any Istio injection webhook selectors.',
    because: 'the injector\'s webhook belongs to the installation of Istio, not to the example; the namespace is labelled for it',
  },
  {
    warning: notOfTheService('istio-ingress/public', 80, 'istio=ingress'),
    because: 'istiod listens on the target port (8080) of the Service\'s port 80, which an unprivileged proxy may open; bookinfo.test.ts sends requests that way',
  },
];

const EGRESS: Explained[] = [
  ...[80, 443].map((port) => ({
    warning: notOfTheService('istio-egress/istio-egressgateway', port, 'istio=egressgateway'), because: 'as for the other gateway; egress.test.ts sends requests that way',
  })),
  {
    warning: 'IST0129 DestinationRule shop/api.payments.example: DestinationRule shop/api.payments.example in namespace shop has TLS mode set to MUTUAL but no caCertificates '
      + 'are set to validate server identity for host: api.payments.example at port number:80',
    because: 'the Secret that credentialName names brings the CA; egress.test.ts shows that a certificate of another one is refused',
  },
  {
    warning: 'IST0134 ServiceEntry shop/warehouse.partner.example: ServiceEntry addresses are required for this protocol.',
    because: 'it is the only TCP host at its port; a second one without addresses is an error of ours',
  },
];

const PUBLIC_API: Explained[] = [
  { ...INGRESS[0], warning: INGRESS[0].warning.replace('istio-ingress/ingress', 'edge/public').replace('Deployment ingress', 'Deployment public') },
  ...[80, 443].map((port) => ({ warning: notOfTheService('edge/public', port, 'istio=public'), because: INGRESS[1].because })),
];

/** Every warning of an analyzer that we write on purpose, with the reason. An unlisted one fails, and so does one that no longer occurs. */
const EXPLAINED: Record<string, Explained[]> = { 'bookinfo': INGRESS, 'canary': INGRESS, 'egress': EGRESS, 'public-api': PUBLIC_API, 'zero-trust': INGRESS };

/** The same for warnings of the webhook. */
const DENIES_TCP = 'configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; '
  + 'it is recommended to explicitly specify the port';
const EXPLAINED_BY_WEBHOOK: Record<string, Explained[]> = {
  'ambient': [{
    warning: `AuthorizationPolicy shop/require-token-accounts-at-waypoint: webhook warns: ${DENIES_TCP}`,
    because: 'the Service has HTTP alone, and the waypoint judges nothing else of it',
  }],
  'public-api': [
    ...Array.from({ length: 3 }, () => ({
      warning: `AuthorizationPolicy edge/require-token-public: webhook warns: ${DENIES_TCP}`, because: 'a connection brings no token: closed is what is meant',
    })),
    {
      warning: `AuthorizationPolicy edge/ip-allow-list-public: webhook warns: ${DENIES_TCP}`,
      because: 'it is for one host, and a connection names none: for these the list holds always',
    },
    {
      warning: 'EnvoyFilter edge/public-rate-limit: webhook warns: EnvoyFilter exposes internal implementation details that may change at any time. '
        + 'Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.',
      because: 'Istio has no kind of its own for rate limits (ADR 10)',
    },
  ],
};

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

  test('every document is accepted by the API server and the webhook, and every warning is explained', async () => {
    const verdicts = await apiServer.verdicts(example.yaml);
    console.log(`examples/${name}: ${verdicts.length} documents in ${example.files.length} files`);
    expect(verdicts.length).toBeGreaterThan(0);
    const judged = example.yaml.split(/^---$/m).filter((document) => !OF_AN_ENGINE.test(document)).join('---\n');
    expect((await apiServer.complaints(judged)).sort()).toEqual((EXPLAINED_BY_WEBHOOK[name] ?? []).map(({ warning }) => warning).sort());
  });

  describe('the analyzers', () => {
    let findings: Finding[];
    beforeAll(() => {
      const cluster = example.addFile('cluster.yaml', [podsOf(example.yaml), inTheCluster(name)].join('\n---\n'));
      findings = analyze(...example.files, cluster).filter(({ level }) => level !== 'Info');
    });

    test('find no error', () => {
      expect(findings.filter(({ level }) => level === 'Error').map(describeFinding)).toEqual([]);
    });

    test('find no warning that is not explained', () => {
      const explained = [...(EXPLAINED[name] ?? []).map(({ warning }) => warning), ...repeatedByAnalyzers(name)];
      expect(findings.map(describeFinding).sort()).toEqual(explained.sort());
    });
  });
});

/** Of an object that the webhook warns of, the analyzers say the same once, however many of its rules are meant: IST0133. */
function repeatedByAnalyzers(name: string): string[] {
  const said = (EXPLAINED_BY_WEBHOOK[name] ?? []).map(({ warning }) => `IST0133 ${warning.replace('webhook warns: ', 'Schema validation warning: ')}`);
  return [...new Set(said)];
}

function describeFinding({ code, resource, message }: Finding): string {
  return `${code} ${resource}: ${message}`;
}
