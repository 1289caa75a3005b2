import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Access, ApiClient } from './api-client';
import { Certificate } from './certificate';
import { GoModule } from './go-module';
import { ADVERTISED } from './machine';
import { Program } from './program';
import { until } from './until';

const ETCD = 'http://127.0.0.1:2379';
const ADMIN: Omit<Access, 'ca'> = { port: 6443, token: 'administrator' };
const READY_WITHIN = 60;

/** What the rollout engines and their Deployments need of the controllers; node-lifecycle makes the node schedulable. */
const CONTROLLERS = ['deployment', 'replicaset', 'endpointslice', 'namespace', 'serviceaccount', 'garbage-collector', 'node-lifecycle'];

/** Stages of KWOK: what it makes of nodes and pods. */
const STAGES = ['node/fast/node-initialize.yaml', 'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml',
  'pod/fast/pod-ready.yaml', 'pod/fast/pod-complete.yaml', 'pod/fast/pod-delete.yaml'];

/** A cluster of one node whose pods are all ready and do nothing. */
export class ControlPlane {
  public static async up(directory: string): Promise<ControlPlane> {
    const plane = new ControlPlane(directory);
    await plane.start();
    return plane;
  }

  public readonly certificate: Certificate;
  public readonly client: ApiClient;
  /** How programs reach the API server. */
  public readonly kubeconfig: string;

  private constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
    this.certificate = new Certificate(directory);
    this.client = new ApiClient({ ...ADMIN, ca: this.certificate.pem });
    this.kubeconfig = this.write('kubeconfig.json', JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'engines', cluster: { 'server': `https://127.0.0.1:${ADMIN.port}`, 'certificate-authority': this.certificate.certFile } }],
      'users': [{ name: 'administrator', user: { token: ADMIN.token } }],
      'contexts': [{ name: 'engines', context: { cluster: 'engines', user: 'administrator' } }],
      'current-context': 'engines',
    }));
  }

  private async start(): Promise<void> {
    this.startEtcd();
    this.startApiServer();
    await until('the API server', READY_WITHIN, async () => await this.client.answers('/readyz') || undefined);
    this.startControllers();
    this.startNode();
    await this.client.apply({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } });
    await until('a node that takes pods', READY_WITHIN, async (note) => {
      const node = await this.client.find('v1', 'Node', undefined, 'node');
      note({ taints: node?.spec.taints, conditions: node?.status?.conditions });
      const ready = node?.status?.conditions?.some(({ type, status }: any) => type === 'Ready' && status === 'True');
      return ready && node!.spec.taints === undefined ? node : undefined;
    });
  }

  private startEtcd(): void {
    new Program('etcd', [
      '--data-dir', join(this.directory, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn',
      '--listen-client-urls', ETCD, '--advertise-client-urls', ETCD, '--listen-peer-urls', 'http://127.0.0.1:2380',
    ]);
  }

  private startApiServer(): void {
    const { certFile, keyFile } = this.certificate;
    const tokens = this.write('tokens.csv', `${ADMIN.token},administrator,1,system:masters\n`);
    new Program('kube-apiserver', [
      `--etcd-servers=${ETCD}`, '--bind-address=127.0.0.1', `--secure-port=${ADMIN.port}`, `--advertise-address=${ADVERTISED}`,
      `--tls-cert-file=${certFile}`, `--tls-private-key-file=${keyFile}`, `--token-auth-file=${tokens}`, '--authorization-mode=AlwaysAllow',
      '--service-account-issuer=https://engines', `--service-account-key-file=${certFile}`, `--service-account-signing-key-file=${keyFile}`,
      '--service-cluster-ip-range=10.96.0.0/16', '--disable-admission-plugins=ServiceAccount',
    ]);
  }

  private startControllers(): void {
    const common = [`--kubeconfig=${this.kubeconfig}`, '--leader-elect=false', '--authentication-skip-lookup=true', '--bind-address=127.0.0.1'];
    const controllers = CONTROLLERS.map((name) => `${name}-controller`).join(',');
    new Program('kube-controller-manager', [...common, `--controllers=${controllers}`, `--cert-dir=${this.directory}`]);
    new Program('kube-scheduler', [...common, `--cert-dir=${this.directory}`]);
  }

  private startNode(): void {
    const kwok = new GoModule('kwok', 'sigs.k8s.io/kwok');
    new Program('kwok', [
      `--kubeconfig=${this.kubeconfig}`, ...STAGES.map((stage) => `--config=${kwok.file(`kustomize/stage/${stage}`)}`),
      '--manage-all-nodes=true', '--cidr=10.244.0.0/16', '--node-ip=127.0.0.1', '--node-lease-duration-seconds=40',
    ], { HOME: this.directory });
  }

  private write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
}
