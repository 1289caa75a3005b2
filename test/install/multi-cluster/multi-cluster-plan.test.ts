import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { CertificateAuthority, IstioInstallationProps, MeshCluster, MultiClusterMesh, MultiClusterPlan, RemoteAccess } from '../../../src';

const SHARED: IstioInstallationProps = { version: '1.31.1', certificateAuthority: CertificateAuthority.pluggedIn() };
const options = (name: string, network?: string) => ({ name, network, apiServer: `https://${name}.example.com:6443` });
const meshOf = (clusters: MeshCluster[], installation = SHARED) => new MultiClusterMesh({ meshId: 'shop', clusters, installation });

const three = (access = RemoteAccess.byCommand(), controlPlaneAddress = '203.0.113.1') => MultiClusterPlan.of(meshOf([
  MeshCluster.remote({ ...options('edge', 'edge-net'), primary: 'east', kubeContext: 'kind-edge' }),
  MeshCluster.primary({ ...options('east', 'east-net'), controlPlaneAddress }),
  MeshCluster.primary({ ...options('west', 'west-net'), access }),
]));

/** Commands as a person would type them, in their order. */
const commandsOf = (readme: string): string[] => [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text]) => text.replaceAll('\\\n', '').trim().split('\n')).map((line) => line.replace(/\s+/g, ' '));

test('a folder a cluster, primaries first, with what is applied before and after the installation', () => {
  expect(three().steps.map(({ name, cluster, files }) => [name, cluster, files.map((file) => file.name)])).toEqual([
    ['01-east', 'east', [
      'namespace.yaml', 'istio-operator.yaml',
      'expose/10-gateway-cross-network-gateway.yaml', 'expose/20-gateway-istiod-gateway.yaml', 'expose/30-virtual-service-istiod-vs.yaml',
    ]],
    ['02-west', 'west', ['namespace.yaml', 'istio-operator.yaml', 'expose/10-gateway-cross-network-gateway.yaml']],
    ['03-edge', 'edge', ['namespace.yaml', 'istio-operator.yaml']],
  ]);
});

test('each IstioOperator is that of its cluster', () => {
  const operators = three().steps.map(({ files }) => parse(files.find(({ name }) => name === 'istio-operator.yaml')!.content).spec);
  expect(operators.map(({ profile, values }) => [profile, values.global.multiCluster.clusterName])).toEqual([['default', 'east'], ['default', 'west'], ['remote', 'edge']]);
});

test('the README goes from the certificates to the look at it, in an order in which nothing waits for what comes later', () => {
  const commands = commandsOf(three().readme);
  const at = (part: string) => {
    const index = commands.findIndex((command) => command.includes(part));
    expect([part, index]).not.toEqual([part, -1]);
    return index;
  };
  const order = [
    'create secret generic cacerts', '--context=east install', '--context=east apply --filename 01-east/expose/', '--context=west install',
    '--context=east get service istio-eastwestgateway', '--context=kind-edge apply --filename 03-edge/namespace.yaml', '--context=kind-edge create-remote-secret --name=edge',
    '--context=kind-edge install', '--context=west create-remote-secret --name=west', 'remote-clusters', 'delete secret',
  ].map(at);
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test('every control plane gets a Secret for every other cluster, with the address that it reaches', () => {
  const created = commandsOf(three().readme).filter((command) => command.includes('create-remote-secret'))
    .map((command) => /--name=(\S+) --server=(\S+) .*kubectl --context=(\S+)/.exec(command)!.slice(1).join(' '));
  expect(created.sort()).toEqual([
    'east https://east.example.com:6443 west', 'edge https://edge.example.com:6443 east', 'edge https://edge.example.com:6443 west', 'west https://west.example.com:6443 east',
  ]);
});

test('Secrets that are there, or are filled in, are no commands', () => {
  const existing = three(RemoteAccess.existingSecret('to-west'));
  expect(existing.readme).toContain('The Secret `istio-system/to-west` has to be there in east');
  expect(commandsOf(existing.readme)).not.toContainEqual(expect.stringContaining('--name=west'));
  const placeholders = three(RemoteAccess.placeholders());
  expect(placeholders.readme).toContain('`01-east/remote-secrets/` holds the Secret `istio-remote-secret-west` with placeholders');
  expect(placeholders.steps[0].files.map(({ name }) => name)).toContain('remote-secrets/10-secret-istio-remote-secret-west.yaml');
  expect(commandsOf(placeholders.readme).filter((command) => command.includes('apply') && command.includes('remote-secrets'))).toEqual([]);
});

test('one control plane by itself needs no certificates, and an address that is a name has to be led there', () => {
  const plan = MultiClusterPlan.of(meshOf([
    MeshCluster.primary({ name: 'east', controlPlaneAddress: 'istiod.example.com' }), MeshCluster.remote({ ...options('edge'), primary: 'east' }),
  ], { version: '1.31.1' }));
  expect(plan.readme).not.toContain('cacerts');
  expect(plan.readme).toContain('Let the DNS name istiod.example.com lead to what stands under EXTERNAL-IP');
  expect(plan.readme).toContain('All are in one network');
});

test('each folder says what is done in it, with commands for that folder', () => {
  for (const { readme, files } of three().steps) {
    for (const { name } of files) expect(readme).toContain(`[${name}](${name})`);
    expect(commandsOf(readme)).toContainEqual(expect.stringMatching(/^istioctl --context=\S+ install --filename istio-operator.yaml$/));
  }
});

test('namespaces of gateways are there before istioctl, which makes the control plane\'s alone', () => {
  const commands = commandsOf(three().readme);
  const made = commands.findIndex((command) => /^kubectl --context=east create namespace istio-ingress .*apply --filename -$/.test(command));
  const installed = commands.findIndex((command) => command.startsWith('istioctl --context=east install'));
  expect(made).toBeGreaterThanOrEqual(0);
  expect(made).toBeLessThan(installed);
  expect(commands.filter((command) => command.includes('create namespace istio-system'))).toEqual([]);
});

test('it is written as folders with their READMEs, and written again it stays the same', () => {
  const directory = mkdtempSync(join(tmpdir(), 'multi-cluster-'));
  try {
    const path = join(directory, 'clusters');
    three().write(path);
    three().write(path);
    expect(readdirSync(path).sort()).toEqual(['01-east', '02-west', '03-edge', 'README.md', 'files.sha256']);
    expect(readFileSync(join(path, 'README.md'), 'utf8')).toBe(three().readme);
    expect(readFileSync(join(path, '01-east', 'expose', '10-gateway-cross-network-gateway.yaml'), 'utf8')).toContain('AUTO_PASSTHROUGH');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('what is given out is nobody else\'s to change', () => {
  const plan = three();
  plan.steps[0].files.pop();
  plan.steps.pop();
  expect(plan.steps.map(({ files }) => files.length)).toEqual([5, 3, 2]);
});
