import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineProcess } from './line-process';
import { Mesh } from './mesh';

const PROGRAM = join(__dirname, '.build', 'ratelimit');
const STARTING = 20_000;

/** Envoy's real rate limit service, in the network of a pod of the mesh: in the place of the pod's application. */
export class RateLimitService {
  /**
   * @param id of a pod with a sidecar
   * @param port on which the pod's application gives way
   * @param files the files that it reads, by name, as a ConfigMap has them
   */
  public static async start(mesh: Mesh, id: string, port: number, files: Record<string, string>): Promise<RateLimitService> {
    if (!existsSync(PROGRAM)) throw new Error(`The rate limit service is not built: run conformance/setup.sh. It would be ${PROGRAM}.`);
    await mesh.behave(id, { refuse: true, port });
    const service = new RateLimitService(mesh, id, port, files);
    await service.ready;
    return service;
  }

  private readonly directory = mkdtempSync(join(tmpdir(), 'cdk8s-istio-ratelimit-'));
  private readonly process: LineProcess;
  private readonly ready: Promise<void>;

  private constructor(mesh: Mesh, id: string, port: number, files: Record<string, string>) {
    const { envoyPid } = mesh.pods.find((pod) => pod.id === id) ?? {};
    if (envoyPid === undefined) throw new Error(`${id} is no pod with a sidecar`);
    this.mount(files);
    let settle: { resolve: () => void; reject: (error: Error) => void };
    this.ready = new Promise((resolve, reject) => {
      settle = { resolve, reject };
      setTimeout(() => reject(new Error(`the rate limit service was not ready within ${STARTING} ms`)), STARTING).unref();
    });
    this.process = new LineProcess('nsenter', ['--target', String(envoyPid), '--net', PROGRAM, this.directory, String(port)],
      () => settle.resolve(), (reason) => settle.reject(new Error(reason)));
  }

  public async end(): Promise<void> {
    await this.process.end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** As the kubelet mounts a ConfigMap: the files are links into a directory that is a link itself. */
  private mount(files: Record<string, string>): void {
    const config = join(this.directory, 'ratelimit', 'config');
    mkdirSync(join(config, '..version-1'), { recursive: true });
    symlinkSync('..version-1', join(config, '..data'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(config, '..version-1', name), text);
      symlinkSync(join('..data', name), join(config, name));
    }
  }
}
