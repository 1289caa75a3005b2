import { rmSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { ApiClient } from './api-client';
import { ControlPlane } from './control-plane';
import { Engine } from './engine';
import { istioCrds, startIstiod } from './istiod';
import { describeObject, KubernetesObject } from './kubernetes-object';
import { requireEngineRoom } from './machine';
import { MeshTraffic } from './mesh-traffic';
import { Program } from './program';
import { startPrometheus } from './prometheus';
import { until } from './until';

/** In memory, and gone with the namespace at the latest: see enclosed.sh. */
const DIRECTORY = '/run/engines';

/** A cluster without machines: the real API server, controllers, istiod, Prometheus and one rollout engine. */
export class EngineRoom {
  /** Brings everything up. When that fails, nothing of it is left. */
  public static async up(engine: Engine): Promise<EngineRoom> {
    requireEngineRoom();
    const start = Date.now();
    try {
      const plane = await ControlPlane.up(`${DIRECTORY}/control-plane`);
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
      engine.start(plane.kubeconfig);
      return new EngineRoom(plane.client, traffic, (Date.now() - start) / 1000);
    } catch (error) {
      await EngineRoom.endAll();
      throw error;
    }
  }

  /** What the next one finds is nothing. */
  private static async endAll(): Promise<void> {
    await Program.endAll();
    rmSync(DIRECTORY, { recursive: true, force: true });
  }

  private constructor(
    public readonly client: ApiClient,
    public readonly traffic: MeshTraffic,
    /** How long it took from nothing to everything ready, in seconds. */
    public readonly readyAfter: number,
  ) {}

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
    await EngineRoom.endAll();
  }
}
