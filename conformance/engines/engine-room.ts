import { parseAllDocuments } from 'yaml';
import { ApiClient } from './api-client';
import { ControlPlane } from './control-plane';
import { GoModule } from './go-module';
import { istioCrds, startIstiod } from './istiod';
import { describeObject, KubernetesObject } from './kubernetes-object';
import { requireEngineRoom } from './machine';
import { MeshTraffic } from './mesh-traffic';
import { Program } from './program';
import { PROMETHEUS, startPrometheus } from './prometheus';
import { until } from './until';

const DIRECTORY = '/run/engines';

/** A rollout engine: its CRDs, and how its controller is started. */
interface Engine {
  crds(): KubernetesObject[];
  start(kubeconfig: string): Program;
}

/** Argo Rollouts. */
export const ARGO_ROLLOUTS: Engine = {
  crds: () => new GoModule('argo-rollouts', 'github.com/argoproj/argo-rollouts').crds('manifests/crds'),
  start: (kubeconfig) => new Program('rollouts-controller', [`--kubeconfig=${kubeconfig}`, '--leader-elect=false']),
};

/** Flagger. */
export const FLAGGER: Engine = {
  crds: () => new GoModule('flagger', 'github.com/fluxcd/flagger').crds('artifacts/flagger/crd.yaml'),
  start: (kubeconfig) => new Program('flagger', [
    `-kubeconfig=${kubeconfig}`, '-mesh-provider=istio', `-metrics-server=${PROMETHEUS}`, '-port=10080', '-log-level=info',
  ]),
};

/** A cluster without machines: the real API server, controllers, istiod, Prometheus and one rollout engine. */
export class EngineRoom {
  /** Brings everything up. When that fails, nothing of it is left. */
  public static async up(engine: Engine): Promise<EngineRoom> {
    requireEngineRoom();
    try {
      const plane = await ControlPlane.up(DIRECTORY);
      const crds = [...istioCrds(), ...engine.crds()];
      await Promise.all(crds.map(async (crd) => plane.client.create(crd)));
      await until('the CRDs to be served', 30, async (note) => {
        const found = await plane.client.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
        const waiting = found.filter(({ status }) => !status?.conditions?.some(({ type, status: is }: any) => type === 'Established' && is === 'True'));
        note(waiting.map(({ metadata }) => metadata.name));
        return waiting.length === 0 || undefined;
      });
      const traffic = await MeshTraffic.start(plane.client);
      await Promise.all([startIstiod(plane), startPrometheus(`${DIRECTORY}/prometheus`, traffic.port)]);
      return new EngineRoom(plane.client, traffic, engine.start(plane.kubeconfig));
    } catch (error) {
      await Program.endAll();
      throw error;
    }
  }

  private constructor(public readonly client: ApiClient, public readonly traffic: MeshTraffic, public readonly engine: Program) {}

  /** `kubectl apply --server-side` of each document, in their order, so that a refusal names the one it is about. */
  public async apply(yaml: string): Promise<KubernetesObject[]> {
    const applied = [];
    for (const document of parseAllDocuments(yaml)) {
      const object: KubernetesObject = document.toJS();
      if (object === null) continue;
      try {
        applied.push(await this.client.apply(object));
      } catch (error) {
        throw new Error(`${describeObject(object)} was refused: ${(error as Error).message}`);
      }
    }
    return applied;
  }

  /** The status of an object, waited for until it is about the object as it is now, and as wanted. */
  public async status(what: string, seconds: number, object: KubernetesObject, wanted: (status: any) => boolean): Promise<any> {
    const { apiVersion, kind, metadata } = object;
    return until(`${describeObject(object)} to be ${what}`, seconds, async (note) => {
      const found = await this.client.find(apiVersion, kind, metadata.namespace, metadata.name);
      const status = found?.status ?? {};
      note(status);
      // Argo Rollouts writes the generation as a string; Flagger writes none.
      const isCurrent = status.observedGeneration === undefined || Number(status.observedGeneration) === found!.metadata.generation;
      return isCurrent && wanted(status) ? status : undefined;
    });
  }

  /** Ends everything. */
  public async down(): Promise<void> {
    await this.traffic.end();
    this.client.end();
    await Program.endAll();
  }
}
