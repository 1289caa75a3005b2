import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiServerOfNothing } from './api-server-of-nothing';

/*
 * In a network namespace of its own: runs istiod with certificates that are plugged in, and an Envoy that istiod sends what it
 * has to reject, and prints what both export.
 *
 *     collect-metrics.ts DIRECTORY ISTIOD ENVOY [METRIC...]    waits until istiod exports all of these
 */
const [directory, istiod, envoy, ...awaited] = process.argv.slice(2);
const [API, XDS, ISTIOD_METRICS, ENVOY_ADMIN] = [6443, 15010, 15014, 15000];
const WITHIN = 60;
const running: ChildProcess[] = [];

const file = (name: string, content: object | string) => {
  const path = join(directory, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

function start(name: string, program: string, args: string[], env: Record<string, string> = {}): void {
  const log = openSync(join(directory, `${name}.log`), 'w');
  running.push(spawn(program, args, { cwd: directory, stdio: ['ignore', log, log], env: { PATH: process.env.PATH, ...env } }));
}

function startIstiod(): void {
  const ca = join(directory, 'cacerts');
  mkdirSync(ca);
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj', '/O=conformance',
    '-keyout', join(ca, 'ca-key.pem'), '-out', join(ca, 'ca-cert.pem')], { stdio: 'ignore' });
  for (const copy of ['root-cert.pem', 'cert-chain.pem']) execFileSync('cp', [join(ca, 'ca-cert.pem'), join(ca, copy)]);
  mkdirSync(join(directory, 'config'));
  // Istio takes it, Envoy does not: it connects within less than no time.
  file('config/refused.json', {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { name: 'refused', namespace: 'istio-system' },
    spec: { configPatches: [{ applyTo: 'CLUSTER', match: { context: 'ANY' }, patch: { operation: 'ADD', value: { name: 'refused', type: 'STATIC', connect_timeout: '-1s' } } }] },
  });
  const kubeconfig = file('kubeconfig', {
    'apiVersion': 'v1',
    'kind': 'Config',
    'clusters': [{ name: 'c', cluster: { server: `http://127.0.0.1:${API}` } }],
    'users': [{ name: 'u', user: {} }],
    'contexts': [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  });
  start('istiod', istiod, [
    'discovery', `--kubeconfig=${kubeconfig}`, `--configDir=${join(directory, 'config')}`, `--meshConfig=${file('mesh', '{}')}`, '--httpsAddr=', '--secureGRPCAddr=',
    '--httpAddr=127.0.0.1:8080', `--grpcAddr=127.0.0.1:${XDS}`, `--monitoringAddr=127.0.0.1:${ISTIOD_METRICS}`, '--ctrlz_address=127.0.0.1',
  ], { ROOT_CA_DIR: ca, POD_NAMESPACE: 'istio-system', POD_NAME: 'istiod-0', REVISION: 'default' });
}

function startEnvoy(): void {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const ads = { ads: {}, resource_api_version: 'V3' };
  start('envoy', envoy, ['-c', file('envoy.json', {
    node: { id: 'sidecar~127.0.0.1~proxy.shop~shop.svc.cluster.local', cluster: 'proxy', metadata: { NAMESPACE: 'shop' } },
    admin: { address: address(ENVOY_ADMIN) },
    dynamic_resources: {
      ads_config: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'istiod' } }] },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: {
      clusters: [{
        name: 'istiod',
        type: 'STATIC',
        connect_timeout: '1s',
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions', 'explicit_http_config': { http2_protocol_options: {} },
          },
        },
        load_assignment: { cluster_name: 'istiod', endpoints: [{ lb_endpoints: [{ endpoint: { address: address(XDS) } }] }] },
      }],
    },
  }), '--base-id', '77', '--concurrency', '1']);
}

async function metrics(port: number, path: string): Promise<string> {
  try {
    return await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  } catch {
    return '';
  }
}

/** The last text, whether it was as it should be or not: who asked will see what is missing. */
async function eventually(ask: () => Promise<string>, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  for (let second = 0; second < WITHIN; second++) {
    text = await ask();
    if (isEnough(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  return text;
}

async function main(): Promise<void> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  apiServerOfNothing(API).unref();
  startIstiod();
  startEnvoy();
  const fromIstiod = () => metrics(ISTIOD_METRICS, '/metrics');
  const istiodMetrics = await eventually(fromIstiod, (text) => awaited.every((name) => new RegExp(`^# TYPE ${name} `, 'm').test(text)));
  const envoyMetrics = await metrics(ENVOY_ADMIN, '/stats?format=prometheus');
  process.stdout.write(JSON.stringify({ istiod: istiodMetrics, envoy: envoyMetrics }));
}

main().finally(() => {
  for (const child of running) child.kill('SIGKILL');
}).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
