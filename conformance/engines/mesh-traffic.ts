import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ApiClient } from './api-client';
import { KubernetesObject } from './kubernetes-object';
import { MetricSeries } from './metric-series';
import { Share, sharesOf } from './shares';

const TICK = 250;
const REQUESTS_PER_TICK = 25;

/** How pods of one image answer. */
export interface Answers {
  /** The share of requests answered with 500, 0 to 1. */
  readonly errors?: number;
  /** How long an answer takes, in milliseconds. */
  readonly milliseconds?: number;
}

/** How pods of one image answer while they have this share of the requests, 0 to 1. */
export type Behaviour = (share: number) => Answers;

interface Stream {
  readonly namespace: string;
  readonly host: string;
  /** Requests that found no pod. */
  lost: number;
  /** How many each image answered, by the share that the VirtualService gave to the second destination. */
  readonly answered: Map<string, Map<number, number>>;
}

/**
 * The traffic of services, as the proxies of a mesh would report it. Where it goes is read from what is in the cluster:
 * the VirtualService's weights, the Services' and subsets' selectors, the pods. How it is answered the test says, by image.
 */
export class MeshTraffic {
  public static async start(client: ApiClient): Promise<MeshTraffic> {
    const traffic = new MeshTraffic(client);
    await new Promise<void>((resolve) => traffic.server.listen(0, '127.0.0.1', resolve));
    return traffic;
  }

  private readonly server: Server;
  private readonly series = new MetricSeries();
  private readonly behaviours = new Map<string, Behaviour>();
  private readonly streams: Stream[] = [];
  private readonly timer: NodeJS.Timeout;
  private sending = false;

  private constructor(private readonly client: ApiClient) {
    this.server = createServer((_, response) => response.end(this.series.text()));
    this.server.unref();
    this.timer = setInterval(() => void this.tick(), TICK);
    this.timer.unref();
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many requests found no pod: of a route to a subset that selects none, say. */
  public lost(namespace: string): number {
    return this.streams.filter((stream) => stream.namespace === namespace).reduce((sum, { lost }) => sum + lost, 0);
  }

  /** How many requests an image answered, by the share that the second destination had at the time. */
  public answered(namespace: string, image: string): Record<number, number> {
    const all = this.streams.filter((stream) => stream.namespace === namespace).flatMap(({ answered }) => [...answered.get(image) ?? []]);
    return Object.fromEntries(all.sort(([a], [b]) => a - b));
  }

  /** From now on pods of the image answer so; without a word they answer well. */
  public answer(image: string, behaviour: Behaviour): void {
    this.behaviours.set(image, behaviour);
  }

  /** From now on clients in the mesh ask the service. */
  public send(namespace: string, host: string): void {
    this.streams.push({ namespace, host, lost: 0, answered: new Map() });
  }

  public async end(): Promise<void> {
    clearInterval(this.timer);
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async tick(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (const stream of this.streams) {
        const shares = await sharesOf(this.client, stream.namespace, stream.host);
        for (const share of shares) this.count(stream, share, shares[1]?.share ?? 0);
      }
    } catch {
      // At the end the API server may be gone before this is.
    } finally {
      this.sending = false;
    }
  }

  private count(stream: Stream, { pods, service, share }: Share, second: number): void {
    const requests = share * REQUESTS_PER_TICK;
    if (requests > 0 && pods.length === 0) stream.lost += requests;
    if (requests === 0) return;
    const { namespace } = stream;
    for (const pod of pods) {
      const { errors = 0, milliseconds = 20 } = this.behaviours.get(imageOfPod(pod))?.(share) ?? {};
      const labels = { ...labelsOf(pod, namespace), destination_service_name: service, destination_service: `${service}.${namespace}.svc.cluster.local` };
      const each = requests / pods.length;
      const byShare = stream.answered.get(imageOfPod(pod)) ?? new Map<number, number>();
      stream.answered.set(imageOfPod(pod), byShare.set(second, (byShare.get(second) ?? 0) + each));
      for (const reporter of ['source', 'destination']) {
        this.series.answered({ reporter, ...labels, response_code: '200' }, each * (1 - errors), milliseconds);
        this.series.answered({ reporter, ...labels, response_code: '500' }, each * errors, milliseconds);
      }
    }
  }
}

function imageOfPod(pod: KubernetesObject): string {
  return pod.spec.containers[0].image;
}

/** As Istio names a pod's workload: after what its ReplicaSet belongs to, a Rollout's as well as a Deployment's. */
function labelsOf(pod: KubernetesObject, namespace: string): Record<string, string> {
  const { labels = {}, ownerReferences = [] } = pod.metadata;
  const hash = labels['rollouts-pod-template-hash'] ?? labels['pod-template-hash'];
  const workload = ownerReferences[0]?.name.replace(new RegExp(`-${hash}$`), '') ?? pod.metadata.name;
  const app = labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels.app ?? workload;
  const version = labels['service.istio.io/canonical-revision'] ?? labels['app.kubernetes.io/version'] ?? labels.version ?? 'latest';
  return {
    source_workload: 'client',
    source_workload_namespace: namespace,
    destination_workload: workload,
    destination_workload_namespace: namespace,
    destination_app: labels.app ?? 'unknown',
    destination_version: labels.version ?? 'unknown',
    destination_service_namespace: namespace,
    destination_canonical_service: app,
    destination_canonical_revision: version,
    request_protocol: 'http',
    connection_security_policy: 'mutual_tls',
  };
}
