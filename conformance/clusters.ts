import { spawnSync } from 'node:child_process';
import { IstioInstallation } from 'cdk8s-istio';
import { parseAllDocuments } from 'yaml';
import { Injector } from './injector';
import { ISTIOCTL, JUDGE, requireJudge } from './machine';

interface ToldEndpoint {
  readonly address: string;
  readonly port: number;
  readonly region: string;
  /** 0 gets the requests as long as it can. */
  readonly priority: number;
  readonly weight: number;
  /** Whether it is spoken to with auto mTLS. */
  readonly mutualTls: boolean;
}

interface Answer {
  readonly proxies: { readonly [name: string]: ProxyView };
  /** Where the kubeconfig of each cluster leads, or why istiod would not take it. */
  readonly apiServers: { readonly [cluster: string]: string };
}

/** What one proxy is told by a control plane. */
export interface ProxyView {
  readonly name: string;
  /** By Envoy cluster, where connections go. */
  readonly endpoints: { readonly [cluster: string]: ToldEndpoint[] };
  /** By address and port, the SNIs that are known there. */
  readonly listeners: { readonly [address: string]: string[] };
  /** By address and port, the Envoy clusters that connections of bytes go on to. */
  readonly streams: { readonly [address: string]: string[] };
}

export interface AskingProxy {
  readonly name: string;
  readonly cluster: string;
  readonly network?: string;
  readonly namespace: string;
  readonly address: string;
  readonly region?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly gateway?: boolean;
}

export interface ClustersQuestion {
  /** The cluster of the control plane. */
  readonly primary: string;
  /** By cluster, all that its API server has. */
  readonly manifests: { readonly [cluster: string]: object[] };
  readonly proxies: AskingProxy[];
  /** By cluster, the kubeconfig of its remote secret. */
  readonly kubeconfigs?: { readonly [cluster: string]: string };
}

/** What Istio's own discovery server says, which sees several clusters. */
export function askClusters({ manifests, ...question }: ClustersQuestion): Answer {
  requireJudge();
  const texts = Object.entries(manifests).map(([cluster, objects]) => [cluster, objects.map((object) => JSON.stringify(object)).join('\n---\n')]);
  const input = JSON.stringify({ ...question, manifests: Object.fromEntries(texts) });
  const { status, stdout, stderr, error } = spawnSync(JUDGE, ['clusters'], { input, encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 });
  if (error ?? status !== 0) throw error ?? new Error(stderr);
  const { proxies, apiServers } = JSON.parse(stdout);
  return { proxies: Object.fromEntries(proxies.map((view: ProxyView) => [view.name, view])), apiServers };
}

/** The same installation gives the same. */
const MANIFESTS = new Map<string, any[]>();

/** What `istioctl install` would put into a cluster; throws what it says to what it does not take. */
export function manifestOf(installation: IstioInstallation): any[] {
  const input = installation.toYaml();
  const known = MANIFESTS.get(input);
  if (known) return known;
  const { status, stdout, stderr, error } = spawnSync(ISTIOCTL, ['manifest', 'generate', '-f', '-'], { input, encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 });
  if (error ?? status !== 0) throw error ?? new Error(stderr);
  if (stderr !== '') throw new Error(`istioctl warns: ${stderr}`);
  const manifest = parseAllDocuments(stdout).map((document) => document.toJS()).filter((object) => object !== null);
  MANIFESTS.set(input, manifest);
  return manifest;
}

/** Pods of `reviews` in one cluster, where and with which labels Istio's injector lets them run. */
export class ReviewsOfCluster {
  constructor(private readonly region: string, private readonly addresses: readonly string[], private readonly gatewayAddress: string) {}

  /** @param labels what the pods have beside their own */
  public objects(manifest: readonly any[], labels: { readonly [label: string]: string }): object[] {
    const namespace = 'shop';
    const pods = this.addresses.map((ip, index) => ({ name: `reviews-${index}`, ip }));
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node', labels: { 'topology.kubernetes.io/region': this.region } } },
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reviews', namespace } },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'reviews', namespace },
        spec: { clusterIP: '10.96.0.10', selector: { app: 'reviews' }, ports: [{ name: 'http', port: 9080, targetPort: 9080 }] },
      },
      ...pods.map(({ name, ip }) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace, labels: { app: 'reviews', ...labels } },
        spec: { serviceAccountName: 'reviews', nodeName: 'node', containers: [{ name: 'reviews', image: 'reviews' }] },
        status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
      })),
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'reviews', namespace, labels: { 'kubernetes.io/service-name': 'reviews' } },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 9080, protocol: 'TCP' }],
        endpoints: pods.map(({ name, ip }) => ({ addresses: [ip], conditions: { ready: true }, targetRef: { kind: 'Pod', name, namespace } })),
      },
      ...this.rendered(manifest),
    ];
  }

  /** Services of istiod and of gateways, as they were rendered, with the address that a load balancer gives. */
  private rendered(manifest: readonly any[]): object[] {
    const status = { loadBalancer: { ingress: [{ ip: this.gatewayAddress }] } };
    return manifest.filter(({ kind, metadata }) => kind === 'Service' && ['istiod', 'istio-eastwestgateway'].includes(metadata.name))
      .map((service) => (service.spec.type === 'LoadBalancer' ? { ...service, status } : service));
  }
}

/** The labels that the injector of an installation gives a pod. */
export async function injectedLabels(installation: IstioInstallation): Promise<{ [label: string]: string }> {
  const injector = new Injector([installation.istioOperator.spec]);
  try {
    const workload = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'reviews', namespace: 'shop', labels: { 'sidecar.istio.io/inject': 'true' } },
      spec: { containers: [{ name: 'reviews', image: 'reviews' }] },
    };
    const [{ pod, error }] = await injector.pods(JSON.stringify(workload));
    if (error !== undefined) throw new Error(error);
    return pod.metadata.labels;
  } finally {
    await injector.end();
  }
}
