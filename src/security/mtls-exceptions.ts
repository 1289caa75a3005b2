import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { DistinctNames, Nameable, selectorKey } from './distinct-name';
import { PortsInMode, portLevelMtls, portModes } from './port-modes';
import type { PeerAuthenticationSpec } from '../imports/security.istio.io';
import { IstioObject } from '../model/istio-object';
import { selects } from '../model/kubernetes-object';
import { IMeshTarget } from '../model/mesh-target';
import { oncePerSynth } from '../model/once-per-synth';

/**
 * What a port accepts that is excepted from STRICT mTLS.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode
 */
export enum MtlsException {
  /** Plaintext and mutual TLS. */
  PERMISSIVE = 'PERMISSIVE',
  /** Plaintext only: callers in the mesh reach this port without mutual TLS, too, and so without an identity. */
  DISABLE = 'DISABLE',
}

interface PortException extends PortsInMode<MtlsException> {
  readonly target: IMeshTarget;
}

/** All exceptions for the same pods: Istio takes only the oldest PeerAuthentication for a workload. */
interface Group extends Nameable {
  readonly target: IMeshTarget;
  readonly exceptions: PortException[];
  /** None in a dry run. */
  readonly object?: ApiObject;
}

/** The ports of one namespace that are excepted from STRICT mTLS: one PeerAuthentication per target. */
export class MtlsExceptions {
  private readonly groups: Group[] = [];
  private readonly names: () => DistinctNames<Group>;

  /** @param write whether the objects are written, or the exceptions only checked */
  constructor(private readonly scope: Construct, private readonly metadata: ApiObjectMetadata, private readonly write: boolean) {
    this.names = oncePerSynth(scope, () => new DistinctNames(this.groups));
  }

  public get objects(): ApiObject[] {
    return this.groups.flatMap(({ object }) => object ?? []);
  }

  /** Returns the PeerAuthentication when it is new. */
  public add(exception: PortException): ApiObject | undefined {
    const known = this.groups.find((group) => group.target === exception.target);
    if (known) {
      known.exceptions.push(exception);
      return undefined;
    }
    const { target } = exception;
    const group: Group = {
      target,
      exceptions: [exception],
      object: this.write ? this.createObject(target, () => group) : undefined,
      get base() { return `mtls-exceptions-${target.name}`; },
      key: () => selectorKey(target.selector),
    };
    this.groups.push(group);
    return group.object;
  }

  public mistakes(): string[] {
    const broken = this.groups.flatMap((group) => {
      try {
        exceptedPorts(group);
        void group.target.selector;
        return [];
      } catch (error) {
        return [`mTLS exception for ${group.target.name}: ${(error as Error).message}`];
      }
    });
    return broken.length > 0 ? broken : this.overlaps();
  }

  /** The ports of pods with these labels where nobody has an identity. Only for what has no mistakes. */
  public disabledPorts(selector: { readonly [label: string]: string }): Set<number> {
    return new Set(this.groups
      .filter(({ target }) => selects(target.selector, selector))
      .flatMap((group) => [...exceptedPorts(group)])
      .filter(([, mode]) => mode === MtlsException.DISABLE)
      .map(([port]) => port));
  }

  private createObject(target: IMeshTarget, group: () => Group): ApiObject {
    return new IstioObject<PeerAuthenticationSpec>(this.scope, `MtlsException${this.groups.length + 1}`, {
      kind: 'PeerAuthentication',
      metadata: { ...this.metadata, name: Lazy.any({ produce: () => this.names().of(group()) }) },
      spec: () => ({
        selector: { matchLabels: { ...target.selector } },
        mtls: { mode: 'STRICT' },
        portLevelMtls: portLevelMtls(exceptedPorts(group())),
      }),
    });
  }

  /** Two for the same pods: Istio would take the older and drop the other without a word. */
  private overlaps(): string[] {
    return this.groups.flatMap((group, index) => this.groups.slice(index + 1)
      .filter((other) => selects(group.target.selector, other.target.selector) || selects(other.target.selector, group.target.selector))
      .map((other) =>
        `the mTLS exceptions for [${group.target.node.path}] and [${other.target.node.path}] select the same pods, and Istio takes only the older one. `
        + 'Make all exceptions of one workload by the same target.'));
  }
}

function exceptedPorts({ target, exceptions }: Group): Map<number, MtlsException> {
  return portModes(target, exceptions, 'excepted');
}
