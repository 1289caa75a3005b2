import { App, Chart } from 'cdk8s';
import { MeshService, MtlsMode, MtlsPolicy, MtlsPort, PolicyScope } from 'cdk8s-istio';
import { Application, namespace } from './application';
import { withMesh } from './with-mesh';

const PORTS = [
  { name: 'http', port: 80, targetPort: 8080 }, { name: 'http-open', port: 81, targetPort: 8081 }, { name: 'http-off', port: 82, targetPort: 8082 },
  { name: 'tcp-raw', port: 83, targetPort: 8083 },
];

/** The mesh is STRICT, `soft` is not, and some workloads of both differ. */
function manifests(): string {
  const app = new App();
  const [strict, soft, outside] = ['strict', 'soft', 'outside'].map((name) => new Chart(app, name, { namespace: name }));
  namespace(strict, 'strict');
  namespace(soft, 'soft');
  namespace(outside, 'outside', false);
  new Application(outside, 'client');
  new Application(strict, 'client');
  const service = (chart: Chart, name: string): MeshService => new Application(chart, name, { ports: PORTS }).mesh();

  new MtlsPolicy(strict, 'mesh-policy', { scope: PolicyScope.mesh() });
  service(strict, 'plain');
  new MtlsPolicy(strict, 'ports-policy', {
    scope: PolicyScope.workload(service(strict, 'ports')), ports: [MtlsPort.permissive(81), MtlsPort.disable(82)],
  });
  new MtlsPolicy(strict, 'inherits-policy', {
    scope: PolicyScope.workload(service(strict, 'inherits')), mode: MtlsMode.UNSET, ports: [MtlsPort.permissive(81)],
  });
  new MtlsPolicy(strict, 'open-policy', { scope: PolicyScope.workload(service(strict, 'open').workloads[0]), mode: MtlsMode.PERMISSIVE, ports: [MtlsPort.strict(8081)] });

  new MtlsPolicy(soft, 'mtls-policy', { scope: PolicyScope.namespace('soft'), mode: MtlsMode.PERMISSIVE });
  service(soft, 'plain');
  new MtlsPolicy(soft, 'closed-policy', { scope: PolicyScope.workload(service(soft, 'closed')) });
  return app.synthYaml();
}

const mesh = withMesh(manifests);

/** What comes of a call by a client without a sidecar, at each port. */
async function plaintext(host: string, port: number): Promise<number | string> {
  return mesh.outcome({ caller: 'outside/client', url: `${port === 83 ? 'tcp' : 'http'}://${host}:${port}/` });
}

const OPEN = [200, 200, 200, 'answered'];
const CLOSED = ['reset', 'reset', 'reset', 'reset'];

test.each<[string, string, (number | string)[]]>([
  ['STRICT of the mesh refuses it', 'plain.strict', CLOSED],
  ['one port takes both, one takes nothing else, by the ports of the Service', 'ports.strict', ['reset', 200, 200, 'reset']],
  ['what a workload does not say is the mesh\'s', 'inherits.strict', ['reset', 200, 'reset', 'reset']],
  ['a workload takes both, one port of its pods does not', 'open.strict', [200, 'reset', 200, 'answered']],
  ['PERMISSIVE of a namespace is taken before STRICT of the mesh', 'plain.soft', OPEN],
  ['STRICT of a workload is taken before PERMISSIVE of its namespace', 'closed.soft', CLOSED],
])('in plaintext: %s', async (_, host, expected) => {
  expect(await Promise.all([80, 81, 82, 83].map(async (port) => plaintext(host, port)))).toEqual(expected);
});

test('clients with a sidecar reach every port, whatever it takes, and have an identity where there is mutual TLS', async () => {
  const identities = async (host: string) => Promise.all([80, 81, 82].map(async (port) => {
    const { status, seen } = await mesh.one({ caller: 'strict/client', url: `http://${host}:${port}/` });
    return [status, seen?.headers['x-forwarded-client-cert']?.includes('URI=spiffe://cluster.local/ns/strict/sa/client') ?? false];
  }));
  expect(await identities('ports.strict')).toEqual([[200, true], [200, true], [200, false]]);
  expect(await identities('open.strict')).toEqual([[200, true], [200, true], [200, true]]);
  expect(await mesh.outcome({ caller: 'strict/client', url: 'tcp://ports.strict:83' })).toBe('answered');
});
