import type { MeshService } from './mesh-service';
import type { RouteDestination } from './route-layers';

export interface ServiceDestinationOptions {
  readonly subset?: string;
  readonly port?: number;
  readonly weight?: number;
  readonly headers?: RouteDestination['headers'];
}

/**
 * A destination at another service. Its host and port are read when the rules are written, as the service may not
 * know them yet. The port is always said: without one the mesh takes the port that was asked for.
 */
export class ServiceDestination implements RouteDestination {
  public readonly subset?: string;
  public readonly weight?: number;
  public readonly headers?: RouteDestination['headers'];

  constructor(public readonly service: MeshService, private readonly options: ServiceDestinationOptions = {}) {
    this.subset = options.subset;
    this.weight = options.weight;
    this.headers = options.headers;
  }

  /** The port that is asked for, whatever it carries. */
  public get portAsked(): number | undefined {
    return this.options.port;
  }

  public get host(): string {
    return this.service.host;
  }

  public get port(): number {
    return this.service._ports.httpPort(this.options.port).number;
  }

  /** What is not there: a port that carries HTTP, a subset. */
  public get mistakes(): string[] {
    try {
      this.service._ports.httpPort(this.options.port);
    } catch (error) {
      return [(error as Error).message];
    }
    return this.subsetMistakes;
  }

  /** A subset that is not there. */
  public get subsetMistakes(): string[] {
    if (this.subset === undefined || this.service._subsets.has(this.subset)) return [];
    const known = this.service._subsets.all.map(({ name }) => name).join(', ') || 'none';
    return [`leads to the subset "${this.subset}" of ${this.service.host}; its subsets are: ${known}. Define it there with addSubset(name, labels).`];
  }
}
