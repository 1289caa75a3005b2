import { ApiObject, Lazy } from 'cdk8s';
import { IConstruct } from 'constructs';
import { findObject, resolveLazy } from './kubernetes-object';
import { MeshPort } from './mesh-port';
import { selectProtocol } from '../semantics/port-protocol';

/** What is known of a Kubernetes Service, whoever owns it. */
export interface ServiceFacts {
  readonly ports: readonly ServicePortFacts[];
  /** As written, unstable labels included; undefined when the Service is known by name only. */
  readonly selector?: Record<string, string>;
  readonly headless: boolean;
}

export interface ServicePortFacts {
  readonly port: MeshPort;
  /** A named target port, whose number only the pod's containers say. */
  readonly targetPortName?: string;
}

/** A Service that is rendered in this App. Read when asked, as ports may be added after the MeshService. */
export class RenderedService {
  public readonly object: ApiObject;
  private held?: ServiceFacts;

  constructor(construct: IConstruct) {
    this.object = findObject(construct, ['Service'], 'service');
  }

  public get name(): string {
    return resolveLazy(this.object.metadata.name) ?? resolveLazy(this.object.name);
  }

  /** Whether the name is only said at synth. */
  public get hasLazyName(): boolean {
    return (this.object.metadata.name as unknown) instanceof Lazy;
  }

  public get namespace(): string | undefined {
    return resolveLazy(this.object.metadata.namespace);
  }

  /** Reads the manifest once for all that `work` asks, as rendering it is not cheap. */
  public during<T>(work: () => T): T {
    this.held ??= this.read();
    try {
      return work();
    } finally {
      this.held = undefined;
    }
  }

  public facts(): ServiceFacts {
    return this.held ?? this.read();
  }

  private read(): ServiceFacts {
    const spec = this.object.toJson().spec ?? {};
    return {
      ports: (spec.ports ?? []).map(readPort),
      selector: spec.selector ?? {},
      headless: spec.clusterIP === 'None',
    };
  }
}

function readPort(port: any): ServicePortFacts {
  const named = typeof port.targetPort === 'string' && !/^\d+$/.test(port.targetPort);
  return {
    port: MeshPort.of({
      number: port.port,
      name: port.name,
      protocol: selectProtocol(port),
      targetPort: named || port.targetPort === undefined ? undefined : Number(port.targetPort),
    }),
    targetPortName: named ? port.targetPort : undefined,
  };
}
