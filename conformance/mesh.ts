import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineProcess } from './line-process';
import { JUDGE, requireMeshMachine } from './machine';
import { Behaviour, MeshReport, MeshRequest, MeshResult, Pod, Received, SteadyRequest } from './mesh-protocol';
import { SteadyClient } from './steady-client';

/** Starting takes seconds; another mesh on this machine may have to end first. */
const STARTING = { ready: 60_000, lock: 60_000 };
const ANSWER_WITHIN = 90_000;

export interface MeshOptions {
  /** Istio's MeshConfig, as YAML. */
  readonly meshConfig?: string;
}

interface Question {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: Error) => void;
}

/** Manifests as a running mesh: real Envoys, configured by Istio itself, in network namespaces. */
export class Mesh {
  /** Brings a mesh up. When that fails, nothing of it is left. */
  public static async up(yaml: string, options: MeshOptions = {}): Promise<Mesh> {
    const mesh = new Mesh();
    await mesh.start(yaml, options);
    return mesh;
  }

  public pods: Pod[] = [];

  private process?: LineProcess;
  private readonly open = new Map<number | 'ready', Question>();
  private questions = 0;

  /** Brings this mesh up. When that fails, nothing of it is left. */
  public async start(yaml: string, options: MeshOptions = {}): Promise<void> {
    requireMeshMachine();
    const directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-mesh-'));
    const write = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    try {
      const config = options.meshConfig === undefined ? [] : ['--config', write('mesh-config.txt', options.meshConfig)];
      const waits = ['--ready-timeout', `${STARTING.ready}ms`, '--lock-timeout', `${STARTING.lock}ms`];
      const path = write('manifests.yaml', yaml);
      const ready = this.answer('ready', STARTING.ready + STARTING.lock + 20_000);
      this.process = new LineProcess(JUDGE, ['mesh', ...config, ...waits, path],
        (line) => this.onLine(line),
        (reason) => [...this.open.keys()].forEach((id) => this.settle(id, ({ reject }) => reject(new Error(reason)))));
      this.pods = (await ready).pods;
    } catch (error) {
      await this.down();
      throw error;
    } finally {
      // Read by now; so nothing is left over even when the tests are killed.
      rmSync(directory, { recursive: true, force: true });
    }
  }

  /** Sends requests from inside a pod. */
  public async request(request: MeshRequest): Promise<MeshReport> {
    return this.ask('request', request);
  }

  /** Sends one request from inside a pod. */
  public async one(request: MeshRequest): Promise<MeshResult> {
    return (await this.request({ ...request, count: 1 })).results[0];
  }

  /** Sends one request and says in a word what came of it: the status, `answered` over TCP, or `reset`, `refused`, `timeout` … */
  public async outcome(request: MeshRequest): Promise<number | string> {
    const { status, error } = await this.one(request);
    return error ?? (status === 0 ? 'answered' : status);
  }

  /** Lets a pod ask on and on, while everything else goes on, until the client is stopped. */
  public async keepAsking(request: SteadyRequest): Promise<SteadyClient> {
    const { client } = await this.ask('startClient', request);
    return new SteadyClient(async (op, fields) => this.ask(op, { client, ...fields }));
  }

  /** Tells the applications of a pod or workload how to answer. */
  public async behave(pod: string, behaviour: Behaviour): Promise<void> {
    await this.ask('behave', { pod, ...behaviour });
  }

  /** What arrived at the applications of a pod or workload. */
  public async received(target: string, header?: string): Promise<Received> {
    return this.ask('received', { target, header });
  }

  /** All counts start anew, and every application answers as it should. */
  public async reset(): Promise<void> {
    const workloads = new Set(this.pods.filter(({ gateway }) => !gateway).map(({ namespace, workload }) => `${namespace}/${workload}`));
    await Promise.all([...workloads].map((workload) => this.behave(workload, { healthy: true })));
    await this.ask('resetCounts', {});
  }

  /** Creates or replaces Istio objects, all at once, and waits until every proxy has them. */
  public async apply(yaml: string): Promise<void> {
    await this.ask('apply', { yaml });
  }

  /** Creates or replaces Istio objects one after the other: each is everywhere before the next one is anywhere. */
  public async applyInOrder(yaml: string): Promise<void> {
    await this.ask('apply', { yaml, inOrder: true });
  }

  /** Removes an Istio object, and waits until no proxy has it. */
  public async delete(kind: string, namespace: string, name: string): Promise<void> {
    await this.ask('delete', { kind, namespace, name });
  }

  /** Lets so many pods of a workload run, of those that the manifests declare, and waits until everyone knows. */
  public async scale(workload: string, replicas: number): Promise<void> {
    await this.ask('scale', { workload, replicas });
  }

  /** Envoy's own counters whose names match. */
  public async envoyStats(pod: string, filter: string): Promise<Record<string, number>> {
    return (await this.ask('envoyStats', { pod, filter })).stats;
  }

  /** Envoy's own view of its configuration. */
  public async configDump(pod: string, resource?: string): Promise<any> {
    return (await this.ask('config_dump', { pod, resource })).config;
  }

  /** Ends the mesh and everything that belongs to it. */
  public async down(): Promise<void> {
    await this.process?.end();
  }

  private async ask(op: string, fields: object): Promise<any> {
    if (!this.process) throw new Error(`judge mesh ${op}: this mesh was not started`);
    const id = ++this.questions;
    const answer = this.answer(id, ANSWER_WITHIN);
    this.process.write({ ...fields, id, op });
    const { ok, error, ...rest } = await answer;
    if (!ok) throw new Error(`judge mesh ${op}: ${error}`);
    return rest;
  }

  private async answer(id: number | 'ready', within: number): Promise<any> {
    let timer: NodeJS.Timeout;
    const answer = new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      timer = setTimeout(() => this.settle(id, () => reject(new Error(`judge mesh gave no answer within ${within} ms`))), within);
    });
    return answer.finally(() => clearTimeout(timer));
  }

  private onLine(line: any): void {
    if (line.event === 'error') this.settle('ready', ({ reject }) => reject(new Error(line.error)));
    else this.settle(line.event === 'ready' ? 'ready' : line.id, ({ resolve }) => resolve(line));
  }

  private settle(id: number | 'ready', how: (question: Question) => void): void {
    const question = this.open.get(id);
    this.open.delete(id);
    if (question) how(question);
  }
}
