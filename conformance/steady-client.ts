import { Phase, SteadyReport } from './mesh-protocol';

/** A client that asks until it is stopped. */
export class SteadyClient {
  constructor(private readonly ask: (op: string, fields: object) => Promise<any>) {}

  /** Begins a phase: what is sent from now on is counted under this name. */
  public async mark(phase: string): Promise<void> {
    await this.ask('markClient', { phase });
  }

  /** Begins a phase, and says what became of its requests when there are so many. */
  public async during(phase: string, requests: number): Promise<Phase> {
    return this.ask('markClient', { phase, count: requests });
  }

  /** Ends the client and says what became of all its requests. */
  public async stop(): Promise<SteadyReport> {
    return this.ask('stopClient', {});
  }
}
