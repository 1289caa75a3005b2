import { EVERY_REQUEST, MatchAtoms } from './match-atom';
import { MeshPort } from './mesh-port';
import type { MeshWorkload } from './mesh-workload';
import { RenderedService, ServicePortFacts } from './service-facts';
import { PortProtocol } from '../semantics/port-protocol';

/** The ports of one service: what its manifest says, completed by what the user says. */
export class ServicePorts {
  /** Known once and for all when no manifest is read. */
  private readonly fixed?: readonly ServicePortFacts[];

  constructor(
    private readonly path: string,
    private readonly source: RenderedService | undefined,
    private readonly said: readonly MeshPort[] = [],
    private readonly workloads: readonly MeshWorkload[],
  ) {
    const numbers = said.map((port) => port.number);
    const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
    if (twice !== undefined) throw new Error(`[${path}] port ${twice} is given twice.`);
    if (!source) this.fixed = said.map((port) => ({ port }));
  }

  public get all(): readonly ServicePortFacts[] {
    return this.fixed ?? this.source!.facts().ports.map((facts) => {
      const said = this.said.find((port) => port.number === facts.port.number);
      if (!said) return facts;
      return {
        port: MeshPort.of({
          number: facts.port.number,
          name: facts.port.name ?? said.name,
          protocol: facts.port.protocol === PortProtocol.AUTOMATIC ? said.protocol : facts.port.protocol,
          targetPort: facts.port.targetPort,
        }),
        targetPortName: facts.targetPortName,
      };
    });
  }

  /** Ports that the user completes and the manifest does not have, or that it contradicts. */
  public get mistakes(): string[] {
    if (!this.source) return [];
    const { ports } = this.source.facts();
    return this.said.flatMap((said) => {
      const facts = ports.find(({ port }) => port.number === said.number);
      if (!facts) return [`port ${said.number} is given, but the Service has ${this.list()}.`];
      const { protocol } = facts.port;
      return protocol === PortProtocol.AUTOMATIC || said.protocol === PortProtocol.AUTOMATIC || protocol === said.protocol
        ? []
        : [`port ${said.number} is given as ${said.protocol}, but the Service says ${protocol} (by appProtocol or the port's name). Change the Service.`];
    });
  }

  public find(number: number): MeshPort | undefined {
    return this.all.find(({ port }) => port.number === number)?.port;
  }

  /** The one HTTP port that requests of a gateway go to, or the named one. Throws when it must be said which. */
  public httpPort(number?: number): MeshPort {
    if (number !== undefined) {
      const port = this.find(number);
      if (!port) throw new Error(`[${this.path}] there is no port ${number}; the Service has ${this.list()}.`);
      if (!port.isHttp) throw new Error(`[${this.path}] port ${port.toString()} carries no HTTP requests. ${howToSayProtocol(port)}`);
      return port;
    }
    const http = this.all.map(({ port }) => port).filter((port) => port.isHttp);
    if (http.length === 1) return http[0];
    throw new Error(`[${this.path}] ${http.length === 0 ? 'no port is known to carry HTTP' : 'several ports carry HTTP'}; the Service has ${this.list()}. `
      + (http.length === 0 ? howToSayProtocol() : 'Give the port that is meant.'));
  }

  /** Whether a destination has to say its port: Istio only guesses it for a service with one. */
  public get needNumber(): boolean {
    return this.streams.length > 1;
  }

  /** What each HTTP port's rules match beside their own conditions, and the port they lead to. */
  public routed(): { match: MatchAtoms; port: number | undefined }[] {
    const streams = this.streams;
    const http = streams.filter((port) => port.isHttp);
    if (streams.length <= 1) return http.map(() => ({ match: EVERY_REQUEST, port: undefined }));
    const detected = streams.some((port) => port.protocol === PortProtocol.AUTOMATIC);
    return http.map(({ number }) => ({
      match: http.length === 1 && !detected ? EVERY_REQUEST : [{ port: number }],
      port: number,
    }));
  }

  /** The pods' port behind a port of the Service: what authorization policies are written for. */
  public target(number: number): number {
    const facts = this.all.find(({ port }) => port.number === number);
    if (!facts) throw new Error(`[${this.path}] there is no port ${number}; the Service has ${this.list()}.`);
    if (facts.targetPortName === undefined) return facts.port.targetPort;
    const name = facts.targetPortName;
    const targets = new Set(this.workloads.flatMap((workload) => workload._podFacts()?.namedPorts[name] ?? []));
    if (targets.size === 1) return [...targets][0];
    throw new Error(
      `[${this.path}] port ${number} leads to the container port named "${name}", `
      + (targets.size === 0
        ? 'and no known workload has one. Give the MeshService its `workload`, or the Service a numeric targetPort.'
        : `which is ${[...targets].join(' and ')} in different workloads. Give the Service a numeric targetPort.`));
  }

  public list(): string {
    return this.all.map(({ port }) => port.toString()).join(', ') || 'no ports';
  }

  /** All but UDP, which the mesh leaves alone. */
  public get streams(): MeshPort[] {
    return this.all.map(({ port }) => port).filter((port) => port.protocol !== PortProtocol.UDP);
  }
}

/** How to tell Istio, and us, what a port speaks. */
export function howToSayProtocol(port?: MeshPort): string {
  const number = port?.number ?? 80;
  return `If it does, say so in the Service (appProtocol: http, or a port name that starts with "http"), or here: ports: [MeshPort.http(${number})].`;
}
